using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Transport.Buffers;
using Hpc.Transport.Tls;
using Microsoft.Extensions.Logging;

namespace Hpc.Transport.Tests.Tls;

/// <summary>An authority with a folder for its files.</summary>
internal sealed class TestFiles : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _folder = Directory.CreateTempSubdirectory("hpctls-").FullName;

    public TestFiles()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(AuthorityFile, Authority.ExportCertificatePem());
    }

    public X509Certificate2 Authority { get; }

    public string AuthorityFile => this["ca.pem"];

    public BlockPool Pool { get; } = new(new BufferBudget(1L << 30));

    public ListLogger Logger { get; } = new();

    public string this[string name] => Path.Combine(_folder, name);

    /// <summary>A server with a certificate for <c>files.example.com</c>.</summary>
    public TlsServer Server(Func<TlsServerOptions, TlsServerOptions>? change = null)
    {
        var options = new TlsServerOptions { Certificates = [Certificate("files.example.com")] };
        return new TlsServer(change?.Invoke(options) ?? options, Pool, Logger);
    }

    public TlsCertificateFiles Certificate(string host, bool isRsa = false, string? file = null)
    {
        file ??= host;
        using RSA? rsa = isRsa ? RSA.Create(2048) : null;
        using ECDsa? ec = isRsa ? null : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = rsa is not null
            ? new CertificateRequest($"CN={host}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={host}", ec!, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = Sign(request);
        File.WriteAllText(this[file + ".pem"], certificate.ExportCertificatePem() + "\n" + Authority.ExportCertificatePem());
        File.WriteAllText(this[file + ".key"], ((AsymmetricAlgorithm?)rsa ?? ec!).ExportPkcs8PrivateKeyPem());
        return new TlsCertificateFiles(this[file + ".pem"], this[file + ".key"]);
    }

    public X509Certificate2 Client(string name, string usage = "1.3.6.1.5.5.7.3.2")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using X509Certificate2 certificate = Sign(request);
        return certificate.CopyWithPrivateKey(key);
    }

    public string Revoke(X509Certificate2 certificate)
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(certificate);
        byte[] list = builder.Build(Authority, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        File.WriteAllBytes(this["revoked.crl"], list);
        return this["revoked.crl"];
    }

    public void Dispose()
    {
        Authority.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Sign(CertificateRequest request) =>
        request.Create(Authority.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
}
