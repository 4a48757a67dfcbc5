using Hpc.LoadTests.Engine;
using Hpc.TestKit;

namespace Hpc.LoadTests.Tests.Engine;

public sealed class LoginPacerTests
{
    [Fact]
    public async Task Without_a_rate_nobody_waits()
    {
        var time = new ManualTimeProvider();
        var pacer = new LoginPacer(0, keepsSchedule: true, time);
        for (int i = 0; i < 100; i++)
        {
            (await pacer.WaitAsync(CancellationToken.None)).ShouldBe(time.GetTimestamp());
        }
    }

    [Fact]
    public async Task Moments_are_evenly_apart()
    {
        var time = new ManualTimeProvider();
        long start = time.GetTimestamp();
        var pacer = new LoginPacer(10, keepsSchedule: true, time);
        ValueTask<long>[] waits = [.. Enumerable.Range(0, 5).Select(_ => pacer.WaitAsync(CancellationToken.None))];
        waits.Count(static wait => wait.IsCompleted).ShouldBe(1);
        time.PendingTimers.ShouldBe(4);
        time.Advance(TimeSpan.FromSeconds(1));
        time.PendingTimers.ShouldBe(0);
        var moments = new List<long>();
        foreach (ValueTask<long> wait in waits)
        {
            moments.Add(await wait - start);
        }

        moments.ShouldBe(Enumerable.Range(0, 5).Select(static number => number * TimeSpan.TicksPerSecond / 10));
    }

    [Fact]
    public async Task A_moment_that_is_further_away_than_a_timer_goes_is_waited_for()
    {
        var time = new ManualTimeProvider();
        long start = time.GetTimestamp();
        var pacer = new LoginPacer(1e-7, keepsSchedule: true, time);
        await pacer.WaitAsync(CancellationToken.None);
        Task<long> second = pacer.WaitAsync(CancellationToken.None).AsTask();
        for (int day = 0; day < 116; day++)
        {
            second.IsCompleted.ShouldBeFalse();
            await AdvanceADayAsync(time, second);
        }

        (await second - start).ShouldBe(TimeSpan.TicksPerSecond * 10_000_000);
    }

    // The wait goes on in timers of a day, each of which is made on another thread when the one before has fired.
    private static async Task AdvanceADayAsync(ManualTimeProvider time, Task waiting)
    {
        while (time.PendingTimers == 0 && !waiting.IsCompleted)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task A_kept_schedule_counts_the_wait_for_a_free_session()
    {
        var time = new ManualTimeProvider();
        long start = time.GetTimestamp();
        var pacer = new LoginPacer(10, keepsSchedule: true, time);
        time.Advance(TimeSpan.FromSeconds(1));
        var moments = new List<long>();
        for (int i = 0; i < 10; i++)
        {
            moments.Add(await pacer.WaitAsync(CancellationToken.None) - start);
        }

        moments.ShouldBe(Enumerable.Range(0, 10).Select(static number => number * TimeSpan.TicksPerSecond / 10));
    }

    [Fact]
    public async Task A_schedule_that_is_not_kept_begins_anew_after_a_pause()
    {
        var time = new ManualTimeProvider();
        var pacer = new LoginPacer(10, keepsSchedule: false, time);
        await pacer.WaitAsync(CancellationToken.None);
        time.Advance(TimeSpan.FromSeconds(5));
        (await pacer.WaitAsync(CancellationToken.None)).ShouldBe(time.GetTimestamp());
        ValueTask<long> next = pacer.WaitAsync(CancellationToken.None);
        next.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        await next;
    }
}
