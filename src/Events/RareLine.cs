namespace Hpc.Events;

/// <summary>Says at most once a minute that a line is to be written, whoever asks.</summary>
internal sealed class RareLine(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _last = long.MinValue;

    public bool IsDue()
    {
        long now = time.GetTimestamp();
        long last = Volatile.Read(ref _last);
        return (last == long.MinValue || time.GetElapsedTime(last, now) >= Interval) && Interlocked.CompareExchange(ref _last, now, last) == last;
    }
}
