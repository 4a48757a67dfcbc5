using System.Net;
using Hpc.Accounts.Authentication;
using Hpc.HttpApi.Models;
using Hpc.HttpApi.Parts;

namespace Hpc.HttpApi.Tests;

public sealed class ScreeningTests
{
    [Fact]
    public async Task Who_is_barred_is_answered_403_and_loses_the_connection()
    {
        await using ApiServer server = await StartAsync(new RequestVerdict(RequestVerdictKind.Barred));
        ApiAnswer answer = (await server.Anonymous.GetAsync("/version")).ShouldBe(403);
        answer.Headers["Connection"].ShouldBe("close");
        answer.Error.ShouldNotBeEmpty();
        (await server.Http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await server.Http.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Who_comes_too_fast_is_told_when_to_come_again()
    {
        await using ApiServer server = await StartAsync(new RequestVerdict(RequestVerdictKind.RateLimited, TimeSpan.FromMilliseconds(1250)));
        ApiAnswer answer = (await server.Anonymous.GetAsync("/version")).ShouldBe(429);
        answer.Headers["Retry-After"].ShouldBe("2");
        answer.Headers["X-Retry-In"].ShouldBe("1.25s");
    }

    [Theory]
    [InlineData(false, 401)]
    [InlineData(true, 403)]
    public async Task Who_has_to_wait_is_answered_then_and_not_before_and_looked_at_once_more(bool isBarredMeanwhile, int status)
    {
        var time = new HeldTime();
        var screen = new FixedScreen(new RequestVerdict(RequestVerdictKind.Admitted, TimeSpan.FromSeconds(3)));
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Screen = screen, Time = time });
        Task<ApiAnswer> asked = server.Anonymous.GetAsync("/version");
        (await time.Begun.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBe(TimeSpan.FromSeconds(3));
        asked.IsCompleted.ShouldBeFalse();
        screen.IsBarredNow = isBarredMeanwhile;
        time.End();
        (await asked).ShouldBe(status);
    }

    [Fact]
    public async Task Who_is_barred_loses_the_connection_before_a_handshake_and_is_told_to_the_screen()
    {
        var screen = new FixedScreen(new RequestVerdict(RequestVerdictKind.Barred)) { IsBarredNow = true };
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Screen = screen });
        await Should.ThrowAsync<HttpRequestException>(() => server.Http.GetAsync(new Uri("/healthz", UriKind.Relative)));
        screen.Judged.ShouldBeGreaterThan(0);
        screen.IsBarredNow = false;
        (await server.Http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("cross-site", "no-cors", false)]
    [InlineData("cross-site", "cors", false)]
    [InlineData("cross-site", "navigate", true)]
    [InlineData("same-origin", "cors", true)]
    [InlineData(null, null, true)]
    public async Task A_page_elsewhere_gets_nobody_points_for_shares_that_there_are_not(string? site, string? mode, bool isTold)
    {
        var guard = new SpyingGuard();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { ShareGuard = guard });
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v2/shares/nothing/files", UriKind.Relative));
        if (site is not null)
        {
            request.Headers.Add("Sec-Fetch-Site", site);
            request.Headers.Add("Sec-Fetch-Mode", mode);
        }

        (await server.Http.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        guard.Told.ShouldBe(isTold ? [ShareRefusal.Unknown] : []);
    }

    [Fact]
    public async Task A_host_is_banned_by_hand()
    {
        var hosts = new SpyingHosts();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Defender = hosts });
        ApiClient admin = await server.AdminAsync("manage_defender");
        (await admin.PostAsync("/defender/hosts", """{"ip":"2001:db8::7","minutes":5}""")).ShouldBe(200);
        (await admin.PostAsync("/defender/hosts", """{"ip":"192.0.2.1"}""")).ShouldBe(200);
        hosts.Banned.ShouldBe([(IPAddress.Parse("2001:db8::7"), TimeSpan.FromMinutes(5)), (IPAddress.Parse("192.0.2.1"), TimeSpan.Zero)]);
        hosts.Result = HostBanResult.IsProxy;
        (await admin.PostAsync("/defender/hosts", """{"ip":"192.0.2.1"}""")).ShouldBe(409);
        hosts.Result = HostBanResult.Full;
        (await admin.PostAsync("/defender/hosts", """{"ip":"192.0.2.1"}""")).ShouldBe(409);
        hosts.Banned.RemoveRange(2, 2);
        hosts.Result = HostBanResult.HereAlone;
        ApiAnswer alone = await admin.PostAsync("/defender/hosts", """{"ip":"192.0.2.1"}""");
        alone.ShouldBe(503);
        alone.Error.ShouldContain("on this node alone");
        hosts.Banned.RemoveAt(2);
        (await admin.PostAsync("/defender/hosts", """{"ip":"nowhere"}""")).ShouldBe(400);
        (await admin.PostAsync("/defender/hosts", """{"ip":"192.0.2.1","minutes":-1}""")).ShouldBe(400);
        (await (await server.AdminAsync("view_defender")).PostAsync("/defender/hosts", """{"ip":"192.0.2.1"}""")).ShouldBe(403);
    }

    [Fact]
    public async Task A_wrong_code_for_a_new_password_is_told()
    {
        var observer = new SpyingObserver();
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Logins = observer });
        (await server.Anonymous.PostAsync("/users/kim/reset-password", """{"code":"wrong","password":"another word 7"}""")).ShouldBe(403);
        observer.Told.ShouldBe([LoginEvent.Failed]);
    }

    [Theory]
    [InlineData(HostRemovalResult.Done, 200)]
    [InlineData(HostRemovalResult.Nothing, 404)]
    [InlineData(HostRemovalResult.HereAlone, 503)]
    public async Task The_end_of_a_ban_says_where_it_is_in_force(HostRemovalResult result, int status)
    {
        var hosts = new SpyingHosts { Removal = result };
        await using ApiServer server = await ApiServer.StartAsync(replace: parts => parts with { Defender = hosts });
        ApiClient admin = await server.AdminAsync("manage_defender");
        (await admin.DeleteAsync($"/defender/hosts/{EphemeralDefenderHosts.IdOf(IPAddress.Parse("192.0.2.1"))}")).ShouldBe(status);
    }

    private static Task<ApiServer> StartAsync(RequestVerdict verdict) => ApiServer.StartAsync(replace: parts => parts with { Screen = new FixedScreen(verdict) });

    private sealed class FixedScreen(RequestVerdict verdict) : IRequestScreen
    {
        private int _judged;

        public bool IsBarredNow { get; set; }

        public int Judged => Volatile.Read(ref _judged);

        public RequestVerdict Judge(IPAddress remote)
        {
            remote.ShouldBe(IPAddress.Loopback);
            Interlocked.Increment(ref _judged);
            return verdict;
        }

        public bool IsBarred(IPAddress remote) => IsBarredNow;
    }

    /// <summary>A clock whose first timer ends when a test says so.</summary>
    private sealed class HeldTime : TimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Action? _end;

        public Task<TimeSpan> Begun => _begun.Task;

        public void End() => _end!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _end = () => callback(state);
            _begun.TrySetResult(dueTime);
            return System.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class SpyingGuard : IShareGuard
    {
        public List<ShareRefusal> Told { get; } = [];

        public void OnRefused(IPAddress remote, ShareRefusal why) => Told.Add(why);
    }

    private sealed class SpyingObserver : ILoginObserver
    {
        public List<LoginEvent> Told { get; } = [];

        public void OnLogin(IPAddress remote, string protocol, LoginEvent what) => Told.Add(what);
    }

    private sealed class SpyingHosts : IDefenderHosts
    {
        public List<(IPAddress, TimeSpan)> Banned { get; } = [];

        public HostBanResult Result { get; set; } = HostBanResult.Done;

        public HostRemovalResult Removal { get; set; }

        public ValueTask<IReadOnlyList<DefenderEntry>> ListAsync(CancellationToken ct) => new([]);

        public ValueTask<DefenderEntry?> FindAsync(IPAddress address, CancellationToken ct) => new((DefenderEntry?)null);

        public ValueTask<HostRemovalResult> RemoveAsync(IPAddress address, CancellationToken ct) => new(Removal);

        public ValueTask<HostBanResult> BanAsync(IPAddress address, TimeSpan time, CancellationToken ct)
        {
            Banned.Add((address, time));
            return new(Result);
        }
    }
}
