using System.Security.Cryptography;

namespace Hpc.Crypto.Keys;

/// <summary>Makes private keys, new or from the numbers of a key file.</summary>
public static class SshPrivateKeys
{
    /// <summary>Modulus bits of a new RSA key unless told otherwise.</summary>
    public const int DefaultRsaBits = 3072;

    /// <summary>Makes a new key.</summary>
    /// <param name="keyType"><c>ssh-ed25519</c>, <c>ecdsa-sha2-nistp256</c>, <c>-nistp384</c>, <c>-nistp521</c> or <c>ssh-rsa</c>.</param>
    /// <param name="bits">RSA modulus bits, 1,024 to 16,384; 0 for <see cref="DefaultRsaBits"/>. The other types have one size each and ignore it.</param>
    /// <param name="comment">Comment of the key file.</param>
    /// <exception cref="ArgumentException">No such type or size.</exception>
    public static SshPrivateKey Generate(string keyType, int bits = 0, string comment = "")
    {
        switch (keyType)
        {
            case Ed25519PublicKey.Name:
                using (var seed = new SecretBytes(Ed25519PublicKey.KeyLength))
                {
                    RandomNumberGenerator.Fill(seed.Span);
                    return Ed25519PrivateKey.Create(seed.Span, default, comment);
                }

            case RsaPublicKey.Name:
                int modulusBits = bits == 0 ? DefaultRsaBits : bits;
                ArgumentOutOfRangeException.ThrowIfLessThan(modulusBits, RsaPublicKey.MinBits, nameof(bits));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(modulusBits, RsaPublicKey.MaxBits, nameof(bits));
                return RsaPrivateKey.Generate(modulusBits, comment);

            default:
                NistCurve curve = NistCurve.OfKeyType(keyType) ?? throw new ArgumentException($"There is no key type '{keyType}'.", nameof(keyType));
                return EcdsaPrivateKey.Generate(curve, comment);
        }
    }

    /// <summary>An Ed25519 key from its seed and its public half, which must belong together.</summary>
    /// <exception cref="CryptographicException">They do not.</exception>
    public static SshPrivateKey FromEd25519(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicPoint, string comment = "")
    {
        if (publicPoint.Length != Ed25519PublicKey.KeyLength)
        {
            throw new CryptographicException("An Ed25519 public key has 32 bytes.");
        }

        return Ed25519PrivateKey.Create(seed, publicPoint, comment);
    }

    /// <summary>An ECDSA key from its parts, which must belong together.</summary>
    /// <param name="curve"><c>nistp256</c>, <c>nistp384</c> or <c>nistp521</c>.</param>
    /// <param name="publicPoint">Q, uncompressed.</param>
    /// <param name="privateScalar">d, big-endian (an mpint's content will do).</param>
    /// <param name="comment">Comment of the key file.</param>
    /// <exception cref="CryptographicException">They do not, or there is no such curve.</exception>
    public static SshPrivateKey FromEcdsa(string curve, ReadOnlySpan<byte> publicPoint, ReadOnlySpan<byte> privateScalar, string comment = "") =>
        EcdsaPrivateKey.Create(
            NistCurve.OfIdentifier(curve) ?? throw new CryptographicException($"There is no curve '{curve}'."),
            publicPoint,
            privateScalar,
            comment);

    /// <summary>An RSA key from its parts (big-endian; mpint contents will do), which must belong together.</summary>
    /// <exception cref="CryptographicException">They do not, or are outside the bounds.</exception>
    public static SshPrivateKey FromRsa(
        ReadOnlySpan<byte> n,
        ReadOnlySpan<byte> e,
        ReadOnlySpan<byte> d,
        ReadOnlySpan<byte> p,
        ReadOnlySpan<byte> q,
        ReadOnlySpan<byte> iqmp,
        string comment = "") => RsaPrivateKey.Create(n, e, d, p, q, iqmp, comment);
}
