using System.Net;
using System.Net.Http.Headers;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;
using Hpc.Server.Metrics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Admin;

public sealed class AdminServerTests : IAsyncLifetime
{
    private readonly string _token = AdminAccessFile.NewToken();
    private readonly ServerState _state = new();
    private readonly FakeSessions _sessions = new();
    private readonly PrometheusExporter _metrics = new(_ => false);
    private readonly HttpClient _http = new();
    private AdminServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        var application = new AdminApplication(_state, _metrics, _sessions, _token);
        _server = await AdminServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), application, NullLoggerFactory.Instance, CancellationToken.None);
        _http.BaseAddress = new Uri($"http://{_server.EndPoint}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        _metrics.Dispose();
    }

    [Fact]
    public async Task Health_is_open_to_everybody_and_ready_follows_the_server()
    {
        (await StatusAsync("/healthz")).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync("/readyz")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        _state.BecomeReady();
        (await StatusAsync("/readyz")).ShouldBe(HttpStatusCode.OK);
        _state.BeginDrain();
        (await StatusAsync("/readyz")).ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await StatusAsync("/healthz")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Metrics_are_prometheus_text()
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri("/metrics", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        (await response.Content.ReadAsStringAsync()).ShouldContain("hpc_metrics_measurements_refused_total 0");
    }

    [Theory]
    [InlineData("/admin/sessions")]
    [InlineData("/admin/anything")]
    public async Task The_admin_part_is_closed_without_the_token(string path)
    {
        (await StatusAsync(path)).ShouldBe(HttpStatusCode.Unauthorized);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        (await StatusAsync(path)).ShouldBe(HttpStatusCode.Unauthorized);
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", _token);
        (await StatusAsync(path)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Nothing_is_kicked_without_the_token()
    {
        _sessions.Sessions.Add(FakeSessions.Session("aa", "ann"));
        using HttpResponseMessage response = await _http.DeleteAsync(new Uri("/admin/sessions/aa", UriKind.Relative));
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        _sessions.Sessions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Sessions_are_listed_and_one_is_kicked()
    {
        _sessions.Sessions.Add(FakeSessions.Session("aa", "ann"));
        _sessions.Sessions.Add(FakeSessions.Session("bb", "bob"));
        using var client = new AdminClient(_server.EndPoint, _token);
        IReadOnlyList<SessionView> views = await client.ListSessionsAsync(CancellationToken.None);
        views.Select(view => view.UserName).ShouldBe(["ann", "bob"]);
        views[0].LoginMethod.ShouldBe("public_key");
        views[0].Transfers!.Single().ShouldBe(new TransferView { Path = "/f", Direction = "upload", Bytes = 1, ElapsedSeconds = 1 });
        (await client.KickAsync("aa", CancellationToken.None)).ShouldBeTrue();
        (await client.KickAsync("aa", CancellationToken.None)).ShouldBeFalse();
        (await client.ListSessionsAsync(CancellationToken.None)).Single().Id.ShouldBe("bb");
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("a b c?ü%")]
    [InlineData("a%41")]
    [InlineData("a%2Fb")]
    [InlineData("100%25")]
    [InlineData("a+b#c")]
    [InlineData("a\\b;c=d")]
    [InlineData("名前")]
    public async Task All_sessions_of_a_user_are_kicked_whatever_the_name(string name)
    {
        _sessions.Sessions.Add(FakeSessions.Session("aa", name));
        _sessions.Sessions.Add(FakeSessions.Session("bb", "other"));
        using var client = new AdminClient(_server.EndPoint, _token);
        (await client.KickUserAsync(name, CancellationToken.None)).ShouldBe(new KickResult(1));
        _sessions.Sessions.Single().UserName.ShouldBe("other");
    }

    [Fact]
    public async Task A_name_with_a_percent_sign_does_not_kick_who_it_would_decode_to()
    {
        _sessions.Sessions.Add(FakeSessions.Session("aa", "aA"));
        using var client = new AdminClient(_server.EndPoint, _token);
        (await client.KickUserAsync("a%41", CancellationToken.None)).ShouldBe(new KickResult(0));
        _sessions.Sessions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Other_methods_and_paths_are_refused()
    {
        using HttpResponseMessage post = await _http.PostAsync(new Uri("/healthz", UriKind.Relative), null);
        post.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        (await StatusAsync("/")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_with_the_name_of_the_setting()
    {
        var application = new AdminApplication(_state, _metrics, _sessions, _token);
        ConfigurationException refusal = await Should.ThrowAsync<ConfigurationException>(
            () => AdminServer.StartAsync(_server.EndPoint, application, NullLoggerFactory.Instance, CancellationToken.None));
        refusal.Message.ShouldStartWith($"admin.address: {_server.EndPoint} cannot be listened on");
    }

    [Fact]
    public async Task It_listens_on_loopback_alone()
    {
        var application = new AdminApplication(_state, _metrics, _sessions, _token);
        await Should.ThrowAsync<ArgumentException>(
            () => AdminServer.StartAsync(new IPEndPoint(IPAddress.Any, 0), application, NullLoggerFactory.Instance, CancellationToken.None));
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }
}
