using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>ssh-ed25519 (RFC 8709).</summary>
internal sealed class Ed25519PublicKey : NativePublicKey
{
    public const string Name = "ssh-ed25519";
    public const int KeyLength = 32;
    public const int SignatureLength = 64;

    private Ed25519PublicKey(PkeyHandle key, byte[] blob)
        : base(key, blob)
    {
    }

    public override string KeyType => Name;

    public override int Bits => 256;

    //  string    "ssh-ed25519"
    //  string    key
    public static bool TryRead(ref KeyBlobReader reader, [NotNullWhen(true)] out SshPublicKey? key)
    {
        key = reader.TryReadString(out ReadOnlySpan<byte> point) && reader.IsAtEnd ? TryCreate(point) : null;
        return key is not null;
    }

    public static Ed25519PublicKey? TryCreate(ReadOnlySpan<byte> point)
    {
        PkeyHandle? handle = point.Length == KeyLength ? Pkey.TryImportRawPublic(LibCrypto.Ed25519, point) : null;
        if (handle is null)
        {
            return null;
        }

        var blob = new ArrayBufferWriter<byte>();
        blob.WriteString(Name);
        blob.WriteString(point);
        return new Ed25519PublicKey(handle, blob.WrittenSpan.ToArray());
    }

    protected override bool VerifySignature(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        algorithm == Name && signature.Length == SignatureLength && Pkey.Verify(Key, null, data, signature);
}
