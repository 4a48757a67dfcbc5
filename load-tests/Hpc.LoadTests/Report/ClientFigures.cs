using System.Diagnostics;

namespace Hpc.LoadTests.Report;

/// <summary>What the load generator itself took: where it is busy, it may be the limit.</summary>
internal sealed record ClientFigures
{
    public double CpuSeconds { get; init; }

    public long RssPeakBytes { get; init; }

    public long RssEndBytes { get; init; }

    public double? RssPerSessionBytes { get; init; }

    /// <summary>This process until now.</summary>
    public static ClientFigures Read()
    {
        using var process = Process.GetCurrentProcess();
        return new ClientFigures
        {
            CpuSeconds = Math.Round(process.TotalProcessorTime.TotalSeconds, 3),
            RssPeakBytes = process.PeakWorkingSet64,
            RssEndBytes = process.WorkingSet64,
        };
    }
}
