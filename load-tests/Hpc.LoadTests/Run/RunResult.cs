using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Run;

/// <summary>All that a run has measured.</summary>
internal sealed record RunResult
{
    public required Scenario Scenario { get; init; }

    public required LoadSnapshot Snapshot { get; init; }

    public IReadOnlyList<StageResult> Stages { get; init; } = [];

    public IReadOnlyList<MemoryPoint> Memory { get; init; } = [];

    /// <summary>Where the load went, for people.</summary>
    public string Target { get; init; } = "";

    /// <summary>Sessions that gave up logging in.</summary>
    public int GaveUp { get; init; }

    /// <summary>Most resident memory of the server that the run has started.</summary>
    public long? ServerPeakKib { get; init; }

    /// <summary>What the server that the run started still counted after all sessions were closed; null for other servers.</summary>
    public Leftovers? Left { get; init; }

    /// <summary>Why the run did not come to its end; empty if it did.</summary>
    public string Interruption { get; init; } = "";
}

/// <summary>What a server still counts after its last session.</summary>
internal sealed record Leftovers(double Sessions, double Connections, double BufferBytes)
{
    public bool IsEmpty => Sessions + Connections + BufferBytes == 0;
}
