namespace Hpc.Accounts.Usage;

/// <summary>What the store knows of one scope.</summary>
public sealed record UsageRecord
{
    /// <summary>The scope.</summary>
    public required string Scope { get; init; }

    /// <summary>What is in use, as it was settled last (a second ago at most while a server runs).</summary>
    public UsageAmount Used { get; init; }

    /// <summary>What nodes hold reserved on top of that.</summary>
    public UsageAmount Reserved { get; init; }

    /// <summary>When its files were counted last; null if never.</summary>
    public DateTimeOffset? ScannedAt { get; init; }

    /// <summary>Files in use; null if they were never counted, so that changes of them are all that is known.</summary>
    public long? CountedFiles => ScannedAt is null ? null : Used.Files;

    /// <summary>Bytes in use; null as <see cref="CountedFiles"/>.</summary>
    public long? CountedBytes => ScannedAt is null ? null : Used.Bytes;

    /// <summary>Since when what is moved is counted: the last reset.</summary>
    public DateTimeOffset TransferSince { get; init; }
}
