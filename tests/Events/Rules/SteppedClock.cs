using Hpc.TestKit;

namespace Hpc.Events.Tests.Rules;

/// <summary>A wall clock that can be set, over timers that cannot.</summary>
internal sealed class SteppedClock(ManualTimeProvider inner) : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => inner.CreateTimer(callback, state, dueTime, period);
}
