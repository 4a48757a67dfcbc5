using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;

namespace Hpc.Actors.Tests.Sessions;

public sealed class SessionLifetimeTests
{
    private static readonly SessionLimits FifteenMinutes = new() { IdleTimeout = TimeSpan.FromMinutes(15) };

    [Fact]
    public async Task A_session_lives_below_its_user()
    {
        await using var fixture = new SessionFixture();
        var session = (Session)await fixture.OpenAsync("al/ice");
        session.SessionId.ShouldMatch("^[0-9a-f]{16}$");
        session.Actor.Path.ShouldBe($"/server/users/al%2Fice/session-{session.SessionId}");
    }

    [Fact]
    public async Task The_actor_of_a_user_goes_after_the_last_session()
    {
        await using var fixture = new SessionFixture();
        var first = (Session)await fixture.OpenAsync();
        var second = (Session)await fixture.OpenAsync();
        first.Close(SessionEndReason.ClosedByPeer);
        await SessionFixture.WaitUntilAsync(() => first.Actor.IsTerminated, "the session's actor stayed");
        second.User.IsTerminated.ShouldBeFalse();
        second.Close(SessionEndReason.ClosedByPeer);
        await SessionFixture.WaitUntilAsync(() => second.User.IsTerminated, "the user's actor stayed");
        second.Ended.IsCancellationRequested.ShouldBeFalse();
        ((FakeFiles)second.Files).ShouldNotBeNull();
        await SessionFixture.WaitUntilAsync(() => ((FakeFiles)second.Files).IsDisposed, "the files were not given back");
    }

    [Fact]
    public async Task Files_are_given_back_when_the_last_who_holds_them_has_let_go()
    {
        await using var fixture = new SessionFixture();
        SessionGrant grant = await fixture.OpenAsync();
        var files = (FakeFiles)grant.Files;
        grant.HoldFiles();
        grant.HoldFiles();
        grant.ReleaseFiles();
        grant.Close(SessionEndReason.ClosedByPeer);
        files.IsDisposed.ShouldBeFalse();
        grant.ReleaseFiles();
        files.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_session_begins_where_its_account_says()
    {
        await using var fixture = new SessionFixture();
        SessionRequest request = fixture.Request();
        SessionGrant grant = (await fixture.Gate.OpenAsync(request with { User = request.User with { StartDirectory = "/in/here" } }, default)).ShouldNotBeNull();
        grant.StartDirectory.ToString().ShouldBe("/in/here");
        (await fixture.OpenAsync()).StartDirectory.IsRoot.ShouldBeTrue();
        grant.FilesFor("SCP").ShouldBeSameAs(grant.Files);
    }

    [Fact]
    public async Task An_idle_session_ends_when_its_time_is_up()
    {
        await using var fixture = new SessionFixture(FifteenMinutes);
        SessionGrant grant = await fixture.OpenAsync();
        await TimerIsSetAsync(fixture);
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        grant.Meter.Touch(fixture.Time.TickCount);
        fixture.Time.Advance(TimeSpan.FromMinutes(5));
        await TimerIsSetAsync(fixture);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        fixture.Time.Advance(TimeSpan.FromMinutes(10));
        (await SessionFixture.EndOfAsync(grant)).ShouldBe(SessionEndReason.IdleTimeout);
        fixture.Gate.Counters.IdleEnded.ShouldBe(1);
        grant.Close(SessionEndReason.ConnectionLost);
        grant.EndReason.ShouldBe(SessionEndReason.IdleTimeout);
        fixture.Gate.Counters.Active.ShouldBe(0);
    }

    [Fact]
    public async Task A_closed_session_leaves_no_timer()
    {
        await using var fixture = new SessionFixture(FifteenMinutes);
        var session = (Session)await fixture.OpenAsync();
        await TimerIsSetAsync(fixture);
        session.Close(SessionEndReason.ClosedByPeer);
        await SessionFixture.WaitUntilAsync(() => session.Actor.IsTerminated, "the session's actor stayed");
        fixture.Time.PendingTimers.ShouldBe(0);
    }

    [Fact]
    public async Task An_idle_timeout_of_zero_is_off()
    {
        await using var fixture = new SessionFixture(new SessionLimits { IdleTimeout = TimeSpan.Zero });
        SessionGrant grant = await fixture.OpenAsync();
        fixture.Time.Advance(TimeSpan.FromDays(30));
        fixture.Time.PendingTimers.ShouldBe(0);
        (await fixture.Gate.ListAsync(default)).Single().IdleMilliseconds.ShouldBe((long)TimeSpan.FromDays(30).TotalMilliseconds);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_crash_of_a_session_ends_that_session_alone()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 2 });
        var crashing = (Session)await fixture.OpenAsync();
        var other = (Session)await fixture.OpenAsync();
        crashing.Actor.Tell(new SessionMessage.InjectFault(new InvalidOperationException("on purpose")));
        (await SessionFixture.EndOfAsync(crashing)).ShouldBe(SessionEndReason.ServerFault);
        other.Ended.IsCancellationRequested.ShouldBeFalse();
        other.Actor.IsTerminated.ShouldBeFalse();

        // The connection still runs: its place is free when it says so.
        (await fixture.TryOpenAsync()).ShouldBeNull();
        crashing.Close(SessionEndReason.ConnectionLost);
        crashing.EndReason.ShouldBe(SessionEndReason.ServerFault);
        fixture.Gate.Counters.ShouldSatisfyAllConditions(counters => counters.Active.ShouldBe(1), counters => counters.Faulted.ShouldBe(1));
        (await fixture.TryOpenAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_crash_of_a_user_keeps_the_sessions_and_their_count()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 2 });
        var first = (Session)await fixture.OpenAsync();
        var second = (Session)await fixture.OpenAsync();
        first.User.Tell(new UserMessage.InjectFault(new InvalidOperationException("on purpose")));
        (await fixture.TryOpenAsync()).ShouldBeNull();
        fixture.Gate.Counters.Refused[SessionRefusal.UserLimit].ShouldBe(1);
        (first.Ended.IsCancellationRequested, second.Ended.IsCancellationRequested).ShouldBe((false, false));
        first.Close(SessionEndReason.ClosedByPeer);
        (await fixture.TryOpenAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_user_who_keeps_crashing_loses_the_sessions_but_not_their_count()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 1 });
        var session = (Session)await fixture.OpenAsync();
        for (int i = 0; i < 11; i++)
        {
            session.User.Tell(new UserMessage.InjectFault(new InvalidOperationException("on purpose")));
        }

        (await SessionFixture.EndOfAsync(session)).ShouldBe(SessionEndReason.ServerFault);
        (await fixture.TryOpenAsync()).ShouldBeNull();
        await SessionFixture.WaitUntilAsync(() => !session.User.IsTerminated, "the user's actor has no successor");
        (await fixture.TryOpenAsync()).ShouldBeNull();
        session.Close(SessionEndReason.ConnectionLost);
        (await fixture.TryOpenAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task Sessions_end_as_drained_when_the_actors_stop()
    {
        await using var fixture = new SessionFixture();
        SessionGrant grant = await fixture.OpenAsync();
        await fixture.System.StopAsync();
        (await SessionFixture.EndOfAsync(grant)).ShouldBe(SessionEndReason.Drained);
        grant.Close(SessionEndReason.ClosedByPeer);
        fixture.Gate.Counters.Active.ShouldBe(0);
        (await fixture.TryOpenAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task An_end_that_fails_in_the_connection_harms_nobody()
    {
        await using var fixture = new SessionFixture();
        var session = (Session)await fixture.OpenAsync();
        using CancellationTokenRegistration registration = session.Ended.Register(() => throw new InvalidOperationException("on purpose"));
        (await fixture.Gate.KickAsync(session.SessionId, default)).ShouldBeTrue();
        session.Actor.IsTerminated.ShouldBeFalse();
        session.EndReason.ShouldBe(SessionEndReason.Kicked);
    }

    private static Task TimerIsSetAsync(SessionFixture fixture) =>
        SessionFixture.WaitUntilAsync(() => fixture.Time.PendingTimers == 1, "no idle timer was set");
}
