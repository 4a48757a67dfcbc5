namespace Hpc.LoadTests.Relay;

/// <summary>Time since the link was made.</summary>
internal sealed class LinkClock(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_started);

    public ITimer CreateTimer(TimerCallback callback, object state) => time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
}
