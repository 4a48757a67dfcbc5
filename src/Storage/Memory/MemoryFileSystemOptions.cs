namespace Hpc.Storage.Memory;

/// <summary>How much a memory file system holds and what it pretends to be able to do.</summary>
public sealed record MemoryFileSystemOptions
{
    /// <summary>Bytes of content that it holds at most, in blocks of 4,096; more is <see cref="StorageError.NoSpace"/>. Default 64 MiB.</summary>
    public long Capacity { get; init; } = 64L << 20;

    /// <summary>Names that it holds at most; more is <see cref="StorageError.NoSpace"/>. Default 100,000.</summary>
    public int MaxEntries { get; init; } = 100_000;

    /// <summary>What it may do of what it can; the rest is refused as <see cref="StorageError.NotSupported"/>, so that it can play a lesser backend.</summary>
    public FileSystemCapabilities Capabilities { get; init; } = CapabilityGuard.All;

    /// <summary>Permission bits that new files and directories never get. Default 022.</summary>
    public uint Umask { get; init; } = 0x12;

    /// <summary>Owner of what is created.</summary>
    public uint OwnerId { get; init; }

    /// <summary>Group of what is created.</summary>
    public uint GroupId { get; init; }

    /// <summary>The clock of file times.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
