using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>ecdsa-sha2-nistp256, -nistp384, -nistp521 (RFC 5656 §3).</summary>
internal sealed class EcdsaPublicKey : NativePublicKey
{
    private EcdsaPublicKey(NistCurve curve, PkeyHandle key, byte[] blob)
        : base(key, blob) => Curve = curve;

    public override string KeyType => Curve.KeyType;

    public override int Bits => Curve.Bits;

    public NistCurve Curve { get; }

    //  string    "ecdsa-sha2-" identifier
    //  string    identifier
    //  string    Q, uncompressed
    public static bool TryRead(NistCurve curve, ref KeyBlobReader reader, [NotNullWhen(true)] out SshPublicKey? key)
    {
        // The curve is the one of the key type; a blob that names another is refused (CVE-2026-16516).
        key = reader.TryReadString(out ReadOnlySpan<byte> identifier)
            && reader.TryReadString(out ReadOnlySpan<byte> point)
            && reader.IsAtEnd
            && identifier.SequenceEqual(Encoding.ASCII.GetBytes(curve.Identifier))
                ? TryCreate(curve, point)
                : null;
        return key is not null;
    }

    public static EcdsaPublicKey? TryCreate(NistCurve curve, ReadOnlySpan<byte> point)
    {
        PkeyHandle? handle = curve.TryImport(point);
        if (handle is null)
        {
            return null;
        }

        var blob = new ArrayBufferWriter<byte>();
        blob.WriteString(curve.KeyType);
        blob.WriteString(curve.Identifier);
        blob.WriteString(point);
        return new EcdsaPublicKey(curve, handle, blob.WrittenSpan.ToArray());
    }

    protected override bool VerifySignature(string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        algorithm == KeyType && EcdsaSignature.ToDer(signature) is { } der && Pkey.Verify(Key, Curve.Digest, data, der);
}
