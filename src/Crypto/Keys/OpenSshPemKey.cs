using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Hpc.Crypto.Keys;

/// <summary>Unencrypted PEM keys as <c>openssl</c> and <c>ssh-keygen -m PEM|PKCS8</c> write them.</summary>
internal static class OpenSshPemKey
{
    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string EcOid = "1.2.840.10045.2.1";
    private const string Ed25519Oid = "1.3.101.112";

    public static OpenSshPrivateKeyResult Read(string label, ReadOnlySpan<byte> content)
    {
        try
        {
            return label switch
            {
                "RSA PRIVATE KEY" => ReadRsa(content, isPkcs8: false),
                "EC PRIVATE KEY" => ReadEcdsa(content, isPkcs8: false),
                _ => ReadPkcs8(content),
            };
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            return OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Malformed, "The key file is damaged.");
        }
    }

    //  PrivateKeyInfo ::= SEQUENCE { version INTEGER, SEQUENCE { algorithm OID, … }, privateKey OCTET STRING, … }   (RFC 5208 §5)
    private static OpenSshPrivateKeyResult ReadPkcs8(ReadOnlySpan<byte> content)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(content.Length, pinned: true);
        content.CopyTo(copy);
        try
        {
            AsnReader sequence = new AsnReader(copy, AsnEncodingRules.DER).ReadSequence();
            sequence.ReadInteger();
            string oid = sequence.ReadSequence().ReadObjectIdentifier();
            return oid switch
            {
                RsaOid => ReadRsa(content, isPkcs8: true),
                EcOid => ReadEcdsa(content, isPkcs8: true),
                Ed25519Oid => ReadEd25519(sequence),
                _ => OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Unsupported, $"Keys of the algorithm {oid} are not supported."),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(copy);
        }
    }

    //  CurvePrivateKey ::= OCTET STRING, itself inside the OCTET STRING of PrivateKeyInfo   (RFC 8410 §7)
    private static OpenSshPrivateKeyResult ReadEd25519(AsnReader sequence)
    {
        byte[] inner = sequence.ReadOctetString();
        byte[]? seed = null;
        try
        {
            seed = new AsnReader(inner, AsnEncodingRules.DER).ReadOctetString();
            return seed.Length == Ed25519PublicKey.KeyLength
                ? OpenSshPrivateKeyResult.Success(Ed25519PrivateKey.Create(seed, default, ""))
                : throw new CryptographicException("An Ed25519 seed has 32 bytes.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(inner);
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    private static OpenSshPrivateKeyResult ReadRsa(ReadOnlySpan<byte> content, bool isPkcs8)
    {
        using var rsa = RSA.Create();
        if (isPkcs8)
        {
            rsa.ImportPkcs8PrivateKey(content, out _);
        }
        else
        {
            rsa.ImportRSAPrivateKey(content, out _);
        }

        RSAParameters numbers = rsa.ExportParameters(includePrivateParameters: true);
        try
        {
            return OpenSshPrivateKeyResult.Success(
                SshPrivateKeys.FromRsa(numbers.Modulus, numbers.Exponent, numbers.D, numbers.P, numbers.Q, numbers.InverseQ));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(numbers.D);
            CryptographicOperations.ZeroMemory(numbers.P);
            CryptographicOperations.ZeroMemory(numbers.Q);
            CryptographicOperations.ZeroMemory(numbers.DP);
            CryptographicOperations.ZeroMemory(numbers.DQ);
            CryptographicOperations.ZeroMemory(numbers.InverseQ);
        }
    }

    private static OpenSshPrivateKeyResult ReadEcdsa(ReadOnlySpan<byte> content, bool isPkcs8)
    {
        using var ecdsa = ECDsa.Create();
        if (isPkcs8)
        {
            ecdsa.ImportPkcs8PrivateKey(content, out _);
        }
        else
        {
            ecdsa.ImportECPrivateKey(content, out _);
        }

        ECParameters numbers = ecdsa.ExportParameters(includePrivateParameters: true);
        try
        {
            string? curve = numbers.Curve.Oid.Value switch
            {
                "1.2.840.10045.3.1.7" => "nistp256",
                "1.3.132.0.34" => "nistp384",
                "1.3.132.0.35" => "nistp521",
                _ => null,
            };
            if (numbers.Q is not { X: { } x, Y: { } y } || numbers.D is null)
            {
                throw new CryptographicException("The key is incomplete.");
            }

            return curve is null
                ? OpenSshPrivateKeyResult.Failed(OpenSshKeyFileError.Unsupported, "The key's curve is not supported; supported are nistp256, nistp384 and nistp521.")
                : OpenSshPrivateKeyResult.Success(SshPrivateKeys.FromEcdsa(curve, [4, .. x, .. y], numbers.D));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(numbers.D);
        }
    }
}
