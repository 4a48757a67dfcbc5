using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>A private key held by libcrypto, which clears it when it is freed.</summary>
internal abstract class NativePrivateKey(PkeyHandle key, SshPublicKey publicKey) : SshPrivateKey
{
    public override SshPublicKey PublicKey => publicKey;

    protected PkeyHandle Key => key;

    public override byte[] Sign(string algorithm, ReadOnlySpan<byte> data) =>
        Algorithms.Contains(algorithm)
            ? KeyBlobWriter.Signature(algorithm, SignData(algorithm, data))
            : throw new ArgumentException($"A key of type {publicKey.KeyType} cannot sign with '{algorithm}'.", nameof(algorithm));

    public override string ToString() => $"{publicKey} (private)";

    protected abstract byte[] SignData(string algorithm, ReadOnlySpan<byte> data);

    protected override void Dispose(bool disposing)
    {
        key.Dispose();
        publicKey.Dispose();
    }
}
