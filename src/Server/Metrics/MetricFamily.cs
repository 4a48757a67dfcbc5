namespace Hpc.Server.Metrics;

/// <summary>One metric with all its series.</summary>
internal sealed class MetricFamily(string name, string help, MetricKind kind, bool isObserved, double[] bounds)
{
    /// <summary>Labels come from closed sets; a family that passes this has a label that does not, and its further series are dropped and counted.</summary>
    public const int MaxSeries = 256;

    private readonly Lock _growing = new();
    private volatile MetricSeries[] _series = [];
    private long _refused;

    public string Name { get; } = name;

    public string Help { get; } = help;

    public MetricKind Kind { get; } = kind;

    public bool IsObserved { get; } = isObserved;

    public double[] Bounds { get; } = bounds;

    public MetricSeries[] Series => _series;

    /// <summary>Measurements that found no room.</summary>
    public long Refused => Volatile.Read(ref _refused);

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries? series = Find(_series, tags) ?? Grow(tags);
        if (series is null)
        {
            Interlocked.Increment(ref _refused);
        }
        else if (Kind == MetricKind.Histogram)
        {
            series.Record(value);
        }
        else if (IsObserved)
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private static MetricSeries? Find(MetricSeries[] all, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (MetricSeries series in all)
        {
            if (series.HasTags(tags))
            {
                return series;
            }
        }

        return null;
    }

    private MetricSeries? Grow(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_growing)
        {
            MetricSeries? series = Find(_series, tags);
            if (series is not null || _series.Length >= MaxSeries)
            {
                return series;
            }

            series = new MetricSeries(tags.ToArray(), Bounds);
            _series = [.. _series, series];
            return series;
        }
    }
}
