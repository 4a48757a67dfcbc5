using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Hpc.Transport.Tls;

/// <summary>What authorities have revoked: CRLs (RFC 5280 §5.1) in DER or PEM. One that no authority of the listener has signed is no CRL of its own.</summary>
internal sealed class RevokedCertificates
{
    private const string PemLabel = "X509 CRL";
    private const string PemStart = $"-----BEGIN {PemLabel}-----";

    private static readonly Dictionary<string, HashAlgorithmName> Signatures = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.11"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.1.1.12"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.1.1.13"] = HashAlgorithmName.SHA512,
        ["1.2.840.10045.4.3.2"] = HashAlgorithmName.SHA256,
        ["1.2.840.10045.4.3.3"] = HashAlgorithmName.SHA384,
        ["1.2.840.10045.4.3.4"] = HashAlgorithmName.SHA512,
    };

    private readonly HashSet<string> _revoked = new(StringComparer.Ordinal);

    /// <exception cref="CryptographicException">The file is no CRL, or none of these authorities.</exception>
    public void Load(string file, X509Certificate2Collection authorities)
    {
        byte[] content = File.ReadAllBytes(file);
        string text = Encoding.Latin1.GetString(content);
        int read = 0;
        for (int at = 0; PemEncoding.TryFind(text.AsSpan(at), out PemFields pem); at += pem.Location.End.Value)
        {
            if (text.AsSpan(at)[pem.Label].SequenceEqual(PemLabel))
            {
                read++;
                Add(file, Convert.FromBase64String(text[(at + pem.Base64Data.Start.Value)..(at + pem.Base64Data.End.Value)]), authorities);
            }
        }

        // One that is cut off or misspelt would be passed over, and what it revokes with it.
        int started = text.AsSpan().Count(PemStart);
        if (started != read)
        {
            throw new CryptographicException($"the revocation list {file} begins {started} times in PEM, and {read} of them can be read");
        }

        if (read == 0)
        {
            Add(file, content, authorities);
        }
    }

    /// <summary>True if an element of the chain is revoked by the one above it, whose own name is the list's: below it the same name may be spelled with other string types.</summary>
    public bool HasOneOf(X509ChainElementCollection chain)
    {
        for (int i = 0; i < chain.Count; i++)
        {
            X509Certificate2 issuer = chain[Math.Min(i + 1, chain.Count - 1)].Certificate;
            if (_revoked.Contains(KeyOf(issuer.SubjectName.RawData, chain[i].Certificate.SerialNumberBytes.Span)))
            {
                return true;
            }
        }

        return false;
    }

    private void Add(string file, byte[] der, X509Certificate2Collection authorities)
    {
        try
        {
            // CertificateList ::= SEQUENCE { tbsCertList, signatureAlgorithm, signatureValue BIT STRING }
            AsnReader list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            ReadOnlyMemory<byte> signed = list.PeekEncodedValue();
            AsnReader revoking = list.ReadSequence();
            string algorithm = list.ReadSequence().ReadObjectIdentifier();
            byte[] signature = list.ReadBitString(out _);

            // TBSCertList ::= SEQUENCE { version INTEGER OPTIONAL, signature, issuer, thisUpdate, nextUpdate OPTIONAL, revokedCertificates OPTIONAL, crlExtensions [0] OPTIONAL }
            if (revoking.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            {
                revoking.ReadInteger();
            }

            revoking.ReadSequence();
            byte[] issuer = revoking.ReadEncodedValue().ToArray();
            if (!authorities.Any(authority => authority.SubjectName.RawData.AsSpan().SequenceEqual(issuer) && IsSignedBy(authority, signed.Span, signature, algorithm)))
            {
                throw new CryptographicException($"the revocation list {file} is signed by none of the authorities");
            }

            while (revoking.HasData && revoking.PeekTag() is { TagClass: TagClass.Universal } tag)
            {
                if (!tag.HasSameClassAndValue(Asn1Tag.Sequence))
                {
                    revoking.ReadEncodedValue();
                    continue;
                }

                // revokedCertificates: SEQUENCE OF SEQUENCE { userCertificate INTEGER, revocationDate, … }
                for (AsnReader entries = revoking.ReadSequence(); entries.HasData;)
                {
                    _revoked.Add(KeyOf(issuer, entries.ReadSequence().ReadIntegerBytes().Span));
                }
            }

            if (revoking.HasData && HasCriticalExtension(revoking.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence()))
            {
                throw new CryptographicException($"the revocation list {file} has a critical extension, so that it is about other certificates than those of its issuer, or only some of them");
            }
        }
        catch (AsnContentException e)
        {
            throw new CryptographicException($"{file} is no revocation list", e);
        }
    }

    // Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
    private static bool HasCriticalExtension(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsSignedBy(X509Certificate2 authority, ReadOnlySpan<byte> signed, byte[] signature, string algorithm)
    {
        if (!Signatures.TryGetValue(algorithm, out HashAlgorithmName hash))
        {
            return false;
        }

        using RSA? rsa = authority.GetRSAPublicKey();
        using ECDsa? ec = authority.GetECDsaPublicKey();
        return rsa?.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1) ?? ec?.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence) ?? false;
    }

    private static string KeyOf(ReadOnlySpan<byte> issuer, ReadOnlySpan<byte> serial) => Convert.ToHexString(issuer) + ":" + Convert.ToHexString(serial);
}
