using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Tests;

public sealed class ProtocolTests
{
    [Fact]
    public async Task Health_is_told_to_everybody()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await server.Http.GetStringAsync("/healthz")).ShouldBe("ok");
    }

    [Fact]
    public async Task Unknown_paths_and_methods_are_answered_in_the_form_of_the_api()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        ApiAnswer unknown = (await admin.GetAsync("/nothing")).ShouldBe(404);
        (unknown.Json["message"]!.GetValue<string>(), unknown.Error).ShouldBe(("Not found", "There is nothing at this path."));
        ApiAnswer method = (await admin.SendAsync("PATCH", "/users")).ShouldBe(405);
        method.Headers["Allow"].ShouldContain("POST");
        method.Error.ShouldNotBeEmpty();
        (await admin.SendAsync("BREW", "/users")).ShouldBe(405);
    }

    [Fact]
    public async Task Head_is_get_without_a_body()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiClient admin = await server.AdminAsync();
        ApiAnswer get = await admin.GetAsync("/version");
        ApiAnswer head = (await admin.SendAsync("HEAD", "/version")).ShouldBe(200);
        head.Body.ShouldBeEmpty();
        head.Headers["Content-Length"].ShouldBe(get.Headers["Content-Length"]);
        (await server.Anonymous.SendAsync("HEAD", "/version")).ShouldBe(401);
        (await admin.SendAsync("HEAD", "/users/nobody")).ShouldBe(404);
    }

    [Fact]
    public async Task A_body_that_is_too_large_or_no_json_is_refused()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { Limits = options.Limits with { JsonBytes = 1000 } });
        ApiClient admin = await server.AdminAsync();
        (await admin.PostAsync("/roles", "{\"name\":\"" + new string('a', 1000) + "\"}")).ShouldBe(413).Error.ShouldContain("1000");
        (await admin.SendAsync("POST", "/roles", """{"name":"a"}""", contentType: "multipart/form-data; boundary=x")).ShouldBe(415);
        (await admin.SendAsync("POST", "/roles", """{"name":"a"}""", contentType: "a;;b")).ShouldBe(415);
        foreach (string type in new[] { "", "application/json; charset=utf-8", "application/x-www-form-urlencoded", "application/merge-patch+json" })
        {
            (await admin.SendAsync("POST", "/roles", $$"""{"name":"r{{type.Length}}"}""", contentType: type)).ShouldBe(201);
        }
    }

    [Fact]
    public async Task A_chunked_body_is_bounded_too()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { Limits = options.Limits with { JsonBytes = 1000 } });
        ApiClient admin = await server.AdminAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/roles");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Token);
        request.Headers.TransferEncodingChunked = true;
        request.Content = new StreamContent(new MemoryStream(new byte[100_000]));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Too_many_requests_of_one_address_are_told_when_to_come_back()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { Limits = options.Limits with { LoginsPerPeriod = 3, Period = TimeSpan.FromHours(1) } });
        await server.AddAdminAsync("kim", "*");
        for (int i = 0; i < 3; i++)
        {
            using HttpResponseMessage wrong = await server.AskForTokenAsync("kim", "wrong");
            wrong.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        using HttpResponseMessage limited = await server.AskForTokenAsync("kim", ApiServer.Password);
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeGreaterThan(0);
        (await server.Anonymous.PostAsync("/admins/kim/forgot-password")).ShouldBe(429);
        (await server.Anonymous.GetAsync("/version")).ShouldBe(401);
    }

    [Fact]
    public async Task All_requests_of_one_address_are_limited_and_another_address_is_not_touched()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with
        {
            Listeners = [options.Listeners[0] with { TrustedProxies = [IPNetwork.Parse("127.0.0.1/32")], ClientAddressHeader = "X-Real-IP" }],
            Limits = options.Limits with { RequestsPerPeriod = 5, Period = TimeSpan.FromHours(1) },
        });
        var statuses = new List<int>();
        for (int i = 0; i < 7; i++)
        {
            statuses.Add(await StatusAsync(server, "X-Real-IP", "192.0.2.1"));
        }

        statuses.ShouldBe([200, 200, 200, 200, 200, 429, 429]);
        (await StatusAsync(server, "X-Real-IP", "198.51.100.77")).ShouldBe(200);
    }

    [Fact]
    public async Task A_peer_that_is_no_trusted_proxy_is_not_believed()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with
        {
            Listeners = [options.Listeners[0] with { TrustedProxies = [IPNetwork.Parse("10.0.0.0/8")], ClientAddressHeader = "X-Forwarded-For" }],
            Limits = options.Limits with { RequestsPerPeriod = 2, Period = TimeSpan.FromHours(1) },
        });
        (await StatusAsync(server, "X-Forwarded-For", "192.0.2.1")).ShouldBe(200);
        (await StatusAsync(server, "X-Forwarded-For", "192.0.2.2")).ShouldBe(200);
        (await StatusAsync(server, "X-Forwarded-For", "192.0.2.3")).ShouldBe(429);
    }

    [Theory]
    [InlineData(0, "192.0.2.1, 192.0.2.2", "192.0.2.2")]
    [InlineData(1, "192.0.2.1, 192.0.2.2", "192.0.2.1")]
    [InlineData(-1, "192.0.2.1, 192.0.2.2, 192.0.2.3", "192.0.2.1")]
    [InlineData(2, "192.0.2.1, 192.0.2.2", "127.0.0.1")]
    [InlineData(0, "nonsense", "127.0.0.1")]
    [InlineData(0, "[2001:db8::1]:443", "2001:db8::1")]
    [InlineData(0, "::ffff:192.0.2.9", "192.0.2.9")]
    public void The_right_one_of_several_addresses_counts(int depth, string header, string expected)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers["X-Forwarded-For"] = header;
        var listener = new HttpApiListener { EndPoint = new IPEndPoint(IPAddress.Loopback, 0), TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")], ClientAddressHeader = "X-Forwarded-For", ClientAddressDepth = depth };
        HttpApi.Hosting.ClientAddress.Of(context, listener).ShouldBe(IPAddress.Parse(expected));
    }

    [Fact]
    public async Task Another_host_is_not_served()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with { AllowedHosts = ["files.example.org"] });
        (await server.Anonymous.GetAsync("/version")).ShouldBe(403);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { Host = "files.example.org" } };
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Other_origins_are_let_in_as_configured()
    {
        await using ApiServer server = await ApiServer.StartAsync(options => options with
        {
            Cors = new HttpApiCors { Origins = ["https://a.example"], Methods = ["GET"], MaxAge = TimeSpan.FromMinutes(5) },
        });
        (await PreflightAsync(server, "https://a.example")).ShouldBe("https://a.example");
        (await PreflightAsync(server, "https://b.example")).ShouldBeNull();
        await using ApiServer closed = await ApiServer.StartAsync();
        (await PreflightAsync(closed, "https://a.example")).ShouldBeNull();
    }

    [Fact]
    public async Task The_operators_own_door_needs_no_account_and_opens_nothing_that_is_about_one()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await OperatorAsync(server, "GET", "/api/v2/users")).Status.ShouldBe(200);
        (int status, string body) = await OperatorAsync(server, "POST", "/api/v2/roles", """{"name":"branch"}""");
        (status, body.Contains("branch", StringComparison.Ordinal)).ShouldBe((201, true));
        (await OperatorAsync(server, "GET", "/api/v2/apikeys")).Status.ShouldBe(200);
        (await OperatorAsync(server, "GET", "/api/v2/admin/profile")).Status.ShouldBe(403);
        (await OperatorAsync(server, "GET", "/api/v2/user/logout")).Status.ShouldBe(403);
        (await OperatorAsync(server, "GET", "/api/v2/nothing")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("GET /api/v2/version HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /api/v2/version HTTP/1.1\r\n\r\n")]
    [InlineData("POST /api/v2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n")]
    [InlineData("POST /api/v2/users HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab")]
    [InlineData("GET /api/v2/version HTTP/1.1\r\nHost : a\r\n\r\n")]
    [InlineData("GET \u0001 HTTP/1.1\r\nHost: a\r\n\r\n")]
    public async Task A_request_that_can_be_read_in_two_ways_is_refused(string request)
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await RawAsync(server, request)).ShouldStartWith("HTTP/1.1 4");
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        string bomb = "GET /api/v2/version HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: {new string('a', 300)}\r\n")) + "\r\n";
        (await RawAsync(server, bomb)).ShouldStartWith("HTTP/1.1 431");
    }

    private static async Task<string> RawAsync(ApiServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.BaseAddress.Host, server.BaseAddress.Port);
        NetworkStream stream = client.GetStream();
        string answer = "";
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
            byte[] buffer = new byte[4096];
            int read;
            while (!answer.Contains("\r\n\r\n", StringComparison.Ordinal) && (read = await stream.ReadAsync(buffer)) > 0)
            {
                answer += Encoding.Latin1.GetString(buffer, 0, read);
            }
        }
        catch (IOException)
        {
            // The server may close before it has read everything.
        }

        return answer;
    }

    private static async Task<int> StatusAsync(ApiServer server, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task<string?> PreflightAsync(ApiServer server, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/api/v2/users");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "GET");
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? values) ? values.Single() : null;
    }

    private static async Task<(int Status, string Body)> OperatorAsync(ApiServer server, string method, string path, string? json = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        if (json is not null)
        {
            context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(json));
            context.Request.ContentType = "application/json";
        }

        var body = new MemoryStream();
        context.Response.Body = body;
        await server.Server.ProcessAsOperatorAsync(context);
        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
