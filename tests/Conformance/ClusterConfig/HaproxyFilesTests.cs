using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.ClusterConfig;

/// <summary>HAProxy takes the configurations of cluster-config.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class HaproxyFilesTests
{
    private const string Certificate = "/etc/haproxy/hpc.pem";

    [Theory]
    [InlineData("haproxy/haproxy.cfg")]
    [InlineData("haproxy/node.cfg")]
    [InlineData("compose/haproxy.cfg")]
    public async Task A_configuration_is_valid(string file)
    {
        Require.Tool("haproxy");
        using var directory = new TestDirectory("haproxy");
        CancellationToken ct = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(directory["hpc.pem"], SelfSigned(), ct);
        string text = await File.ReadAllTextAsync(Path.Combine(ThreeNodes.Examples, file), ct);
        await File.WriteAllTextAsync(directory["haproxy.cfg"], text.Replace(Certificate, directory["hpc.pem"], StringComparison.Ordinal), ct);
        (await new ClientRunner(directory.Path).RunAsync("haproxy", ["-c", "-f", directory["haproxy.cfg"]])).EnsureSuccess();
    }

    private static string SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=files.example.com", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
