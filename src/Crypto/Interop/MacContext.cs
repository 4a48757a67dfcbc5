using System.Runtime.InteropServices;

namespace Hpc.Crypto.Interop;

/// <summary>An EVP_MAC_CTX, reused for every packet. Not thread-safe; freed on dispose or by the finalizer.</summary>
internal sealed unsafe class MacContext : SafeHandle
{
    private MacContext(string mac)
        : base(0, ownsHandle: true)
    {
        SetHandle(LibCrypto.EVP_MAC_CTX_new(Fetched.Mac(mac)));
        LibCrypto.Require(handle != 0, nameof(LibCrypto.EVP_MAC_CTX_new));
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>HMAC with a digest by OpenSSL's name (<c>SHA2-256</c>); the key stays.</summary>
    public static MacContext Hmac(string digest, ReadOnlySpan<byte> key)
    {
        var context = new MacContext("HMAC");
        using var parameters = new OsslParameterList();
        parameters.AddText("digest", digest);
        fixed (byte* bytes = key)
        {
            int ready = LibCrypto.EVP_MAC_init(context.handle, bytes, (nuint)key.Length, parameters.Pointer);
            LibCrypto.Require(ready == 1, nameof(LibCrypto.EVP_MAC_init));
        }

        return context;
    }

    /// <summary>Poly1305; <see cref="Start"/> takes the one-time key of each packet.</summary>
    public static MacContext Poly1305() => new("POLY1305");

    /// <summary>Starts a message with a new key, or with the old one if null.</summary>
    public void Start(byte* key, int keyLength)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        int ready = LibCrypto.MacInitShort(handle, key, (nuint)keyLength, null);
        GC.KeepAlive(this);
        LibCrypto.Require(ready == 1, nameof(LibCrypto.EVP_MAC_init));
    }

    public void Update(byte* data, int length)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        int done = length <= LibCrypto.ShortMacLength
            ? LibCrypto.MacUpdateShort(handle, data, (nuint)length)
            : LibCrypto.EVP_MAC_update(handle, data, (nuint)length);
        GC.KeepAlive(this);
        LibCrypto.Require(done == 1, nameof(LibCrypto.EVP_MAC_update));
    }

    public void Finish(byte* tag, int length)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        nuint written;
        int done = LibCrypto.MacFinalShort(handle, tag, &written, (nuint)length);
        GC.KeepAlive(this);
        LibCrypto.Require(done == 1 && written == (nuint)length, "EVP_MAC_final");
    }

    protected override bool ReleaseHandle()
    {
        LibCrypto.EVP_MAC_CTX_free(handle);
        SetHandle(0);
        return true;
    }
}
