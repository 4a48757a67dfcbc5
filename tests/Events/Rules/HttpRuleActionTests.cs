using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Secrets;
using Hpc.Events.Rules;
using Hpc.TestKit;

namespace Hpc.Events.Tests.Rules;

public sealed class HttpRuleActionTests : IDisposable
{
    private static readonly RuleRun Run = new(new EventRule { Name = "r" }, "Schedule", new DateTimeOffset(2030, 1, 1, 5, 0, 0, TimeSpan.Zero), "id-1") { Problems = ["a: \"b\"\nc"] };

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ManualTimeProvider _time = new();
    private readonly HttpRuleAction _action;

    public HttpRuleActionTests()
    {
        _listener.Start();
        _action = new HttpRuleAction(new PlainProtector(), _time);
    }

    private string Endpoint => $"http://{_listener.LocalEndpoint}";

    public void Dispose()
    {
        _action.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task A_request_has_all_that_is_configured_with_placeholders_filled()
    {
        Task<string> heard = HearAsync("204 No Content");
        (await RunAsync(new EventActionHttpConfig
        {
            Endpoint = Endpoint + "/hook/{{Hour}}?a=1",
            Method = "PUT",
            Timeout = 20,
            Username = "kim",
            Password = new Secret { Status = "Plain", Payload = "s3cret" },
            Headers = [new() { Key = "X-Event", Value = "{{Event}}" }, new() { Key = "X-Error", Value = "{{ErrorString}}" }, new() { Key = "Content-Type", Value = "application/json" }],
            QueryParameters = [new() { Key = "who&", Value = "{{UID}} x" }],
            Body = "{\"error\":\"{{ErrorString}}\",\"status\":{{Status}}}",
        })).ShouldBeNull();
        string[] lines = (await heard).Split("\r\n");
        lines[0].ShouldBe("PUT /hook/05?a=1&who%26=id-1%20x HTTP/1.1");
        lines.ShouldContain("X-Event: Schedule");
        lines.ShouldContain("Connection: close");
        lines.ShouldContain("X-Error: a: \"b\" c");
        lines.ShouldContain("Content-Type: application/json");
        lines.ShouldContain("Authorization: Basic " + Convert.ToBase64String("kim:s3cret"u8));
        lines[^1].ShouldBe("{\"error\":\"a: \\u0022b\\u0022\\nc\",\"status\":2}");
    }

    [Fact]
    public async Task A_text_is_not_taken_for_json_and_a_header_of_the_operator_comes_first()
    {
        Task<string> heard = HearAsync("200 OK");
        (await RunAsync(new EventActionHttpConfig
        {
            Endpoint = Endpoint + "/#nothing",
            Method = "POST",
            Timeout = 20,
            Username = "kim",
            Headers = [new() { Key = "Authorization", Value = "Bearer {{UID}}" }, new() { Key = "X-Name", Value = "Grüße" }],
            QueryParameters = [new() { Key = "a", Value = "1" }],
            Body = "{{ErrorString}}",
        })).ShouldBeNull();
        string[] lines = (await heard).Split("\r\n");
        lines[0].ShouldBe("POST /?a=1 HTTP/1.1");
        lines.Where(line => line.StartsWith("Authorization", StringComparison.Ordinal)).ShouldBe(["Authorization: Bearer id-1"]);
        lines.ShouldContain("X-Name: Grüße");
        lines[^1].ShouldBe("a: \"b\"\nc");
    }

    [Fact]
    public async Task A_header_of_a_body_is_sent_without_one()
    {
        Task<string> heard = HearAsync("200 OK");
        (await RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "GET", Timeout = 20, Headers = [new() { Key = "Content-Type", Value = "application/json" }] })).ShouldBeNull();
        (await heard).Split("\r\n").ShouldContain("Content-Type: application/json");
    }

    [Fact]
    public async Task A_header_that_cannot_be_set_is_told()
    {
        (await RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "GET", Timeout = 5, Headers = [new() { Key = "no name", Value = "x" }] })).ShouldBe("no name is no name of a header that can be set here");
        _listener.Pending().ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_certificate_of_nobody_is_taken_where_the_action_says_so(bool skips)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=nobody", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Task<bool> asked = AnswerSecurelyAsync(certificate);
        string? problem = await RunAsync(new EventActionHttpConfig { Endpoint = $"https://{_listener.LocalEndpoint}/", Method = "GET", Timeout = 20, SkipTlsVerify = skips });
        (await asked).ShouldBe(skips);
        (problem ?? "done").ShouldContain(skips ? "done" : "SSL");
    }

    [Fact]
    public async Task Parts_are_sent_as_a_form()
    {
        Task<string> heard = HearAsync("200 OK");
        (await RunAsync(new EventActionHttpConfig
        {
            Endpoint = Endpoint,
            Method = "POST",
            Timeout = 20,
            Parts = [new HttpPart { Name = "note", Body = "at {{Hour}}", Headers = [new() { Key = "Content-Type", Value = "text/plain" }] }],
        })).ShouldBeNull();
        string text = await heard;
        text.ShouldContain("Content-Type: multipart/form-data; boundary=");
        text.ShouldContain("Content-Disposition: form-data; name=note");
        text.ShouldContain("Content-Type: text/plain");
        text.ShouldContain("\r\n\r\nat 05\r\n");
    }

    [Theory]
    [InlineData("200 OK", true)]
    [InlineData("204 No Content", true)]
    [InlineData("205 Reset Content", false)]
    [InlineData("302 Found", false)]
    [InlineData("404 Not Found", false)]
    [InlineData("500 Internal Server Error", false)]
    public async Task The_status_decides(string status, bool isDone)
    {
        Task<string> heard = HearAsync(status + $"\r\nLocation: {Endpoint}/elsewhere");
        string? problem = await RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "GET", Timeout = 20 });
        problem.ShouldBe(isDone ? null : $"{_listener.LocalEndpoint} answered {status[..3]}, where 200 to 204 is success");
        (await heard).ShouldStartWith("GET / HTTP/1.1");
        _listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task Each_request_has_a_connection_of_its_own()
    {
        // The peer would take another request.
        Task<string?> first = RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "POST", Timeout = 20, Body = "x" });
        using Socket peer = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await ReadAsync(peer);
        await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        (await first).ShouldBeNull();
        Task<string?> second = RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "POST", Timeout = 20, Body = "y" });
        (await peer.ReceiveAsync(new byte[16], TestContext.Current.CancellationToken)).ShouldBe(0);
        await HearAsync("200 OK");
        (await second).ShouldBeNull();
    }

    [Fact]
    public async Task Who_does_not_answer_in_time_fails()
    {
        Task<string?> run = RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "GET", Timeout = 7 });
        using Socket peer = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(6.9));
        run.IsCompleted.ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(0.2));
        (await run).ShouldBe($"{_listener.LocalEndpoint} did not answer within 7 s");
    }

    [Fact]
    public async Task Who_is_not_there_fails()
    {
        _listener.Stop();
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string? problem = await RunAsync(new EventActionHttpConfig { Endpoint = $"http://{closed.LocalEndPoint}", Method = "GET", Timeout = 20 });
        problem.ShouldNotBeNull().ShouldStartWith($"{closed.LocalEndPoint}: ");
    }

    [Fact]
    public async Task What_cannot_be_sent_is_told()
    {
        (await RunAsync(new EventActionHttpConfig { Endpoint = "{{Event}}", Method = "GET", Timeout = 5 })).ShouldBe("the endpoint with its placeholders filled in is no URL");
        (await RunAsync(new EventActionHttpConfig { Endpoint = "file:///etc/passwd", Method = "GET", Timeout = 5 })).ShouldBe("the endpoint with its placeholders filled in is no URL");
        (await RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "POST", Parts = [new HttpPart { Name = "f", Filepath = "/x" }] })).ShouldNotBeNull().ShouldContain("part f is a file of a user (/x)");
        (await RunAsync(new EventActionHttpConfig { Endpoint = Endpoint, Method = "GET", Timeout = 5, Password = new Secret { Status = "AES-256-GCM", Payload = "x" } })).ShouldNotBeNull().ShouldContain("cannot be decrypted");
        _listener.Pending().ShouldBeFalse();
    }

    private Task<string?> RunAsync(EventActionHttpConfig config) =>
        _action.RunAsync(new EventRuleAction { Name = "call", Type = 1, Options = new() { Http = config } }, Run, TestContext.Current.CancellationToken).AsTask();

    // The whole of one request.
    private async Task<string> HearAsync(string answer)
    {
        using Socket peer = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        string text = await ReadAsync(peer);
        await peer.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        peer.Shutdown(SocketShutdown.Send);
        return text;
    }

    // True if a request came: who does not trust the certificate sends none.
    private async Task<bool> AnswerSecurelyAsync(X509Certificate2 certificate)
    {
        using Socket peer = await _listener.AcceptSocketAsync(TestContext.Current.CancellationToken);
        await using var stream = new SslStream(new NetworkStream(peer));
        try
        {
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, TestContext.Current.CancellationToken);
            if (await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken) == 0)
            {
                return false;
            }
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }

        await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        return true;
    }

    private static async Task<string> ReadAsync(Socket peer)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!IsWhole(text.ToString()))
        {
            int read = await peer.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            read.ShouldBeGreaterThan(0);
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private static bool IsWhole(string text)
    {
        int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
        {
            return false;
        }

        string? length = text[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        return length is null || text.Length - end - 4 >= int.Parse(length["Content-Length: ".Length..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class PlainProtector : ISecretProtector
    {
        public Secret Protect(Secret secret, string objectName) => secret;

        public bool TryReveal(Secret secret, [NotNullWhen(true)] out string? value)
        {
            value = secret.IsPlain ? secret.Payload : null;
            return value is not null;
        }
    }
}
