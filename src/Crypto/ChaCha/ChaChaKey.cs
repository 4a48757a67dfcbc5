using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hpc.Crypto.ChaCha;

/// <summary>
/// A key for <see cref="ChaChaKernel"/>; cleared and freed on dispose or by the finalizer. Not thread-safe, and not to be disposed while it is in use.
/// </summary>
/// <remarks>Unsafe because it is native memory: the key is never copied by the garbage collector.</remarks>
internal sealed unsafe class ChaChaKey : SafeHandle
{
    public const int Length = 32;

    public ChaChaKey(ReadOnlySpan<byte> key)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Length, nameof(key));
        SetHandle((nint)NativeMemory.Alloc(Length));
        key.CopyTo(new Span<byte>((void*)handle, Length));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>See <see cref="ChaChaKernel.Apply"/>.</summary>
    public void Apply(byte* nonce, uint firstBlock, byte* data, int length)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        ChaChaKernel.Apply((byte*)handle, nonce, firstBlock, data, length);
        GC.KeepAlive(this);
    }

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, Length));
        NativeMemory.Free((void*)handle);
        SetHandle(0);
        return true;
    }
}
