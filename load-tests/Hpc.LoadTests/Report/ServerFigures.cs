namespace Hpc.LoadTests.Report;

/// <summary>What the server's process took; none of a figure that could not be read.</summary>
internal sealed record ServerFigures
{
    public double? CpuSeconds { get; init; }

    public double? CpuSecondsPerGib { get; init; }

    public double? CpuMsPerLogin { get; init; }

    public long? RssStartBytes { get; init; }

    public long? RssPeakBytes { get; init; }

    public long? RssEndBytes { get; init; }

    public double? RssPerSessionBytes { get; init; }

    public double? RssPerFurtherSessionBytes { get; init; }

    public double? ManagedPerSessionBytes { get; init; }

    public long? AllocatedBytes { get; init; }

    public double? GcPauseSeconds { get; init; }

    public long? GcCollections { get; init; }

    public long? SessionsLeft { get; init; }

    public long? ConnectionsLeft { get; init; }

    public long? BuffersLeftBytes { get; init; }
}
