namespace Hpc.Server.Metrics;

/// <summary>The Prometheus types that are exported.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}
