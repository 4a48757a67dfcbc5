using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Hpc.Crypto.Gcm;

/// <summary>
/// A key made ready for <see cref="AesGcmKernel"/>; cleared and freed on dispose or by the finalizer. Not thread-safe, and not to be disposed while it
/// is in use: the kernel holds its address.
/// </summary>
/// <remarks>Unsafe because it is one native block on a cache line: nothing of the key is ever copied by the garbage collector.</remarks>
internal sealed unsafe class AesGcmKey : SafeHandle
{
    //  round keys   15 × 16
    //  (room)       16
    //  H^16 … H^1   16 × 16
    public const int PowersOffset = 256;
    private const int Size = PowersOffset + Ghash.StepLength;
    private const int Alignment = 64;

    public AesGcmKey(ReadOnlySpan<byte> key)
        : base(0, ownsHandle: true)
    {
        if (key.Length is not (16 or 32))
        {
            throw new ArgumentException("An AES-GCM key is 16 or 32 bytes.", nameof(key));
        }

        IsLong = key.Length == 32;
        byte* block = (byte*)NativeMemory.AlignedAlloc(Size, Alignment);
        NativeMemory.Clear(block, Size);
        SetHandle((nint)block);
        var roundKeys = (Vector128<byte>*)block;
        AesKeySchedule.Expand(key, roundKeys);
        Ghash.FillPowers(Encrypt(roundKeys, Vector128<byte>.Zero, IsLong ? Aes256.Rounds : Aes128.Rounds), (Vector128<ulong>*)(block + PowersOffset));
    }

    /// <summary>What the kernel needs of the CPU.</summary>
    public static bool IsSupported => Aes.IsSupported && Pclmulqdq.V512.IsSupported && Avx512BW.IsSupported;

    public override bool IsInvalid => handle == 0;

    /// <summary>True to run the bulk of large packets in <see cref="VaesKernel"/>; stays false where that is not supported.</summary>
    public bool UsesVaes
    {
        get;
        set => field = value && VaesKernel.IsSupported;
    }

    private bool IsLong { get; }

    /// <summary>Encrypts in place and makes the tag.</summary>
    public void Seal(byte* nonce, byte* aad, int aadLength, byte* data, int length, byte* tag)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        Vector128<byte> made = IsLong
            ? AesGcmKernel.Seal<Aes256>((byte*)handle, nonce, aad, aadLength, data, length, UsesVaes)
            : AesGcmKernel.Seal<Aes128>((byte*)handle, nonce, aad, aadLength, data, length, UsesVaes);
        GC.KeepAlive(this);
        made.Store(tag);
    }

    /// <summary>Decrypts in place; false if the tag is another, and then the caller clears what lies in <paramref name="data"/>.</summary>
    public bool TryOpen(byte* nonce, byte* aad, int aadLength, byte* data, int length, byte* tag)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        Vector128<byte> made = IsLong
            ? AesGcmKernel.Open<Aes256>((byte*)handle, nonce, aad, aadLength, data, length, UsesVaes)
            : AesGcmKernel.Open<Aes128>((byte*)handle, nonce, aad, aadLength, data, length, UsesVaes);
        GC.KeepAlive(this);
        return CryptographicOperations.FixedTimeEquals(new ReadOnlySpan<byte>(&made, 16), new ReadOnlySpan<byte>(tag, 16));
    }

    protected override bool ReleaseHandle()
    {
        CryptographicOperations.ZeroMemory(new Span<byte>((void*)handle, Size));
        NativeMemory.AlignedFree((void*)handle);
        SetHandle(0);
        return true;
    }

    private static Vector128<byte> Encrypt(Vector128<byte>* roundKeys, Vector128<byte> block, int rounds)
    {
        block ^= roundKeys[0];
        for (int round = 1; round < rounds; round++)
        {
            block = Aes.Encrypt(block, roundKeys[round]);
        }

        return Aes.EncryptLast(block, roundKeys[rounds]);
    }
}
