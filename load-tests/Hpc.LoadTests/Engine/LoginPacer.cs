namespace Hpc.LoadTests.Engine;

/// <summary>
/// Gives log-ins their moments: so many per second, evenly. With <paramref name="keepsSchedule"/> a moment that nobody was free for stays what it was, so
/// that the wait for a free session counts as the server's slowness; otherwise it is forgotten.
/// </summary>
internal sealed class LoginPacer(double perSecond, bool keepsSchedule, TimeProvider time)
{
    // A timer takes no more than 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly long _started = time.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Waits for the next moment and returns it as a timestamp.</summary>
    public async ValueTask<long> WaitAsync(CancellationToken ct)
    {
        if (perSecond <= 0)
        {
            return time.GetTimestamp();
        }

        TimeSpan moment = Take();
        for (TimeSpan early = Early(moment); early > TimeSpan.Zero; early = Early(moment))
        {
            await Task.Delay(early < LongestDelay ? early : LongestDelay, time, ct).ConfigureAwait(false);
        }

        return _started + (long)(moment.TotalSeconds * time.TimestampFrequency);
    }

    private TimeSpan Early(TimeSpan moment) => moment - time.GetElapsedTime(_started);

    private TimeSpan Take()
    {
        lock (_lock)
        {
            TimeSpan now = time.GetElapsedTime(_started);
            TimeSpan moment = keepsSchedule || _next > now ? _next : now;
            _next = moment + TimeSpan.FromSeconds(1 / perSecond);
            return moment;
        }
    }
}
