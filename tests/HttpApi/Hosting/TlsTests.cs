using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hpc.HttpApi.Tests;

public sealed class TlsTests : IDisposable
{
    private readonly DirectoryInfo _files = Directory.CreateTempSubdirectory("hpc-tls-");

    public void Dispose() => _files.Delete(recursive: true);

    [Fact]
    public async Task The_api_speaks_http2_over_tls_and_takes_a_new_certificate_without_a_restart()
    {
        HttpApiTls tls = WriteServer("first");
        await using ApiServer server = await StartAsync(tls);
        (HttpResponseMessage answer, string subject) = await AskAsync(server);
        using (answer)
        {
            (answer.StatusCode, answer.Version, subject).ShouldBe((HttpStatusCode.OK, HttpVersion.Version20, "CN=first"));
            answer.Headers.GetValues("Strict-Transport-Security").Single().ShouldBe("max-age=100");
        }

        WriteServer("second");
        server.Server.ReloadCertificates().ShouldBeTrue();
        (HttpResponseMessage next, string renewed) = await AskAsync(server);
        next.Dispose();
        renewed.ShouldBe("CN=second");

        File.WriteAllText(tls.KeyFile, "nonsense");
        server.Server.ReloadCertificates().ShouldBeFalse();
        (HttpResponseMessage kept, string still) = await AskAsync(server);
        kept.Dispose();
        still.ShouldBe("CN=second");
    }

    [Fact]
    public async Task A_client_certificate_is_needed_where_that_is_asked_for_and_opens_nothing_by_itself()
    {
        using X509Certificate2 authority = MakeAuthority("the authority");
        string authorityFile = Write("ca.pem", authority.ExportCertificatePem());
        using X509Certificate2 client = MakeClient(authority);
        using X509Certificate2 otherAuthority = MakeAuthority("another authority");
        using X509Certificate2 stranger = MakeClient(otherAuthority);
        HttpApiTls tls = WriteServer("first") with { ClientCertificates = ClientCertificates.Required, AuthorityFiles = [authorityFile] };
        await using ApiServer server = await StartAsync(tls);
        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(server));
        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(server, stranger));
        (HttpResponseMessage answer, _) = await AskAsync(server, client);
        answer.Dispose();
        (HttpResponseMessage refused, _) = await AskAsync(server, client, path: "/api/v2/version");
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        refused.Dispose();
    }

    [Fact]
    public async Task An_offered_client_certificate_is_verified_and_none_is_no_fault()
    {
        using X509Certificate2 authority = MakeAuthority("the authority");
        using X509Certificate2 otherAuthority = MakeAuthority("another authority");
        using X509Certificate2 stranger = MakeClient(otherAuthority);
        HttpApiTls tls = WriteServer("first") with { ClientCertificates = ClientCertificates.Offered, AuthorityFiles = [Write("ca.pem", authority.ExportCertificatePem())] };
        await using ApiServer server = await StartAsync(tls);
        (HttpResponseMessage answer, _) = await AskAsync(server);
        answer.Dispose();
        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(server, stranger));
    }

    [Fact]
    public async Task A_version_below_the_lowest_is_refused()
    {
        await using ApiServer server = await StartAsync(WriteServer("first") with { MinVersion = 13 });
        await Should.ThrowAsync<HttpRequestException>(() => AskAsync(server, protocols: SslProtocols.Tls12));
        (HttpResponseMessage answer, _) = await AskAsync(server, protocols: SslProtocols.Tls13);
        answer.Dispose();
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_told_at_the_start() => await Should.ThrowAsync<HttpApiException>(
        () => StartAsync(new HttpApiTls { CertificateFile = Path.Combine(_files.FullName, "none.pem"), KeyFile = Path.Combine(_files.FullName, "none.key") }));

    private static Task<ApiServer> StartAsync(HttpApiTls tls) =>
        ApiServer.StartAsync(options => options with { Listeners = [options.Listeners[0] with { Tls = tls }], StrictTransportSeconds = 100 });

    private static async Task<(HttpResponseMessage Answer, string Subject)> AskAsync(
        ApiServer server, X509Certificate2? certificate = null, string path = "/healthz", SslProtocols protocols = SslProtocols.None)
    {
        string subject = "";
        using var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) =>
                {
                    subject = shown?.Subject ?? "";
                    return subject.StartsWith("CN=", StringComparison.Ordinal);
                },
            },
        };
        using var http = new HttpClient(handler) { BaseAddress = new Uri($"https://{server.Server.EndPoints[0]}"), DefaultRequestVersion = HttpVersion.Version20 };
        return (await http.GetAsync(path), subject);
    }

    private HttpApiTls WriteServer(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return new HttpApiTls { CertificateFile = Write("server.pem", certificate.ExportCertificatePem()), KeyFile = Write("server.key", key.ExportPkcs8PrivateKeyPem()) };
    }

    private static X509Certificate2 MakeAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static X509Certificate2 MakeClient(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using X509Certificate2 signed = request.Create(authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(10), [1, 2, 3, 4]);
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_files.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
