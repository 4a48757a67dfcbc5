namespace Hpc.LoadTests.Report;

/// <summary>What happened in a stage.</summary>
internal sealed record StageSums
{
    public string Name { get; init; } = "";

    public double DurationSeconds { get; init; }

    /// <summary>Open at its end.</summary>
    public int Sessions { get; init; }

    public long Logins { get; init; }

    public long Operations { get; init; }

    public long Errors { get; init; }

    public long UploadedBytes { get; init; }

    public long DownloadedBytes { get; init; }

    public double ClientCpuSeconds { get; init; }

    public double? ServerCpuSeconds { get; init; }
}
