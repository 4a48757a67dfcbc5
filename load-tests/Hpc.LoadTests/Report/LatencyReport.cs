using System.Text.Json.Serialization;
using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Report;

/// <summary>Durations of one operation, where it succeeded.</summary>
internal sealed record LatencyReport
{
    private static readonly double[] CurvePercents = [0, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.98, 99.99, 99.999];

    public double MinMs { get; init; }

    public double MeanMs { get; init; }

    public double P50Ms { get; init; }

    public double P75Ms { get; init; }

    public double P90Ms { get; init; }

    public double P95Ms { get; init; }

    public double P99Ms { get; init; }

    [JsonPropertyName("p99_9_ms")]
    public double P999Ms { get; init; }

    public double MaxMs { get; init; }

    /// <summary>Points of the whole distribution, as far as the number of records carries it.</summary>
    public IReadOnlyList<LatencyPoint> Curve { get; init; } = [];

    public static LatencyReport From(LatencyHistogram histogram) => new()
    {
        MinMs = Milliseconds(histogram.Min),
        MeanMs = Milliseconds(histogram.Mean),
        P50Ms = Milliseconds(histogram.Percentile(50)),
        P75Ms = Milliseconds(histogram.Percentile(75)),
        P90Ms = Milliseconds(histogram.Percentile(90)),
        P95Ms = Milliseconds(histogram.Percentile(95)),
        P99Ms = Milliseconds(histogram.Percentile(99)),
        P999Ms = Milliseconds(histogram.Percentile(99.9)),
        MaxMs = Milliseconds(histogram.Max),
        Curve = CurveOf(histogram),
    };

    /// <summary>A percentile is shown only if a record lies beyond it; else it would be the longest under another name.</summary>
    private static LatencyPoint[] CurveOf(LatencyHistogram histogram)
    {
        long count = histogram.Count;
        return [.. CurvePercents.Where(percent => count * (100 - percent) / 100 >= 1).Select(percent => new LatencyPoint(percent, Milliseconds(histogram.Percentile(percent))))];
    }

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 4);
}
