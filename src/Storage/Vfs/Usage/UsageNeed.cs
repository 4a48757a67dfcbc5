namespace Hpc.Storage.Vfs.Usage;

/// <summary>What somebody is about to take, with the limits that hold for them (0 is no limit).</summary>
public readonly record struct UsageNeed
{
    /// <summary>Bytes to store.</summary>
    public long Bytes { get; init; }

    /// <summary>Files to store.</summary>
    public long Files { get; init; }

    /// <summary>Bytes to upload.</summary>
    public long Uploaded { get; init; }

    /// <summary>Bytes to download.</summary>
    public long Downloaded { get; init; }

    /// <summary>Limit of stored bytes.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Limit of stored files.</summary>
    public long MaxFiles { get; init; }

    /// <summary>Limit of uploaded bytes.</summary>
    public long MaxUploaded { get; init; }

    /// <summary>Limit of downloaded bytes.</summary>
    public long MaxDownloaded { get; init; }

    /// <summary>Limit of bytes both ways.</summary>
    public long MaxTransferred { get; init; }
}
