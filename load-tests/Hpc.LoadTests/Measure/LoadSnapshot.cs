namespace Hpc.LoadTests.Measure;

/// <summary>Everything that was recorded up to one moment.</summary>
internal sealed record LoadSnapshot
{
    public DateTimeOffset StartUtc { get; init; }

    public TimeSpan Elapsed { get; init; }

    /// <summary>Open now.</summary>
    public int Sessions { get; init; }

    public int PeakSessions { get; init; }

    public long SessionsOpened { get; init; }

    /// <summary>One for each <see cref="LoadOperation"/>, in its order.</summary>
    public IReadOnlyList<OperationSnapshot> Operations { get; init; } = [];

    /// <summary>Most frequent first.</summary>
    public IReadOnlyList<ErrorSnapshot> Errors { get; init; } = [];

    /// <summary>Empty in <see cref="LoadRecorder.SnapshotTotals"/>.</summary>
    public IReadOnlyList<LoadSample> Series { get; init; } = [];

    public OperationSnapshot this[LoadOperation operation] => Operations[(int)operation];

    public long TotalOperations => Operations.Sum(static operation => operation.Total);

    public long TotalErrors => Operations.Sum(static operation => operation.Errors);

    public long UploadedBytes => this[LoadOperation.Upload].Bytes;

    public long DownloadedBytes => this[LoadOperation.Download].Bytes;
}
