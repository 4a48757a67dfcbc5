namespace Hpc.Storage.Local;

/// <summary>
/// Whether operations on a mount may run on the thread that asks for them. One that took longer than 5 ms sends those that follow to workers,
/// for a second after the last slow one or until 64 in a row were quick again. Time that the thread did not wait but was kept from running does not count.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="countWaits">How often the calling thread has waited so far; null counts all time.</param>
internal sealed class BlockingMeter(TimeProvider time, Func<long>? countWaits = null)
{
    private const int QuickOperationsToRecover = 64;
    private static readonly TimeSpan SlowOperation = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Penalty = TimeSpan.FromSeconds(1);

    // Touched by every thread that uses the mount. A lost update costs one slow call, so plain volatile access is enough.
    private long _slowUntil = long.MinValue;
    private int _quickInARow;

    public bool IsQuick
    {
        get
        {
            long slowUntil = Volatile.Read(ref _slowUntil);
            return slowUntil == long.MinValue || time.GetTimestamp() >= slowUntil;
        }
    }

    public Sample Start() => new(time.GetTimestamp(), countWaits?.Invoke() ?? 0);

    public void Stop(Sample started)
    {
        long now = time.GetTimestamp();
        if (time.GetElapsedTime(started.Timestamp, now) > SlowOperation && (countWaits is null || countWaits() != started.Waits))
        {
            Volatile.Write(ref _quickInARow, 0);
            Volatile.Write(ref _slowUntil, now + (long)(Penalty.TotalSeconds * time.TimestampFrequency));
        }
        else if (Volatile.Read(ref _slowUntil) != long.MinValue && Interlocked.Increment(ref _quickInARow) >= QuickOperationsToRecover)
        {
            Volatile.Write(ref _quickInARow, 0);
            Volatile.Write(ref _slowUntil, long.MinValue);
        }
    }

    /// <summary>What is remembered from the start of an operation to its end, on one thread.</summary>
    public readonly record struct Sample(long Timestamp, long Waits);
}
