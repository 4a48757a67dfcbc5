namespace Hpc.Actors.Limits;

/// <summary>What a scan found and set right.</summary>
public sealed record UsageScanReport
{
    /// <summary>What was counted.</summary>
    public required string Scope { get; init; }

    /// <summary>Files that were thought to be there.</summary>
    public required long FilesBefore { get; init; }

    /// <summary>Bytes that were thought to be there.</summary>
    public required long BytesBefore { get; init; }

    /// <summary>Files that are there.</summary>
    public required long Files { get; init; }

    /// <summary>Bytes that are there.</summary>
    public required long Bytes { get; init; }

    /// <summary>Directories that the server may not read; what is in them is not counted.</summary>
    public long Unreadable { get; init; }

    /// <summary>False if files changed during every walk: the figures are what the last walk counted, and what changed while it ran may be in them or not.</summary>
    public bool IsExact { get; init; }
}
