using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Authentication;

/// <summary>Tells whether a TLS client certificate, which the handshake has verified, is one of a user's (R2.23–R2.25).</summary>
internal sealed class UserCertificates(TimeProvider time)
{
    private const int MaxLength = 64 << 10;

    private readonly ConditionalWeakTable<LoginRules, byte[][]> _digests = [];

    /// <summary>True if it is one of the listed ones, or, where none are listed, if its common name is the user's and counts.</summary>
    public bool Hold(UserAccount? user, ReadOnlySpan<byte> certificate)
    {
        if (user is null || certificate.IsEmpty || certificate.Length > MaxLength || !TryRead(certificate, out string? commonName))
        {
            return false;
        }

        if (user.Logins.TlsCertificates.Count == 0)
        {
            return user.Logins.IsCommonNameUser && string.Equals(commonName, user.UserName, StringComparison.Ordinal);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(certificate, digest);
        bool found = false;
        foreach (byte[] known in _digests.GetValue(user.Logins, static rules => DigestsOf(rules.TlsCertificates)))
        {
            found |= CryptographicOperations.FixedTimeEquals(known, digest);
        }

        return found;
    }

    private bool TryRead(ReadOnlySpan<byte> certificate, out string? commonName)
    {
        commonName = null;
        try
        {
            using X509Certificate2 parsed = X509CertificateLoader.LoadCertificate(certificate);
            DateTimeOffset now = time.GetUtcNow();
            commonName = CommonNameOf(parsed);
            return now >= parsed.NotBefore.ToUniversalTime() && now <= parsed.NotAfter.ToUniversalTime() && parsed.RawData.AsSpan().SequenceEqual(certificate);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The one common name; none if there are several, of which a proxy or another program might take another.</summary>
    private static string? CommonNameOf(X509Certificate2 certificate)
    {
        string? found = null;
        foreach (X500RelativeDistinguishedName name in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (name.HasMultipleElements)
            {
                return null;
            }

            if (name.GetSingleElementType().Value != "2.5.4.3")
            {
                continue;
            }

            if (found is not null)
            {
                return null;
            }

            found = name.GetSingleElementValue();
        }

        return found;
    }

    private static byte[][] DigestsOf(IReadOnlyList<string> certificates)
    {
        var digests = new List<byte[]>(certificates.Count);
        foreach (string text in certificates)
        {
            if (PemEncoding.TryFind(text, out PemFields fields) && text.AsSpan()[fields.Label] is "CERTIFICATE")
            {
                digests.Add(SHA256.HashData(Convert.FromBase64String(text[fields.Base64Data])));
            }
        }

        return [.. digests];
    }
}
