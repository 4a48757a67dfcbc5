using System.Runtime.InteropServices;
using Hpc.Crypto.Ctr;

namespace Hpc.Crypto.Interop;

/// <summary>An EVP_CIPHER_CTX with its key. Not thread-safe; freed on dispose or by the finalizer.</summary>
internal sealed unsafe class CipherContext : SafeHandle, IPacketStream
{
    public CipherContext(string cipher, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt)
        : base(0, ownsHandle: true)
    {
        nint algorithm = Fetched.Cipher(cipher);
        SetHandle(LibCrypto.EVP_CIPHER_CTX_new());
        LibCrypto.Require(handle != 0, nameof(LibCrypto.EVP_CIPHER_CTX_new));
        fixed (byte* keyBytes = key)
        fixed (byte* ivBytes = iv)
        {
            int ready = LibCrypto.EVP_CipherInit_ex(handle, algorithm, 0, keyBytes, ivBytes, encrypt ? 1 : 0);
            LibCrypto.Require(ready == 1, nameof(LibCrypto.EVP_CipherInit_ex));
        }

        _ = LibCrypto.EVP_CIPHER_CTX_set_padding(handle, 0);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Starts anew with this IV under the same key.</summary>
    public void SetIv(byte* iv)
    {
        ThrowIfFreed();
        int set = LibCrypto.SetIv(handle, 0, 0, null, iv, -1);
        GC.KeepAlive(this);
        LibCrypto.Require(set == 1, nameof(SetIv));
    }

    /// <summary>Encrypts or decrypts; <paramref name="output"/> may be <paramref name="input"/>. Without output the input is authenticated only.</summary>
    public void Apply(byte* output, byte* input, int length) => LibCrypto.Require(TryApply(output, input, length), nameof(LibCrypto.EVP_Cipher));

    void IPacketStream.Apply(byte* data, int length) => Apply(data, data, length);

    void IPacketStream.TrustPeer()
    {
    }

    /// <summary>Ends an AEAD packet: makes the tag, or compares it (in constant time) with the one given by <see cref="SetTag"/>.</summary>
    public bool TryFinish() => TryApply(null, null, 0);

    public void SetTag(byte* tag, int length) => Control(LibCrypto.AeadSetTag, tag, length);

    public void GetTag(byte* tag, int length) => Control(LibCrypto.AeadGetTag, tag, length);

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_CIPHER_CTX_free(handle);
        SetHandle(0);
        return true;
    }

    private bool TryApply(byte* output, byte* input, int length)
    {
        ThrowIfFreed();
        int result = length <= LibCrypto.ShortCipherLength
            ? LibCrypto.CipherShort(handle, output, input, (uint)length)
            : LibCrypto.EVP_Cipher(handle, output, input, (uint)length);
        GC.KeepAlive(this);

        // -1 is failure; 0 is failure too unless there was nothing to output.
        return length == 0 ? result >= 0 : result > 0;
    }

    private void Control(int type, byte* tag, int length)
    {
        ThrowIfFreed();
        int done = LibCrypto.ControlShort(handle, type, length, tag);
        GC.KeepAlive(this);
        LibCrypto.Require(done == 1, "EVP_CIPHER_CTX_ctrl");
    }

    private void ThrowIfFreed() => ObjectDisposedException.ThrowIf(handle == 0, this);
}
