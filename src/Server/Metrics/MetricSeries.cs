namespace Hpc.Server.Metrics;

/// <summary>The values of one instrument for one combination of labels. Written by any thread.</summary>
internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, double[] bounds)
{
    private readonly long[] _buckets = new long[bounds.Length == 0 ? 0 : bounds.Length + 1];
    private double _value;
    private long _count;

    public KeyValuePair<string, object?>[] Tags { get; } = tags;

    public double Value => Volatile.Read(ref _value);

    public long Count => Volatile.Read(ref _count);

    /// <summary>False for an observed value that was not observed again.</summary>
    public bool IsPresent { get; set; } = true;

    public long BucketCount(int index) => Volatile.Read(ref _buckets[index]);

    public void Add(double value)
    {
        double seen = Volatile.Read(ref _value);
        while (true)
        {
            double found = Interlocked.CompareExchange(ref _value, seen + value, seen);
            if (found.Equals(seen))
            {
                return;
            }

            seen = found;
        }
    }

    public void Set(double value)
    {
        Volatile.Write(ref _value, value);
        IsPresent = true;
    }

    public void Record(double value)
    {
        int index = Array.BinarySearch(bounds, value);
        Interlocked.Increment(ref _buckets[index < 0 ? ~index : index]);
        Interlocked.Increment(ref _count);
        Add(value);
    }

    public bool HasTags(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != Tags.Length)
        {
            return false;
        }

        for (int i = 0; i < tags.Length; i++)
        {
            if (!string.Equals(tags[i].Key, Tags[i].Key, StringComparison.Ordinal) || !Equals(tags[i].Value, Tags[i].Value))
            {
                return false;
            }
        }

        return true;
    }
}
