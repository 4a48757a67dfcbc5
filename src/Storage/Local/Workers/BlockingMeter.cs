namespace Hpc.Storage.Local;

/// <summary>
/// Whether operations on a mount may run on the thread that asks for them. One that took longer than 5 ms sends those that follow to workers,
/// for a second after the last slow one or until 64 in a row were quick again. Time that the thread did not wait but was kept from running does not count:
/// asking for that costs a system call, so it is asked for during a minute after an operation that took as long; the first such one is let pass if it took no longer than 50 ms.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="countWaits">How often the calling thread has waited so far; null counts all time.</param>
internal sealed class BlockingMeter(TimeProvider time, Func<long>? countWaits = null)
{
    private const int QuickOperationsToRecover = 64;
    private const long NotCounted = long.MinValue;

    private readonly long _slowOperation = ToTimestamps(time, TimeSpan.FromMilliseconds(5));
    private readonly long _surelySlow = ToTimestamps(time, TimeSpan.FromMilliseconds(50));
    private readonly long _penalty = ToTimestamps(time, TimeSpan.FromSeconds(1));
    private readonly long _suspicion = ToTimestamps(time, TimeSpan.FromMinutes(1));

    // Touched by every thread that uses the mount. A lost update costs one slow call, so plain volatile access is enough.
    private long _slowUntil = long.MinValue;
    private long _countUntil = long.MinValue;
    private int _quickInARow;

    public bool IsQuick
    {
        get
        {
            long slowUntil = Volatile.Read(ref _slowUntil);
            return slowUntil == long.MinValue || time.GetTimestamp() >= slowUntil;
        }
    }

    public Sample Start()
    {
        long now = time.GetTimestamp();
        return new Sample(now, countWaits is not null && now < Volatile.Read(ref _countUntil) ? countWaits() : NotCounted);
    }

    public void Stop(Sample started)
    {
        long now = time.GetTimestamp();
        if (now - started.Timestamp > _slowOperation)
        {
            OnSlow(started, now);
        }
        else if (Volatile.Read(ref _slowUntil) != long.MinValue && Interlocked.Increment(ref _quickInARow) >= QuickOperationsToRecover)
        {
            Volatile.Write(ref _quickInARow, 0);
            Volatile.Write(ref _slowUntil, long.MinValue);
        }
    }

    private void OnSlow(Sample started, long now)
    {
        Volatile.Write(ref _countUntil, now + _suspicion);
        bool waited = countWaits is null
            || (started.Waits == NotCounted ? now - started.Timestamp > _surelySlow : countWaits() != started.Waits);
        if (waited)
        {
            Volatile.Write(ref _quickInARow, 0);
            Volatile.Write(ref _slowUntil, now + _penalty);
        }
    }

    private static long ToTimestamps(TimeProvider time, TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);

    /// <summary>What is remembered from the start of an operation to its end, on one thread.</summary>
    public readonly record struct Sample(long Timestamp, long Waits);
}
