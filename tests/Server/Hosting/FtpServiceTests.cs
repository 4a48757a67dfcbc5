using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Hosting;

public sealed partial class FtpServiceTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_server_says_where_it_speaks_ftp_and_greets_there()
    {
        await using ServerRun server = await ServerRun.StartAsync(_directory["data"], "--ftp-listen", "127.0.0.1:0", "--set", "ftp.banner=Hello", "--set", "http.enabled=false");
        Match match = FtpAddress().Match(server.Console.Out);
        match.Groups[1].Value.ShouldBe("FTP");
        (await FirstLineAsync(Port(match))).ShouldBe("220 Hello");
        await server.StopAsync();
    }

    [Fact]
    public async Task Without_a_listener_nothing_of_ftp_is_said()
    {
        await using ServerRun server = await ServerRun.StartAsync(_directory["data"], "--set", "http.enabled=false");
        server.Console.Out.ShouldNotContain("FTP", Case.Sensitive);
        await server.StopAsync();
    }

    [Fact]
    public async Task A_certificate_makes_it_ftp_with_tls_and_is_read_at_the_start()
    {
        WriteCertificate();
        await using ServerRun server = await ServerRun.StartAsync(
            _directory["data"], "--ftp-listen", "127.0.0.1:0", "--set", "http.enabled=false",
            "--set", "ftp.listeners[1].address=127.0.0.1:0", "--set", "ftp.listeners[1].tls_mode=implicit",
            "--set", "ftp.certificate_file=" + _directory["cert.pem"], "--set", "ftp.certificate_key_file=" + _directory["key.pem"]);
        FtpAddress().Matches(server.Console.Out).Select(match => match.Groups[1].Value).ShouldBe(["FTP with TLS", "FTPS"]);
        (await FirstLineAsync(Port(FtpAddress().Match(server.Console.Out)))).ShouldBe("220 Ready.");
        await server.StopAsync();
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_ends_the_start_before_anything_listens()
    {
        var console = new TestConsole();
        (await console.RunAsync(
            "serve", "--data-dir", _directory["data"], "--listen", "127.0.0.1:0", "--admin-listen", "", "--ftp-listen", "127.0.0.1:0",
            "--set", "ftp.certificate_file=" + _directory["none.pem"], "--set", "ftp.certificate_key_file=" + _directory["none.key"]).WaitAsync(Patience)).ShouldBe(2);
        string last = console.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        last.ShouldStartWith("hpc: ftp.listeners: ");
        last.ShouldContain(_directory["none.pem"]);
        console.Error.ShouldNotContain("Listening for");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_with_the_name_of_the_setting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var console = new TestConsole();
        (await console.RunAsync(
            "serve", "--data-dir", _directory["data"], "--listen", "127.0.0.1:0", "--admin-listen", "", "--ftp-listen", taken.LocalEndpoint.ToString()!).WaitAsync(Patience)).ShouldBe(2);
        console.Error.ShouldContain($"ftp.listeners: {taken.LocalEndpoint} cannot be listened on");
        console.Error.ShouldContain("choose another with --ftp-listen");
    }

    [Fact]
    public async Task A_share_by_ftp_prints_the_line_that_lists_it()
    {
        using var stop = new CancellationTokenSource();
        var console = new TestConsole();
        Task<int> run = console.RunAsync(["portable", "-d", _directory.Path, "--address", "127.0.0.1", "-u", "guest", "--ftp"], stop.Token);
        while (!console.Out.Contains("or by FTP:", StringComparison.Ordinal))
        {
            run.IsCompleted.ShouldBeFalse(console.Error);
            await Task.Delay(20);
        }

        Match match = CurlLine().Match(console.Out);
        match.Success.ShouldBeTrue(console.Out);
        (await FirstLineAsync(Port(match))).ShouldBe("220 Ready.");
        await stop.CancelAsync();
        (await run.WaitAsync(Patience)).ShouldBe(0, console.Error);
    }

    [Fact]
    public async Task A_share_wants_a_certificate_and_its_key()
    {
        var console = new TestConsole();
        (await console.RunAsync("portable", "-d", _directory.Path, "--ftpd-cert", "c.pem")).ShouldBe(2);
        console.Error.ShouldContain("Give both of --ftpd-cert and --ftpd-key.");
    }

    private static int Port(Match match) => int.Parse(match.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);

    private static async Task<string> FirstLineAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return await reader.ReadLineAsync().WaitAsync(Patience) ?? "";
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=files.example.com", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_directory["cert.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(_directory["key.pem"], key.ExportPkcs8PrivateKeyPem());
    }

    [GeneratedRegex(@", (FTP|FTPS|FTP with TLS) on 127\.0\.0\.1:(?<port>[0-9]+)")]
    private static partial Regex FtpAddress();

    [GeneratedRegex(@"or by FTP:   curl --user guest ftp://127\.0\.0\.1:(?<port>[0-9]+)/")]
    private static partial Regex CurlLine();
}
