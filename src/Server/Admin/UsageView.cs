using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;

namespace Hpc.Server.Admin;

/// <summary>What a user or folder has in use, as it was settled last.</summary>
internal sealed record UsageView
{
    /// <summary><c>user:NAME</c> or <c>folder:NAME</c>.</summary>
    public required string Scope { get; init; }

    public required long Files { get; init; }

    public required long Bytes { get; init; }

    public required long UploadedBytes { get; init; }

    public required long DownloadedBytes { get; init; }

    /// <summary>Reserved by the server on top of that.</summary>
    public required long ReservedFiles { get; init; }

    public required long ReservedBytes { get; init; }

    public required DateTimeOffset? ScannedAt { get; init; }

    public required DateTimeOffset TransferSince { get; init; }

    public static UsageView Of(UsageRecord record) => new()
    {
        Scope = record.Scope,
        Files = record.Used.Files,
        Bytes = record.Used.Bytes,
        UploadedBytes = record.Used.Uploaded,
        DownloadedBytes = record.Used.Downloaded,
        ReservedFiles = record.Reserved.Files,
        ReservedBytes = record.Reserved.Bytes,
        ScannedAt = record.ScannedAt,
        TransferSince = record.TransferSince,
    };
}

/// <summary>A scan that is running.</summary>
internal sealed record RunningScanView
{
    public required string Scope { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required long Files { get; init; }

    public required long Bytes { get; init; }

    /// <summary>True if it follows a crash.</summary>
    public required bool IsRecovery { get; init; }

    public static RunningScanView Of(UsageScan scan) => new()
    {
        Scope = scan.Scope,
        StartedAt = scan.StartedAt,
        Files = scan.Files,
        Bytes = scan.Bytes,
        IsRecovery = scan.IsRecovery,
    };
}

/// <summary>Whose transfer volume was reset.</summary>
internal sealed record TransferResetView(string Scope);
