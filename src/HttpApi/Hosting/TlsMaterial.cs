using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Hpc.HttpApi.Hosting;

/// <summary>Certificate, key and authorities of a listener; read anew on <see cref="TryReload"/>, for connections from then on (R18.5).</summary>
internal sealed class TlsMaterial
{
    private static readonly TlsCipherSuite[] SuitesOfTls13 =
        [TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256];

    private readonly HttpApiTls _options;
    private readonly ILogger _logger;
    private volatile SslServerAuthenticationOptions _current;

    /// <exception cref="HttpApiException">A file cannot be read.</exception>
    public TlsMaterial(HttpApiTls options, ILogger logger)
    {
        _options = options;
        _logger = logger;
        try
        {
            _current = Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException)
        {
            throw new HttpApiException($"The TLS certificate {options.CertificateFile} and its key, or an authority beside them, cannot be used: {e.Message}", e);
        }
    }

    /// <summary>What handshakes from now on go by.</summary>
    public SslServerAuthenticationOptions Current => _current;

    /// <summary>Reads the files again; what cannot be read leaves everything as it is. Certificates before stay alive: handshakes may be using them.</summary>
    public bool TryReload()
    {
        try
        {
            _current = Read();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException)
        {
            HttpApiLog.CertificateNotReloaded(_logger, _options.CertificateFile, e.Message);
            return false;
        }
    }

    private SslServerAuthenticationOptions Read()
    {
        X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(_options.CertificateFile, _options.KeyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(_options.CertificateFile);
        HttpApiLog.CertificateLoaded(_logger, _options.CertificateFile, certificate.NotAfter);
#pragma warning disable CA5397, CA5398 // The operator chooses the lowest version (R18.2), and 1.2 is the lowest of all.
        var tls = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            EnabledSslProtocols = _options.MinVersion >= 13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
#pragma warning restore CA5397, CA5398
        if (_options.CipherSuites.Count > 0)
        {
            tls.CipherSuitesPolicy = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()
                ? new CipherSuitesPolicy([.. SuitesOfTls13, .. _options.CipherSuites])
                : throw new CryptographicException("cipher suites cannot be chosen on this system");
        }

        if (_options.ClientCertificates != ClientCertificates.None)
        {
            var authorities = new X509Certificate2Collection();
            foreach (string file in _options.AuthorityFiles)
            {
                authorities.ImportFromPemFile(file);
            }

            if (authorities.Count == 0)
            {
                throw new CryptographicException("client certificates are asked for, and no authority is given");
            }

            var revoked = new RevokedCertificates();
            foreach (string file in _options.RevocationFiles)
            {
                revoked.Load(file, authorities);
            }

            tls.ClientCertificateRequired = true;

            // A resumed session would go by the lists of its first handshake.
            tls.AllowTlsResume = false;
            tls.RemoteCertificateValidationCallback = (_, shown, presented, _) => IsWelcome(shown, presented, authorities, revoked);
        }

        return tls;
    }

    private bool IsWelcome(X509Certificate? shown, X509Chain? presented, X509Certificate2Collection authorities, RevokedCertificates revoked)
    {
        if (shown is null)
        {
            return _options.ClientCertificates == ClientCertificates.Offered;
        }

        using var certificate = new X509Certificate2(shown);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;

        // id-kp-clientAuth (RFC 5280 §4.2.1.12).
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate) && !revoked.HasOneOf(chain.ChainElements);
    }
}
