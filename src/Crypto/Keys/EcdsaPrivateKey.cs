using System.Buffers;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>ecdsa-sha2-nistp256, -nistp384, -nistp521 (RFC 5656 §3).</summary>
internal sealed class EcdsaPrivateKey : NativePrivateKey
{
    private readonly NistCurve _curve;
    private readonly byte[] _point;

    private EcdsaPrivateKey(NistCurve curve, PkeyHandle key, byte[] point, SshPublicKey publicKey)
        : base(key, publicKey)
    {
        _curve = curve;
        _point = point;
        Algorithms = [curve.KeyType];
    }

    public override IReadOnlyList<string> Algorithms { get; }

    public static EcdsaPrivateKey Generate(NistCurve curve, string comment)
    {
        PkeyHandle key = Pkey.GenerateEc(curve.Group);
        byte[] point = Pkey.EncodedPoint(key);
        return new EcdsaPrivateKey(curve, key, point, EcdsaPublicKey.TryCreate(curve, point)!) { Comment = comment };
    }

    public static EcdsaPrivateKey Create(NistCurve curve, ReadOnlySpan<byte> point, ReadOnlySpan<byte> scalar, string comment)
    {
        ReadOnlySpan<byte> magnitude = Mpint.Magnitude(scalar);
        EcdsaPublicKey? publicKey = EcdsaPublicKey.TryCreate(curve, point);
        if (publicKey is null || magnitude.IsEmpty || magnitude.Length > curve.FieldLength)
        {
            throw new CryptographicException("The ECDSA key is malformed.");
        }

        using var padded = new SecretBytes(curve.FieldLength);
        magnitude.CopyTo(padded.Span[^magnitude.Length..]);
        using var parameters = new OsslParameterList();
        parameters.AddText("group", curve.Group);
        parameters.AddOctets("pub", point);
        parameters.AddNumber("priv", padded.Span);
        PkeyHandle? key = Pkey.TryImport("EC", LibCrypto.SelectKeyPair, parameters);
        if (key is null || !Pkey.IsPair(key))
        {
            key?.Dispose();
            publicKey.Dispose();
            throw new CryptographicException("The public half of the ECDSA key does not belong to the private one.");
        }

        return new EcdsaPrivateKey(curve, key, point.ToArray(), publicKey) { Comment = comment };
    }

    internal override void WritePrivateFields(IBufferWriter<byte> destination)
    {
        //  string    "ecdsa-sha2-" identifier
        //  string    identifier
        //  string    Q
        //  mpint     d
        using SecretBytes scalar = Pkey.Number(Key, "priv");
        destination.WriteString(_curve.KeyType);
        destination.WriteString(_curve.Identifier);
        destination.WriteString(_point);
        destination.WriteMpint(scalar.Span);
    }

    protected override byte[] SignData(string algorithm, ReadOnlySpan<byte> data) =>
        EcdsaSignature.FromDer(Pkey.Sign(Key, _curve.Digest, data));
}
