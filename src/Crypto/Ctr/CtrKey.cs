using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hpc.Crypto.Gcm;

namespace Hpc.Crypto.Ctr;

/// <summary>
/// A key made ready for <see cref="CtrKernel"/>; cleared and freed on dispose or by the finalizer. Not thread-safe, and not to be disposed while it is in
/// use.
/// </summary>
/// <remarks>Unsafe because it is native memory: nothing of the key is ever copied by the garbage collector.</remarks>
internal sealed unsafe class CtrKey : SafeHandle
{
    //  round keys   15 × 16
    private const int Size = 15 * 16;
    private const int Alignment = 64;

    private readonly int _rounds;

    public CtrKey(ReadOnlySpan<byte> key)
        : base(0, ownsHandle: true)
    {
        if (key.Length is not (16 or 32))
        {
            throw new ArgumentException("The key is 16 or 32 bytes.", nameof(key));
        }

        if (!CtrKernel.IsSupported)
        {
            throw new PlatformNotSupportedException("The CPU lacks VAES, or the system allows no executable memory.");
        }

        _rounds = key.Length == 16 ? Aes128.Rounds : Aes256.Rounds;
        SetHandle((nint)NativeMemory.AlignedAlloc(Size, Alignment));
        AesKeySchedule.Expand(key, (Vector128<byte>*)handle);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>See <see cref="CtrKernel.Apply"/>.</summary>
    public void Apply(ref UInt128 counter, byte* data, int length)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        CtrKernel.Apply((byte*)handle, _rounds, ref counter, data, length);
        GC.KeepAlive(this);
    }

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, Size));
        NativeMemory.AlignedFree((void*)handle);
        SetHandle(0);
        return true;
    }
}
