namespace Hpc.Storage.Local;

/// <summary>How a local directory is served.</summary>
public sealed record LocalFileSystemOptions
{
    /// <summary>Permission bits that new files and directories never get, in addition to the umask of the process, which a server sets to 0. Default 022.</summary>
    public uint Umask { get; init; } = 0x12;

    /// <summary>How paths are kept below the root.</summary>
    public FileSystemConfinement Confinement { get; init; }

    /// <summary>Create the root directory (mode 0777 less the umask) and its parents if it does not exist.</summary>
    public bool CreateRoot { get; init; }

    /// <summary>
    /// Owner of the files, directories and links that are created, and of a root that is: only above 0 and in a privileged process, otherwise they belong to the process.
    /// What existed before keeps its owner.
    /// </summary>
    public uint? OwnerId { get; init; }

    /// <summary>Group of what is created, as <see cref="OwnerId"/>.</summary>
    public uint? GroupId { get; init; }

    /// <summary>The threads for what may block; null for those of the process.</summary>
    public FileWorkers? Workers { get; init; }

    /// <summary>The clock that tells slow operations from quick ones.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
