namespace Hpc.LoadTests.Measure;

/// <summary>One operation's figures at one moment.</summary>
internal sealed record OperationSnapshot(LoadOperation Operation)
{
    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public long TimedOut { get; init; }

    public long Refused { get; init; }

    public long Bytes { get; init; }

    /// <summary>Durations of those that succeeded.</summary>
    public LatencyHistogram Latency { get; init; } = new();

    public long Errors => Failed + TimedOut + Refused;

    public long Total => Succeeded + Errors;
}
