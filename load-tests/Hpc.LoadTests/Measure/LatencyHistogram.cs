using System.Numerics;

namespace Hpc.LoadTests.Measure;

/// <summary>
/// Durations in buckets whose width grows with their value: exact up to 12.7 µs, within 0.8 % from there to 10 minutes.
/// Recording takes no lock; a reader beside writers sees every record that was complete when it began, and perhaps later ones.
/// </summary>
/// <remarks>
/// The unit is a tick of 100 ns. Values below 128 have a bucket each; each power of two above is cut into 64 equal buckets, so a bucket is at most
/// 1/64 of its lower end wide, and its middle is at most 1/128 of a value away from it. Longer than 10 minutes counts as 10 minutes.
/// </remarks>
internal sealed class LatencyHistogram
{
    private const int SplitBits = 6;
    private const int SplitCount = 1 << SplitBits;
    private const int ExactCount = SplitCount * 2;
    private static readonly long LargestTicks = TimeSpan.FromMinutes(10).Ticks;
    private static readonly int BucketCount = IndexOf(LargestTicks) + 1;

    private readonly long[] _counts = new long[BucketCount];
    private long _totalTicks;
    private long _maxTicks;
    private long _minTicks = long.MaxValue;

    /// <summary>The longest duration that is told apart from longer ones.</summary>
    public static TimeSpan Largest => TimeSpan.FromTicks(LargestTicks);

    public long Count
    {
        get
        {
            long count = 0;
            for (int i = 0; i < _counts.Length; i++)
            {
                count += Volatile.Read(ref _counts[i]);
            }

            return count;
        }
    }

    /// <summary>The longest recorded duration, exactly, up to <see cref="Largest"/>.</summary>
    public TimeSpan Max => TimeSpan.FromTicks(Volatile.Read(ref _maxTicks));

    /// <summary>The shortest recorded duration, exactly; zero if there is none.</summary>
    public TimeSpan Min => Volatile.Read(ref _minTicks) is var ticks && ticks == long.MaxValue ? TimeSpan.Zero : TimeSpan.FromTicks(ticks);

    public TimeSpan Mean => Count is var count && count == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(Volatile.Read(ref _totalTicks) / count);

    public void Record(TimeSpan elapsed)
    {
        long ticks = Math.Clamp(elapsed.Ticks, 0, LargestTicks);
        Interlocked.Increment(ref _counts[IndexOf(ticks)]);
        Interlocked.Add(ref _totalTicks, ticks);
        RaiseMax(ticks);
        LowerMin(ticks);
    }

    /// <summary>Adds what <paramref name="other"/> has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++)
        {
            long count = Volatile.Read(ref other._counts[i]);
            if (count != 0)
            {
                Interlocked.Add(ref _counts[i], count);
            }
        }

        Interlocked.Add(ref _totalTicks, Volatile.Read(ref other._totalTicks));
        RaiseMax(Volatile.Read(ref other._maxTicks));
        LowerMin(Volatile.Read(ref other._minTicks));
    }

    /// <summary>What was recorded after <paramref name="earlier"/>, a copy of this histogram at an earlier time; shortest and longest are those of the whole.</summary>
    public LatencyHistogram Since(LatencyHistogram earlier)
    {
        var later = new LatencyHistogram { _totalTicks = _totalTicks - earlier._totalTicks, _maxTicks = _maxTicks, _minTicks = _minTicks };
        for (int i = 0; i < _counts.Length; i++)
        {
            later._counts[i] = Math.Max(0, _counts[i] - earlier._counts[i]);
        }

        return later;
    }

    /// <summary>The duration that <paramref name="percent"/> of the records do not exceed (nearest rank); zero if there is no record.</summary>
    public TimeSpan Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        long count = Count;
        if (count == 0)
        {
            return TimeSpan.Zero;
        }

        long rank = Math.Clamp((long)Math.Ceiling(percent / 100 * count), 1, count);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += Volatile.Read(ref _counts[i]);
            if (seen >= rank)
            {
                return TimeSpan.FromTicks(Math.Clamp(MiddleOf(i), Min.Ticks, Max.Ticks));
            }
        }

        return Max;
    }

    private static int IndexOf(long ticks)
    {
        if (ticks < ExactCount)
        {
            return (int)ticks;
        }

        // The highest bit and the six below it remain: 64 ... 127, then the next power of two follows on.
        int shift = BitOperations.Log2((ulong)ticks) - SplitBits;
        return (shift << SplitBits) + (int)(ticks >> shift);
    }

    private static long MiddleOf(int index)
    {
        if (index < ExactCount)
        {
            return index;
        }

        int shift = (index >> SplitBits) - 1;
        long lowest = (long)(SplitCount + (index & (SplitCount - 1))) << shift;
        return lowest + ((1L << shift) >> 1);
    }

    private void RaiseMax(long ticks)
    {
        long seen = Volatile.Read(ref _maxTicks);
        while (ticks > seen)
        {
            long found = Interlocked.CompareExchange(ref _maxTicks, ticks, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    private void LowerMin(long ticks)
    {
        long seen = Volatile.Read(ref _minTicks);
        while (ticks < seen)
        {
            long found = Interlocked.CompareExchange(ref _minTicks, ticks, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
