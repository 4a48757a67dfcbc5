using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;

namespace Hpc.Actors.Tests.Sessions;

public sealed class SessionDurationTests
{
    [Fact]
    public async Task A_session_ends_when_it_has_lasted_as_long_as_sessions_may_whatever_it_does()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxDuration = TimeSpan.FromHours(1), IdleTimeout = TimeSpan.Zero });
        SessionGrant grant = await fixture.OpenAsync();
        await TimersAsync(fixture, 1);
        for (int i = 0; i < 59; i++)
        {
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
            grant.Meter.Touch(fixture.Time.TickCount);
        }

        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        SessionGrant later = await fixture.OpenAsync();
        await TimersAsync(fixture, 2);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        (await SessionFixture.EndOfAsync(grant)).ShouldBe(SessionEndReason.MaxDuration);
        later.Ended.IsCancellationRequested.ShouldBeFalse();
        fixture.Gate.Counters.MaxDurationEnded.ShouldBe(1);
        grant.Close(SessionEndReason.ConnectionLost);
        later.Close(SessionEndReason.ClosedByPeer);
        grant.EndReason.ShouldBe(SessionEndReason.MaxDuration);
        await TimersAsync(fixture, 0);
        fixture.Gate.Counters.Active.ShouldBe(0);
    }

    [Fact]
    public async Task A_session_whose_transfer_waits_for_bandwidth_is_not_idle()
    {
        await using var fixture = new SessionFixture(new SessionLimits { IdleTimeout = TimeSpan.FromMinutes(1) });
        SessionGrant grant = await fixture.OpenAsync();
        await TimersAsync(fixture, 1);
        grant.Meter.BeginWait();
        grant.Meter.BeginWait();
        for (int i = 0; i < 5; i++)
        {
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await TimersAsync(fixture, 1);
        }

        grant.Meter.EndWait(fixture.Time.TickCount);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        await TimersAsync(fixture, 1);
        grant.Ended.IsCancellationRequested.ShouldBeFalse();
        (await fixture.Gate.ListAsync(default)).Single().IdleMilliseconds.ShouldBe(0);

        // The minute counts from the end of the last wait.
        grant.Meter.EndWait(fixture.Time.TickCount);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        (await SessionFixture.EndOfAsync(grant)).ShouldBe(SessionEndReason.IdleTimeout);
    }

    private static Task TimersAsync(SessionFixture fixture, int count) =>
        SessionFixture.WaitUntilAsync(() => fixture.Time.PendingTimers == count, $"there are not {count} timers");
}
