using Hpc.Crypto.Interop;

namespace Hpc.Crypto;

/// <summary>The three curves that RFC 5656 requires, and what goes with each.</summary>
/// <param name="Identifier">Curve name in blobs and after the dash in algorithm names (RFC 5656 §6.1).</param>
/// <param name="Bits">Field size.</param>
/// <param name="Group">OpenSSL's name.</param>
/// <param name="Digest">OpenSSL's name of the curve's hash (RFC 5656 §6.2.1).</param>
internal sealed record NistCurve(string Identifier, int Bits, string Group, string Digest)
{
    public static readonly NistCurve P256 = new("nistp256", 256, "P-256", "SHA2-256");
    public static readonly NistCurve P384 = new("nistp384", 384, "P-384", "SHA2-384");
    public static readonly NistCurve P521 = new("nistp521", 521, "P-521", "SHA2-512");

    public string KeyType { get; } = "ecdsa-sha2-" + Identifier;

    public string KeyExchange { get; } = "ecdh-sha2-" + Identifier;

    /// <summary>Bytes of a coordinate.</summary>
    public int FieldLength => (Bits + 7) / 8;

    /// <summary>Bytes of an uncompressed point: <c>0x04, X, Y</c>.</summary>
    public int PointLength => 1 + (2 * FieldLength);

    public static NistCurve? OfIdentifier(string identifier) => All().FirstOrDefault(curve => curve.Identifier == identifier);

    public static NistCurve? OfKeyType(string keyType) => All().FirstOrDefault(curve => curve.KeyType == keyType);

    public static NistCurve OfKeyExchange(string name) => All().First(curve => curve.KeyExchange == name);

    /// <summary>Imports an uncompressed point; null if it is of another form, at infinity or not on the curve.</summary>
    public PkeyHandle? TryImport(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointLength || point[0] != 4)
        {
            return null;
        }

        using var parameters = new OsslParameterList();
        parameters.AddText("group", Group);
        parameters.AddOctets("pub", point);
        return Pkey.TryImport("EC", LibCrypto.SelectPublicKey, parameters);
    }

    private static NistCurve[] All() => [P256, P384, P521];
}
