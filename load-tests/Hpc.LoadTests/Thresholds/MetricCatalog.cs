using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Thresholds;

/// <summary>Unit of a figure, and so of its thresholds.</summary>
internal enum MetricUnit
{
    /// <summary>A plain number.</summary>
    Number,

    /// <summary>Seconds.</summary>
    Duration,

    /// <summary>Bytes per second.</summary>
    Rate,
}

/// <summary>The figures that a threshold may name.</summary>
internal static class MetricCatalog
{
    private static readonly (string Name, MetricUnit Unit)[] OfOperations =
    [
        ("p50", MetricUnit.Duration), ("p90", MetricUnit.Duration), ("p95", MetricUnit.Duration), ("p99", MetricUnit.Duration), ("p99.9", MetricUnit.Duration),
        ("max", MetricUnit.Duration), ("mean", MetricUnit.Duration),
        ("count", MetricUnit.Number), ("errors", MetricUnit.Number), ("per_second", MetricUnit.Number),
    ];

    public static IReadOnlyDictionary<string, MetricUnit> Units { get; } = All().ToDictionary(static metric => metric.Name, static metric => metric.Unit, StringComparer.Ordinal);

    private static IEnumerable<(string Name, MetricUnit Unit)> All() =>
    [
        ("errors", MetricUnit.Number),
        ("error_rate", MetricUnit.Number),
        ("operations", MetricUnit.Number),
        ("sessions.peak", MetricUnit.Number),
        ("sessions.gave_up", MetricUnit.Number),
        ("throughput.upload", MetricUnit.Rate),
        ("throughput.download", MetricUnit.Rate),
        ("client.cpu_seconds", MetricUnit.Number),
        ("client.rss_per_session_kib", MetricUnit.Number),
        ("server.cpu_seconds", MetricUnit.Number),
        ("server.cpu_per_gib", MetricUnit.Number),
        ("server.cpu_per_login_ms", MetricUnit.Number),
        ("server.rss_per_session_kib", MetricUnit.Number),
        ("server.rss_per_further_session_kib", MetricUnit.Number),
        ("server.managed_per_session_kib", MetricUnit.Number),
        ("server.rss_growth_kib", MetricUnit.Number),
        ("server.sessions_left", MetricUnit.Number),
        ("server.connections_left", MetricUnit.Number),
        ("server.buffer_bytes_left", MetricUnit.Number),
        .. from operation in Enum.GetValues<LoadOperation>() from figure in OfOperations select ($"{LoadOperations.NameOf(operation)}.{figure.Name}", figure.Unit),
    ];
}
