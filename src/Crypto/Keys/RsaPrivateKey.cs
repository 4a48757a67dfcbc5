using System.Buffers;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Keys;

/// <summary>ssh-rsa keys (RFC 4253 §6.6) with the signature algorithms of RFC 8332.</summary>
internal sealed class RsaPrivateKey : NativePrivateKey
{
    private RsaPrivateKey(PkeyHandle key, SshPublicKey publicKey)
        : base(key, publicKey)
    {
    }

    public override IReadOnlyList<string> Algorithms { get; } = ["rsa-sha2-512", "rsa-sha2-256", RsaPublicKey.Name];

    public static RsaPrivateKey Generate(int bits, string comment)
    {
        PkeyHandle key = Pkey.GenerateRsa(bits);
        using SecretBytes n = Pkey.Number(key, "n");
        using SecretBytes e = Pkey.Number(key, "e");
        return new RsaPrivateKey(key, RsaPublicKey.TryCreate(n.Span, e.Span, allowWeak: true)!) { Comment = comment };
    }

    /// <summary>From unsigned big-endian numbers.</summary>
    public static RsaPrivateKey Create(
        ReadOnlySpan<byte> n,
        ReadOnlySpan<byte> e,
        ReadOnlySpan<byte> d,
        ReadOnlySpan<byte> p,
        ReadOnlySpan<byte> q,
        ReadOnlySpan<byte> iqmp,
        string comment)
    {
        n = Mpint.Magnitude(n);
        e = Mpint.Magnitude(e);
        d = Mpint.Magnitude(d);
        p = Mpint.Magnitude(p);
        q = Mpint.Magnitude(q);
        iqmp = Mpint.Magnitude(iqmp);
        RsaPublicKey? publicKey = RsaPublicKey.TryCreate(n, e, allowWeak: true);

        // A factor is shorter than n; d may be as long. Bounds come before any arithmetic.
        if (publicKey is null || d.IsEmpty || d.Length > n.Length || !IsFactor(p, n) || !IsFactor(q, n) || iqmp.IsEmpty || iqmp.Length > p.Length)
        {
            publicKey?.Dispose();
            throw new CryptographicException("The RSA key is malformed.");
        }

        // A wrong CRT value would let a single signature give the factors away.
        if (!BigNumberMath.IsProduct(n, p, q)
            || !BigNumberMath.AreInverseBelow(d, e, p)
            || !BigNumberMath.AreInverseBelow(d, e, q)
            || !BigNumberMath.AreInverse(iqmp, q, p))
        {
            publicKey.Dispose();
            throw new CryptographicException("The parts of the RSA key do not belong together.");
        }

        using SecretBytes exponent1 = BigNumberMath.CrtExponent(d, p);
        using SecretBytes exponent2 = BigNumberMath.CrtExponent(d, q);
        using var parameters = new OsslParameterList();
        parameters.AddNumber("n", n);
        parameters.AddNumber("e", e);
        parameters.AddNumber("d", d);
        parameters.AddNumber("rsa-factor1", p);
        parameters.AddNumber("rsa-factor2", q);
        parameters.AddNumber("rsa-exponent1", exponent1.Span);
        parameters.AddNumber("rsa-exponent2", exponent2.Span);
        parameters.AddNumber("rsa-coefficient1", iqmp);
        PkeyHandle? key = Pkey.TryImport("RSA", LibCrypto.SelectKeyPair, parameters);
        if (key is null)
        {
            publicKey.Dispose();
            throw new CryptographicException("The RSA key is malformed.");
        }

        return new RsaPrivateKey(key, publicKey) { Comment = comment };
    }

    internal override void WritePrivateFields(IBufferWriter<byte> destination)
    {
        //  string    "ssh-rsa"
        //  mpint     n
        //  mpint     e
        //  mpint     d
        //  mpint     iqmp
        //  mpint     p
        //  mpint     q
        destination.WriteString(RsaPublicKey.Name);
        foreach (string name in (ReadOnlySpan<string>)["n", "e", "d", "rsa-coefficient1", "rsa-factor1", "rsa-factor2"])
        {
            using SecretBytes number = Pkey.Number(Key, name);
            destination.WriteMpint(number.Span);
        }
    }

    protected override byte[] SignData(string algorithm, ReadOnlySpan<byte> data) => Pkey.Sign(Key, RsaPublicKey.DigestOf(algorithm), data);

    private static bool IsFactor(ReadOnlySpan<byte> factor, ReadOnlySpan<byte> n) =>
        !factor.IsEmpty && factor.Length < n.Length && (factor[^1] & 1) == 1 && (factor.Length > 1 || factor[0] >= 3);
}
