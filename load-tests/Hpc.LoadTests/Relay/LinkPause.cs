namespace Hpc.LoadTests.Relay;

/// <summary>Waits of one loop for moments of the link's clock, with one timer for all of them.</summary>
internal sealed class LinkPause : IDisposable
{
    // A timer takes no more than 49 days.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly LinkClock _clock;
    private readonly LinkSignal _signal = new();
    private readonly ITimer _timer;
    private volatile bool _isEnded;

    public LinkPause(LinkClock clock)
    {
        _clock = clock;
        _timer = clock.CreateTimer(static signal => ((LinkSignal)signal!).Set(), _signal);
    }

    /// <summary>Returns at <paramref name="moment"/>, never before it, or when the pause is ended.</summary>
    public async ValueTask UntilAsync(TimeSpan moment)
    {
        // A timer counts whole milliseconds; rounding up keeps it from firing early and again.
        for (TimeSpan left = moment - _clock.Now; left > TimeSpan.Zero && !_isEnded; left = moment - _clock.Now)
        {
            TimeSpan wait = left < LongestWait ? left : LongestWait;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
            await _signal.WaitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends this wait and all later ones.</summary>
    public void End()
    {
        _isEnded = true;
        _signal.Set();
    }

    public void Dispose() => _timer.Dispose();
}
