using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;
using Hpc.Storage;

namespace Hpc.Actors.Tests.Sessions;

public sealed class SessionLimitTests
{
    [Fact]
    public async Task The_limit_per_user_is_exact_under_a_thousand_parallel_opens()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 10 });
        SessionGrant?[] grants = await OpenInParallelAsync(fixture, 1_000, _ => "alice");
        grants.Count(grant => grant is not null).ShouldBe(10);
        fixture.Gate.Counters.Refused[SessionRefusal.UserLimit].ShouldBe(990);
        fixture.Gate.Counters.Active.ShouldBe(10);
        (await fixture.TryOpenAsync("bob")).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(0, 3, 3)]
    [InlineData(2, 3, 2)]
    [InlineData(3, 2, 2)]
    public async Task The_smaller_of_the_limits_of_the_node_and_of_the_account_is_exact(int ofNode, int ofAccount, int expected)
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = ofNode });
        SessionGrant?[] grants = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () =>
        {
            SessionRequest request = fixture.Request();
            return await fixture.Gate.OpenAsync(
                request with { User = request.User with { MaxSessions = ofAccount }, Protocol = i % 2 == 0 ? "SFTP" : "HTTP" }, default);
        })));
        grants.Count(grant => grant is not null).ShouldBe(expected);
        fixture.Gate.Counters.Refused[SessionRefusal.UserLimit].ShouldBe(200 - expected);
        grants.First(grant => grant is not null)!.Close(SessionEndReason.ClosedByPeer);
        SessionRequest next = fixture.Request();
        (await fixture.Gate.OpenAsync(next with { User = next.User with { MaxSessions = ofAccount } }, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_total_limit_is_exact_under_a_thousand_parallel_opens()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxTotal = 100 });
        SessionGrant?[] grants = await OpenInParallelAsync(fixture, 1_000, i => $"user{i % 50}");
        grants.Count(grant => grant is not null).ShouldBe(100);
        fixture.Gate.Counters.Refused[SessionRefusal.TotalLimit].ShouldBe(900);
        foreach (SessionGrant? grant in grants)
        {
            grant?.Close(SessionEndReason.ClosedByPeer);
        }

        fixture.Gate.Counters.Active.ShouldBe(0);
        (await OpenInParallelAsync(fixture, 100, i => $"user{i}")).ShouldAllBe(grant => grant != null);
    }

    [Fact]
    public async Task A_closed_session_makes_room_for_the_next_at_once()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 1, MaxTotal = 1 });
        for (int i = 0; i < 500; i++)
        {
            SessionGrant grant = await fixture.OpenAsync();
            grant.Close(SessionEndReason.ClosedByPeer);
        }

        fixture.Gate.Counters.ShouldSatisfyAllConditions(counters => counters.Opened.ShouldBe(500), counters => counters.Active.ShouldBe(0));
    }

    [Fact]
    public async Task Users_who_come_and_go_at_once_are_never_refused()
    {
        await using var fixture = new SessionFixture();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (int n = 0; n < 500; n++)
            {
                SessionGrant grant = await fixture.OpenAsync($"user{i % 2}");
                grant.Close(SessionEndReason.ClosedByPeer);
            }
        })));
        fixture.Gate.Counters.ShouldSatisfyAllConditions(
            counters => counters.Opened.ShouldBe(4_000),
            counters => counters.Active.ShouldBe(0),
            counters => counters.Refused.Values.Sum().ShouldBe(0));
    }

    [Fact]
    public async Task Closing_twice_gives_one_place_back()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxTotal = 2 });
        SessionGrant first = await fixture.OpenAsync();
        await fixture.OpenAsync();
        Parallel.For(0, 100, _ => first.Close(SessionEndReason.ConnectionLost));
        first.EndReason.ShouldBe(SessionEndReason.ConnectionLost);
        fixture.Gate.Counters.Active.ShouldBe(1);
        await fixture.OpenAsync();
        (await fixture.TryOpenAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task A_drain_refuses_new_sessions_and_leaves_the_old()
    {
        await using var fixture = new SessionFixture();
        SessionGrant grant = await fixture.OpenAsync();
        fixture.Gate.IsOpen.ShouldBeTrue();
        fixture.Gate.BeginDrain();
        fixture.Gate.IsOpen.ShouldBeFalse();
        (await fixture.TryOpenAsync()).ShouldBeNull();
        fixture.Gate.Counters.Refused[SessionRefusal.Draining].ShouldBe(1);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        fixture.Gate.EndAll(SessionEndReason.Drained).ShouldBe(1);
        (await SessionFixture.EndOfAsync(grant)).ShouldBe(SessionEndReason.Drained);
    }

    [Fact]
    public async Task Files_that_cannot_be_opened_refuse_the_session_and_hold_no_place()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 1, MaxTotal = 1 });
        fixture.OpenFiles = (_, _) => new ValueTask<StorageResult<IFileSystem>>(StorageError.NotFound);
        (await fixture.TryOpenAsync()).ShouldBeNull();
        fixture.OpenFiles = (_, _) => throw new InvalidOperationException("storage is broken");
        (await fixture.TryOpenAsync()).ShouldBeNull();
        fixture.Gate.Counters.Refused[SessionRefusal.FilesUnavailable].ShouldBe(2);
        SessionObstacle? told = null;
        (await fixture.Gate.OpenAsync(fixture.Request() with { Refused = why => told = why }, default)).ShouldBeNull();
        told.ShouldBe(SessionObstacle.FilesUnavailable);
        fixture.Gate.Counters.Active.ShouldBe(0);
        fixture.OpenFiles = (_, _) => new ValueTask<StorageResult<IFileSystem>>(StorageResults.Of(FakeFiles.Create()));
        (await fixture.TryOpenAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Opening_that_takes_too_long_is_refused_and_what_comes_late_is_given_back()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 1, MaxTotal = 1, OpenTimeout = TimeSpan.FromSeconds(10) });
        var opening = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<StorageResult<IFileSystem>>();
        fixture.OpenFiles = (_, ct) =>
        {
            opening.SetResult(ct);
            return new ValueTask<StorageResult<IFileSystem>>(late.Task);
        };
        Task<SessionGrant?> open = fixture.TryOpenAsync();
        CancellationToken givenUp = await opening.Task;
        givenUp.IsCancellationRequested.ShouldBeFalse();
        fixture.Time.Advance(TimeSpan.FromSeconds(10));
        (await open).ShouldBeNull();
        givenUp.IsCancellationRequested.ShouldBeTrue();
        fixture.Gate.Counters.Refused[SessionRefusal.Timeout].ShouldBe(1);

        fixture.OpenFiles = (_, _) => new ValueTask<StorageResult<IFileSystem>>(StorageResults.Of(FakeFiles.Create()));
        SessionGrant next = await fixture.OpenAsync();
        IFileSystem files = FakeFiles.Create();
        late.SetResult(StorageResults.Of(files));
        await SessionFixture.WaitUntilAsync(() => ((FakeFiles)files).IsDisposed, "late files were not given back");
        fixture.Gate.Counters.Active.ShouldBe(1);
        next.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_cancelled_open_is_a_refusal()
    {
        await using var fixture = new SessionFixture();
        fixture.OpenFiles = async (_, ct) =>
        {
            await Task.Delay(Timeout.Infinite, ct);
            return StorageError.Cancelled;
        };
        using var cts = new CancellationTokenSource();
        ValueTask<SessionGrant?> open = fixture.Gate.OpenAsync(fixture.Request(), cts.Token);
        await cts.CancelAsync();
        (await open).ShouldBeNull();
        fixture.Gate.Counters.Refused[SessionRefusal.Cancelled].ShouldBe(1);
        fixture.Gate.Counters.Active.ShouldBe(0);
    }

    private static Task<SessionGrant?[]> OpenInParallelAsync(SessionFixture fixture, int count, Func<int, string> user) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => fixture.TryOpenAsync(user(i)))));
}
