namespace Hpc.Storage.Vfs.Usage;

/// <summary>What a <see cref="TreeScan"/> counted.</summary>
public readonly record struct TreeCount
{
    /// <summary>Regular files, one with several names once; temporaries of uploads among them.</summary>
    public long Files { get; init; }

    /// <summary>Their sizes.</summary>
    public long Bytes { get; init; }

    /// <summary>Entries looked at, directories and links among them.</summary>
    public long Entries { get; init; }

    /// <summary>Directories that the server may not read, or whose path is too long; what is in them is missing.</summary>
    public long Unreadable { get; init; }

    /// <summary>True if more files with several names were met than are remembered: further ones counted once for each name.</summary>
    public bool IsLinkTableFull { get; init; }

    /// <summary>Left-over temporaries of earlier runs that were removed.</summary>
    public long Removed { get; init; }

    /// <summary>Left-over temporaries that were given the name of their file.</summary>
    public long Renamed { get; init; }

    /// <summary>Left-over temporaries that could not be dealt with.</summary>
    public long Failed { get; init; }

    /// <summary>Two trees together.</summary>
    public static TreeCount operator +(TreeCount left, TreeCount right) => new()
    {
        Files = left.Files + right.Files,
        Bytes = left.Bytes + right.Bytes,
        Entries = left.Entries + right.Entries,
        Unreadable = left.Unreadable + right.Unreadable,
        IsLinkTableFull = left.IsLinkTableFull || right.IsLinkTableFull,
        Removed = left.Removed + right.Removed,
        Renamed = left.Renamed + right.Renamed,
        Failed = left.Failed + right.Failed,
    };
}
