namespace Hpc.LoadTests.Run;

/// <summary>What a stage did, in sums.</summary>
internal sealed record StageResult
{
    public required string Name { get; init; }

    public required string Kind { get; init; }

    /// <summary>Open at its end.</summary>
    public int Sessions { get; init; }

    /// <summary>Wanted at its end.</summary>
    public int TargetSessions { get; init; }

    /// <summary>Since the run began.</summary>
    public TimeSpan Start { get; init; }

    public TimeSpan Duration { get; init; }

    public long Logins { get; init; }

    public long Operations { get; init; }

    public long Errors { get; init; }

    public long UploadedBytes { get; init; }

    public long DownloadedBytes { get; init; }

    public TimeSpan ClientCpu { get; init; }

    /// <summary>Known only of a server that the run started.</summary>
    public TimeSpan? ServerCpu { get; init; }

    /// <summary>True if nothing but log-ins happened, so that its CPU time is theirs.</summary>
    public bool IsLoginsOnly { get; init; }
}
