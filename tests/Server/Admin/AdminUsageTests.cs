using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Hpc.Accounts;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Usage;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits;
using Hpc.Server.Admin;
using Hpc.Server.Files;
using Hpc.Server.Metrics;
using Hpc.Server.Tests.Support;
using Hpc.Storage.Local;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Server.Tests.Admin;

public sealed class AdminUsageTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ActorSystem _actors = new();
    private readonly MemoryUserStore _users = new();
    private readonly MemoryUsageStore _store = new(TimeProvider.System);
    private readonly PrometheusExporter _metrics = new(_ => false);
    private readonly HttpClient _http = new();
    private LockableUsageStore _lock = null!;
    private UsageKeeper _keeper = null!;
    private AdminServer _server = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string token = AdminAccessFile.NewToken();
        (IUsageStore store, _lock) = LockableUsageStore.Over(_store);
        _keeper = new UsageKeeper(_actors, store, new UsageNode("local", "00000001"), NullLogger<UsageKeeper>.Instance);
        var trees = new ScopeTrees(_users, _users, _store, new LocalFileSystemOptions(), new MountStates(), NullLogger<ScopeTrees>.Instance);
        var application = new AdminApplication(new ServerState(), _metrics, new FakeSessions(), token, new AdminUsage(store, _keeper, trees));
        _server = await AdminServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), application, NullLoggerFactory.Instance, CancellationToken.None);
        _http.BaseAddress = new Uri($"http://{_server.EndPoint}");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Directory.CreateDirectory(_directory["home"]);
        await File.WriteAllTextAsync(_directory["home/x"], "abcde");
        await _users.AddAsync(new UserAccount { UserName = "ann", HomeDirectory = _directory["home"], QuotaBytes = 100 }, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _actors.DisposeAsync();
        _metrics.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_scan_corrects_and_tells_what_was_thought_and_what_is_there()
    {
        (await AskAsync(HttpMethod.Get, "/admin/usage?scope=user:ann")).Status.ShouldBe(HttpStatusCode.NotFound);
        (HttpStatusCode status, string body) = await AskAsync(HttpMethod.Post, "/admin/usage/scan?scope=user:ann");
        status.ShouldBe(HttpStatusCode.OK, body);
        JsonElement scan = JsonDocument.Parse(body).RootElement;
        scan.GetProperty("scope").GetString().ShouldBe("user:ann");
        scan.GetProperty("files_before").GetInt64().ShouldBe(0);
        scan.GetProperty("bytes_before").GetInt64().ShouldBe(0);
        scan.GetProperty("files").GetInt64().ShouldBe(1);
        scan.GetProperty("bytes").GetInt64().ShouldBe(5);
        (status, body) = await AskAsync(HttpMethod.Get, "/admin/usage?scope=user:ann");
        status.ShouldBe(HttpStatusCode.OK, body);
        JsonDocument.Parse(body).RootElement.GetProperty("bytes").GetInt64().ShouldBe(5);
        (status, body) = await AskAsync(HttpMethod.Get, "/admin/usage");
        JsonDocument.Parse(body).RootElement.GetArrayLength().ShouldBe(1);
        (await AskAsync(HttpMethod.Post, "/admin/usage/reset-transfer?scope=user:ann")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_home_that_nobody_has_logged_in_to_has_no_files_and_one_that_is_away_keeps_its_count()
    {
        await _users.AddAsync(new UserAccount { UserName = "new", HomeDirectory = _directory["never"], QuotaBytes = 100 }, Ct);
        (HttpStatusCode status, string body) = await AskAsync(HttpMethod.Post, "/admin/usage/scan?scope=user:new");
        status.ShouldBe(HttpStatusCode.OK, body);
        JsonDocument.Parse(body).RootElement.GetProperty("files").GetInt64().ShouldBe(0);

        (await AskAsync(HttpMethod.Post, "/admin/usage/scan?scope=user:ann")).Status.ShouldBe(HttpStatusCode.OK);
        Directory.Delete(_directory["home"], recursive: true);
        (status, body) = await AskAsync(HttpMethod.Post, "/admin/usage/scan?scope=user:ann");
        status.ShouldBe(HttpStatusCode.InternalServerError);
        body.ShouldContain("what is known of them stays");
        (_, body) = await AskAsync(HttpMethod.Get, "/admin/usage?scope=user:ann");
        JsonDocument.Parse(body).RootElement.GetProperty("bytes").GetInt64().ShouldBe(5);
    }

    [Theory]
    [InlineData("GET", "/admin/usage")]
    [InlineData("GET", "/admin/usage?scope=user:ann")]
    [InlineData("POST", "/admin/usage/scan?scope=user:ann")]
    [InlineData("POST", "/admin/usage/reset-transfer?scope=user:ann")]
    public async Task A_store_that_is_locked_is_told_as_one_that_does_not_answer_now(string method, string path)
    {
        _lock.IsLocked = true;
        (HttpStatusCode status, string body) = await AskAsync(new HttpMethod(method), path);
        status.ShouldBe(HttpStatusCode.ServiceUnavailable, body);
        body.ShouldContain("the usage store does not answer");
    }

    [Theory]
    [InlineData("POST", "/admin/usage/scan", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/admin/usage/scan?scope=user:nobody", HttpStatusCode.NotFound)]
    [InlineData("POST", "/admin/usage/reset-transfer", HttpStatusCode.BadRequest)]
    [InlineData("POST", "/admin/usage/reset-transfer?scope=user:nobody", HttpStatusCode.NotFound)]
    [InlineData("GET", "/admin/usage/scans", HttpStatusCode.OK)]
    [InlineData("GET", "/admin/usage/scan?scope=user:ann", HttpStatusCode.NotFound)]
    [InlineData("POST", "/admin/usage/scans", HttpStatusCode.NotFound)]
    [InlineData("GET", "/admin/usage/else", HttpStatusCode.NotFound)]
    public async Task Other_questions_are_answered_as_http_has_it(string method, string path, HttpStatusCode status) =>
        (await AskAsync(new HttpMethod(method), path)).Status.ShouldBe(status);

    [Fact]
    public async Task Nobody_is_told_anything_without_the_token()
    {
        _http.DefaultRequestHeaders.Authorization = null;
        (await AskAsync(HttpMethod.Get, "/admin/usage")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync(HttpMethod.Post, "/admin/usage/scan?scope=user:ann")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        using HttpResponseMessage response = await _http.SendAsync(request, Ct);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Ct));
    }
}
