using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hpc.Transport.Tls;

/// <summary>Which certificates of clients are good: those of given authorities that these have not revoked. Made anew when the files change.</summary>
public sealed class ClientCertificateRules
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly RevokedCertificates _revoked = new();

    /// <param name="authorityFiles">PEM files of the authorities.</param>
    /// <param name="revocationFiles">Files (PEM or DER) with what they have revoked.</param>
    /// <exception cref="CryptographicException">A file does not hold what it should, or there is no authority.</exception>
    public ClientCertificateRules(IReadOnlyList<string> authorityFiles, IReadOnlyList<string> revocationFiles)
    {
        ArgumentNullException.ThrowIfNull(authorityFiles);
        ArgumentNullException.ThrowIfNull(revocationFiles);
        foreach (string file in authorityFiles)
        {
            _authorities.ImportFromPemFile(file);
        }

        if (_authorities.Count == 0)
        {
            throw new CryptographicException("client certificates are asked for, and no authority is given");
        }

        foreach (string file in revocationFiles)
        {
            _revoked.Load(file, _authorities);
        }
    }

    /// <summary>The authorities, for the list that clients choose by.</summary>
    public IEnumerable<X509Certificate2> Authorities => _authorities;

    /// <summary>Judges a certificate by the authorities alone; nothing is downloaded.</summary>
    /// <param name="certificate">The client's own.</param>
    /// <param name="beside">What the client showed beside it.</param>
    public bool IsWelcome(X509Certificate2 certificate, X509Certificate2Collection beside)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.ExtraStore.AddRange(beside);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // id-kp-clientAuth (RFC 5280 §4.2.1.12).
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate) && !_revoked.HasOneOf(chain.ChainElements);
    }
}
