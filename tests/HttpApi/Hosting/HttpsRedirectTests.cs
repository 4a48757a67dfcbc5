using System.Net;

namespace Hpc.HttpApi.Tests;

public sealed class HttpsRedirectTests
{
    private static readonly IPNetwork Loopback = new(IPAddress.Parse("127.0.0.0"), 8);

    [Theory]
    [InlineData("", "https://127.0.0.1/api/v2/users/a%20b?limit=1&q=%2F")]
    [InlineData("files.example.com:8443", "https://files.example.com:8443/api/v2/users/a%20b?limit=1&q=%2F")]
    public async Task A_request_without_tls_is_sent_to_the_same_address_with_it(string host, string expected)
    {
        await using ApiServer server = await StartAsync(host);
        using HttpClient http = Client(server);
        using HttpResponseMessage answer = await http.PostAsync("/api/v2/users/a%20b?limit=1&q=%2F", new StringContent("{}"));
        answer.StatusCode.ShouldBe(HttpStatusCode.PermanentRedirect);
        answer.Headers.Location!.OriginalString.ShouldBe(expected);
        (await answer.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.PermanentRedirect)]
    public async Task The_word_of_a_trusted_proxy_that_it_came_by_tls_is_believed(bool isTrusted, HttpStatusCode status)
    {
        await using ApiServer server = await StartAsync("", isTrusted);
        using HttpClient http = Client(server);
        http.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        using HttpResponseMessage answer = await http.GetAsync("/healthz");
        answer.StatusCode.ShouldBe(status);
    }

    private static Task<ApiServer> StartAsync(string host, bool isTrusted = false) => ApiServer.StartAsync(options => options with
    {
        Listeners = [options.Listeners[0] with { RedirectsToHttps = true, HttpsHost = host, TrustedProxies = isTrusted ? [Loopback] : [] }],
    });

    private static HttpClient Client(ApiServer server) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { BaseAddress = new Uri($"http://{server.Server.EndPoints[0]}") };
}
