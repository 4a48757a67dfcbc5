using Hpc.LoadTests.Measure;

namespace Hpc.LoadTests.Report;

/// <summary>What happened between two snapshots of a run, for its progress.</summary>
internal sealed record LiveLine
{
    private const int MaxOperations = 3;

    public TimeSpan Elapsed { get; init; }

    public int Sessions { get; init; }

    public double LoginsPerSecond { get; init; }

    public double OperationsPerSecond { get; init; }

    public double UploadBytesPerSecond { get; init; }

    public double DownloadBytesPerSecond { get; init; }

    /// <summary>Since the start.</summary>
    public long Errors { get; init; }

    /// <summary>The most frequent operations of this span with their latencies in it.</summary>
    public IReadOnlyList<LiveOperation> Operations { get; init; } = [];

    public static LiveLine Between(LoadSnapshot before, LoadSnapshot now)
    {
        TimeSpan span = now.Elapsed - before.Elapsed;
        return new LiveLine
        {
            Elapsed = now.Elapsed,
            Sessions = now.Sessions,
            LoginsPerSecond = LoadReport.Per(now[LoadOperation.Login].Succeeded - before[LoadOperation.Login].Succeeded, span),
            OperationsPerSecond = LoadReport.Per(now.TotalOperations - before.TotalOperations, span),
            UploadBytesPerSecond = LoadReport.Per(now.UploadedBytes - before.UploadedBytes, span),
            DownloadBytesPerSecond = LoadReport.Per(now.DownloadedBytes - before.DownloadedBytes, span),
            Errors = now.TotalErrors,
            Operations = [.. Frequent(before, now).Take(MaxOperations)],
        };
    }

    /// <summary>As one line for a log.</summary>
    public override string ToString()
    {
        string operations = string.Concat(Operations.Select(static operation => $" {operation.Name} p50 {operation.P50} p99 {operation.P99},"));
        return $"{Figures.Seconds(Math.Floor(Elapsed.TotalSeconds))}: {Figures.Count(Sessions)} sessions, {Figures.Count(Math.Round(LoginsPerSecond))} logins/s, "
            + $"{Figures.Count(Math.Round(OperationsPerSecond))} ops/s, up {Figures.Rate(UploadBytesPerSecond)}, down {Figures.Rate(DownloadBytesPerSecond)},{operations} {Figures.Count(Errors)} errors";
    }

    private static IEnumerable<LiveOperation> Frequent(LoadSnapshot before, LoadSnapshot now) =>
        from operation in now.Operations
        let earlier = before[operation.Operation]
        let count = operation.Succeeded - earlier.Succeeded
        where count > 0
        orderby count descending
        select LiveOperation.From(operation.Operation, operation.Latency.Since(earlier.Latency));
}
