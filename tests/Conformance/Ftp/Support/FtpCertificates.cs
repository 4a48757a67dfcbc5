using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hpc.Conformance.Tests.Ftp.Support;

/// <summary>An authority, the server's certificate, and those of clients, as PEM files in a folder.</summary>
public sealed class FtpCertificates : IDisposable
{
    private readonly string _folder;
    private readonly X509Certificate2 _authority;
    private readonly Dictionary<string, byte[]> _serials = [];
    private int _serial;

    public FtpCertificates(string folder)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request("conformance authority", key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        Issue("server", IPAddress.Loopback, IPAddress.Parse("127.0.0.6"));
    }

    public string AuthorityFile => Path.Combine(_folder, "authority.pem");

    public string RevocationFile => Path.Combine(_folder, "revoked.crl");

    public string CertificateOf(string name) => Path.Combine(_folder, name + ".pem");

    public string KeyOf(string name) => Path.Combine(_folder, name + ".key");

    /// <summary>A new certificate with the name as its common name.</summary>
    public void Issue(string name, params IPAddress[] addresses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(addresses.Length > 0 ? "localhost" : name);
        foreach (IPAddress address in addresses)
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        byte[] serial = [1, (byte)++_serial];
        using X509Certificate2 certificate = request.Create(_authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10), serial);
        _serials[name] = serial;
        File.WriteAllText(CertificateOf(name), certificate.ExportCertificatePem());
        File.WriteAllText(KeyOf(name), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A list of certificates that the authority has taken back.</summary>
    public void WriteRevocationList(string file, params string[] names)
    {
        var list = new CertificateRevocationListBuilder();
        foreach (string name in names)
        {
            list.AddEntry(_serials[name]);
        }

        byte[] signed = list.Build(_authority, _serial, DateTimeOffset.UtcNow.AddDays(9), HashAlgorithmName.SHA256, thisUpdate: DateTimeOffset.UtcNow.AddDays(-1));
        File.WriteAllText(Path.Combine(_folder, file), new string(PemEncoding.Write("X509 CRL", signed)));
    }

    public void Dispose() => _authority.Dispose();

    private static CertificateRequest Request(string name, ECDsa key) => new($"CN={name}", key, HashAlgorithmName.SHA256);
}
