using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Report;

/// <summary>One operation in the progress.</summary>
internal sealed record LiveOperation(string Name, string P50, string P99)
{
    public static LiveOperation From(LoadOperation operation, LatencyHistogram latency) =>
        new(LoadOperations.NameOf(operation), Show(latency.Percentile(50)), Show(latency.Percentile(99)));

    private static string Show(TimeSpan time) => Figures.Milliseconds(time.TotalMilliseconds);
}
