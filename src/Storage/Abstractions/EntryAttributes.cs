namespace Hpc.Storage;

/// <summary>What a directory entry is.</summary>
public enum EntryType : byte
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A device, socket or pipe.</summary>
    Special,
}

/// <summary>A point in time as POSIX has it: seconds since 1970 (negative before) and nanoseconds 0–999,999,999.</summary>
public readonly record struct FileTime(long Seconds, int Nanoseconds = 0);

/// <summary>What is known of a file, directory or link.</summary>
public readonly record struct EntryAttributes
{
    /// <summary>What the entry is.</summary>
    public EntryType Type { get; init; }

    /// <summary>Size in bytes.</summary>
    public long Size { get; init; }

    /// <summary>The full <c>st_mode</c>: file type bits (0170000) and permission bits (07777).</summary>
    public uint Mode { get; init; }

    /// <summary>Numeric owner.</summary>
    public uint UserId { get; init; }

    /// <summary>Numeric group.</summary>
    public uint GroupId { get; init; }

    /// <summary>Number of hard links; 1 where the backend has none.</summary>
    public uint LinkCount { get; init; }

    /// <summary>What file it is, whatever its names are; default where the backend does not say.</summary>
    public FileIdentity Identity { get; init; }

    /// <summary>Last read.</summary>
    public FileTime AccessTime { get; init; }

    /// <summary>Last change of content.</summary>
    public FileTime ModificationTime { get; init; }
}

/// <summary>Attributes to change; a null member stays as it is.</summary>
public readonly record struct AttributeChanges
{
    /// <summary>New size in bytes (truncate or extend).</summary>
    public long? Size { get; init; }

    /// <summary>New permission bits (07777).</summary>
    public uint? Permissions { get; init; }

    /// <summary>New owner; set together with <see cref="GroupId"/>.</summary>
    public uint? UserId { get; init; }

    /// <summary>New group.</summary>
    public uint? GroupId { get; init; }

    /// <summary>New access time.</summary>
    public FileTime? AccessTime { get; init; }

    /// <summary>New modification time.</summary>
    public FileTime? ModificationTime { get; init; }
}

/// <summary>A name in a directory with its attributes (of the link itself, where it is one).</summary>
/// <param name="Name">One path segment, as <see cref="VirtualPath"/> spells it.</param>
/// <param name="Attributes">What is known of it.</param>
public readonly record struct DirectoryEntry(string Name, EntryAttributes Attributes);

/// <summary>Size and room of the file system that holds a path (POSIX <c>statvfs</c>).</summary>
public readonly record struct SpaceInfo
{
    /// <summary>Preferred I/O size in bytes.</summary>
    public ulong BlockSize { get; init; }

    /// <summary>Unit of the block counts below, in bytes.</summary>
    public ulong FragmentSize { get; init; }

    /// <summary>Blocks in all.</summary>
    public ulong TotalBlocks { get; init; }

    /// <summary>Free blocks.</summary>
    public ulong FreeBlocks { get; init; }

    /// <summary>Blocks free to an unprivileged user.</summary>
    public ulong AvailableBlocks { get; init; }

    /// <summary>Inodes in all.</summary>
    public ulong TotalFiles { get; init; }

    /// <summary>Free inodes.</summary>
    public ulong FreeFiles { get; init; }

    /// <summary>Inodes free to an unprivileged user.</summary>
    public ulong AvailableFiles { get; init; }

    /// <summary>File system id.</summary>
    public ulong FileSystemId { get; init; }

    /// <summary>True if nothing can be written.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Longest file name in bytes.</summary>
    public ulong MaxNameLength { get; init; }
}
