namespace Hpc.LoadTests.Report;

/// <summary>A point of a distribution: so many percent took no longer than this.</summary>
internal sealed record LatencyPoint(double Percent, double LatencyMs);
