using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Report;

/// <summary>Everything that a run found out. Written as JSON, it can be read back and shown again.</summary>
internal sealed record LoadReport
{
    public const int CurrentFormat = 1;

    /// <summary>Grows when a name goes or changes its meaning.</summary>
    public int Format { get; init; } = CurrentFormat;

    public string Scenario { get; init; } = "";

    public string Description { get; init; } = "";

    public DateTimeOffset StartUtc { get; init; }

    public DateTimeOffset EndUtc { get; init; }

    public double ElapsedSeconds { get; init; }

    /// <summary>Every threshold is met and the run came to its end.</summary>
    public bool IsSuccess { get; init; }

    /// <summary>Why the run did not come to its end; none if it did.</summary>
    public string? Abort { get; init; }

    public int PeakSessions { get; init; }

    public long SessionsOpened { get; init; }

    public long? SessionsGaveUp { get; init; }

    public long OperationCount { get; init; }

    public long ErrorCount { get; init; }

    /// <summary>Errors of all operations, 0 to 1.</summary>
    public double ErrorRate { get; init; }

    public long UploadedBytes { get; init; }

    public long DownloadedBytes { get; init; }

    public double UploadBytesPerSecond { get; init; }

    public double DownloadBytesPerSecond { get; init; }

    public IReadOnlyList<StageReport> Stages { get; init; } = [];

    public IReadOnlyList<StageSums> StageSums { get; init; } = [];

    public IReadOnlyList<MemoryReport> Memory { get; init; } = [];

    public IReadOnlyList<ThresholdVerdict> Thresholds { get; init; } = [];

    /// <summary>Those that occurred.</summary>
    public IReadOnlyList<OperationReport> Operations { get; init; } = [];

    public IReadOnlyList<ErrorReport> Errors { get; init; } = [];

    public ServerFigures? Server { get; init; }

    public ClientFigures? Client { get; init; }

    public MachineFacts? Machine { get; init; }

    public IReadOnlyList<SampleReport> Series { get; init; } = [];

    /// <summary>The part of a report that the recorder knows; the caller adds the rest, <see cref="IsSuccess"/> included.</summary>
    public static LoadReport From(string scenario, LoadSnapshot snapshot)
    {
        long operations = snapshot.TotalOperations;
        long errors = snapshot.TotalErrors;
        return new LoadReport
        {
            Scenario = scenario,
            StartUtc = snapshot.StartUtc,
            EndUtc = snapshot.StartUtc + snapshot.Elapsed,
            ElapsedSeconds = Math.Round(snapshot.Elapsed.TotalSeconds, 3),
            PeakSessions = snapshot.PeakSessions,
            SessionsOpened = snapshot.SessionsOpened,
            OperationCount = operations,
            ErrorCount = errors,
            ErrorRate = operations == 0 ? 0 : (double)errors / operations,
            UploadedBytes = snapshot.UploadedBytes,
            DownloadedBytes = snapshot.DownloadedBytes,
            UploadBytesPerSecond = Per(snapshot.UploadedBytes, snapshot.Elapsed),
            DownloadBytesPerSecond = Per(snapshot.DownloadedBytes, snapshot.Elapsed),
            Operations = [.. snapshot.Operations.Where(static operation => operation.Total + operation.Bytes > 0).Select(operation => OperationReport.From(operation, snapshot.Elapsed))],
            Errors = [.. snapshot.Errors.Select(static error => new ErrorReport(error.Kind, error.Count, error.FirstMessage))],
            Series = [.. snapshot.Series.Select(SampleReport.From)],
        };
    }

    /// <summary>So many per second, rounded to what matters.</summary>
    public static double Per(long count, TimeSpan elapsed) => elapsed <= TimeSpan.Zero ? 0 : Math.Round(count / elapsed.TotalSeconds, 3);
}
