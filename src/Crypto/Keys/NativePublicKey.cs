using System.Text;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>A public key held by libcrypto.</summary>
internal abstract class NativePublicKey(PkeyHandle key, byte[] blob) : SshPublicKey
{
    public override ReadOnlyMemory<byte> Blob => blob;

    protected PkeyHandle Key => key;

    public override bool Verify(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signatureBlob)
    {
        //  string    signature algorithm
        //  string    signature
        var reader = new KeyBlobReader(signatureBlob);
        return reader.TryReadString(out ReadOnlySpan<byte> name)
            && reader.TryReadString(out ReadOnlySpan<byte> signature)
            && reader.IsAtEnd
            && name.SequenceEqual(Encoding.ASCII.GetBytes(algorithm))
            && VerifySignature(algorithm, data, signature);
    }

    public override string ToString() => $"{KeyType} {Bits}";

    protected abstract bool VerifySignature(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);

    protected override void Dispose(bool disposing) => key.Dispose();
}
