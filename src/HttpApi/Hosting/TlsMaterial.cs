using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Transport.Tls;
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
            var rules = new ClientCertificateRules(_options.AuthorityFiles, _options.RevocationFiles);
            tls.ClientCertificateRequired = true;

            // A resumed session would go by the lists of its first handshake.
            tls.AllowTlsResume = false;
            tls.RemoteCertificateValidationCallback = (_, shown, presented, _) => IsWelcome(shown, presented, rules);
        }

        return tls;
    }

    private bool IsWelcome(X509Certificate? shown, X509Chain? presented, ClientCertificateRules rules)
    {
        if (shown is null)
        {
            return _options.ClientCertificates == ClientCertificates.Offered;
        }

        using var certificate = new X509Certificate2(shown);
        return rules.IsWelcome(certificate, presented?.ChainPolicy.ExtraStore ?? []);
    }
}
