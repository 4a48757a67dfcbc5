using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Report;

/// <summary>One operation's figures.</summary>
internal sealed record OperationReport
{
    public string Operation { get; init; } = "";

    public long Succeeded { get; init; }

    public long Failed { get; init; }

    public long TimedOut { get; init; }

    public long Refused { get; init; }

    public long Bytes { get; init; }

    /// <summary>Successes per second of the whole run.</summary>
    public double PerSecond { get; init; }

    public LatencyReport Latency { get; init; } = new();

    public static OperationReport From(OperationSnapshot operation, TimeSpan elapsed) => new()
    {
        Operation = LoadOperations.NameOf(operation.Operation),
        Succeeded = operation.Succeeded,
        Failed = operation.Failed,
        TimedOut = operation.TimedOut,
        Refused = operation.Refused,
        Bytes = operation.Bytes,
        PerSecond = LoadReport.Per(operation.Succeeded, elapsed),
        Latency = LatencyReport.From(operation.Latency),
    };
}
