using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Transport.Buffers;
using Hpc.Transport.Tls;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.FtpProtocol.Tests.Control;

/// <summary>An authority, a server certificate and a client certificate, made for one test.</summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hpc-ftp-tls-").FullName;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        var request = new CertificateRequest("CN=test authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        using X509Certificate2 server = Sign("localhost", "1.3.6.1.5.5.7.3.1", out ECDsa key);
        using (key)
        {
            File.WriteAllText(CertificateFile, server.ExportCertificatePem());
            File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        }

        X509Certificate2 client = Sign("alice", "1.3.6.1.5.5.7.3.2", out ECDsa clientKey);
        using (client)
        using (clientKey)
        {
            Client = client.CopyWithPrivateKey(clientKey);
        }
    }

    public X509Certificate2 Client { get; }

    private string AuthorityFile => Path.Combine(_folder, "ca.pem");

    private string CertificateFile => Path.Combine(_folder, "server.pem");

    private string KeyFile => Path.Combine(_folder, "server.key");

    public TlsServer Server(TlsClientCertificates clients = TlsClientCertificates.None)
    {
        var options = new TlsServerOptions
        {
            Certificates = [new TlsCertificateFiles(CertificateFile, KeyFile)],
            ClientCertificates = clients,
            AuthorityFiles = clients == TlsClientCertificates.None ? [] : [AuthorityFile],
        };
        return new TlsServer(options, new BlockPool(new BufferBudget(64L << 20)), NullLogger.Instance);
    }

    public void Dispose()
    {
        Client.Dispose();
        _authority.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private X509Certificate2 Sign(string name, string usage, out ECDsa key)
    {
        key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        return request.Create(_authority.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
    }
}
