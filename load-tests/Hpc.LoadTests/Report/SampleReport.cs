using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Report;

/// <summary>What happened in about a second, or in a few of a very long run.</summary>
internal sealed record SampleReport
{
    public double StartSeconds { get; init; }

    public double DurationSeconds { get; init; }

    public int Sessions { get; init; }

    public long Logins { get; init; }

    public long Operations { get; init; }

    public long Errors { get; init; }

    public long UploadedBytes { get; init; }

    public long DownloadedBytes { get; init; }

    public static SampleReport From(LoadSample sample) => new()
    {
        StartSeconds = Math.Round(sample.Start.TotalSeconds, 3),
        DurationSeconds = Math.Round(sample.Duration.TotalSeconds, 3),
        Sessions = sample.Sessions,
        Logins = sample.Logins,
        Operations = sample.Operations,
        Errors = sample.Errors,
        UploadedBytes = sample.UploadedBytes,
        DownloadedBytes = sample.DownloadedBytes,
    };

    public LoadSample ToSample() => new(
        TimeSpan.FromSeconds(StartSeconds), TimeSpan.FromSeconds(DurationSeconds), Sessions, Logins, Operations, Errors, UploadedBytes, DownloadedBytes);
}
