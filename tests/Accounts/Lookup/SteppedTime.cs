namespace Hpc.Accounts.Tests.Lookup;

/// <summary>A clock, with its timestamps and periodic timers, that moves when the test says so.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<SteppedTimer> _timers = [];
    private long _ticks = DateTimeOffset.UnixEpoch.AddYears(60).UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public void Advance(TimeSpan by)
    {
        SteppedTimer[] timers;
        lock (_gate)
        {
            Interlocked.Add(ref _ticks, by.Ticks);
            timers = [.. _timers];
        }

        foreach (SteppedTimer timer in timers)
        {
            timer.FireIfDue();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    private sealed class SteppedTimer(SteppedTime time, Action fire) : ITimer
    {
        private TimeSpan _period;
        private long _due = long.MaxValue;

        public void FireIfDue()
        {
            if (time.GetTimestamp() >= _due)
            {
                _due = _period > TimeSpan.Zero ? time.GetTimestamp() + _period.Ticks : long.MaxValue;
                fire();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            _due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
