namespace Hpc.Storage.Tests.Support;

/// <summary>A clock that goes on by as much as a test says, each time it is looked at.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private long _now = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan PerTimestamp { get; set; }

    public override long GetTimestamp() => Interlocked.Add(ref _now, PerTimestamp.Ticks);
}
