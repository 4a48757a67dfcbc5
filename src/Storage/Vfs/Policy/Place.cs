namespace Hpc.Storage.Vfs.Policy;

/// <summary>All that is decided of one path before anything is asked of a backend.</summary>
internal readonly record struct Place
{
    /// <summary>Which mount the path belongs to: the deepest at or above it.</summary>
    public required int Mount { get; init; }

    /// <summary>What is allowed on the path as an entry of its directory (R4.2).</summary>
    public required Permission Around { get; init; }

    /// <summary>What is allowed on the entries of the path, if it is a directory.</summary>
    public required Permission Within { get; init; }

    /// <summary>What the patterns say of it.</summary>
    public required NameVerdict Verdict { get; init; }

    /// <summary>True if the path is where a mount begins, <c>/</c> included.</summary>
    public bool IsMountPoint { get; init; }

    /// <summary>True if there are mounts below the path.</summary>
    public bool HoldsMounts { get; init; }

    /// <summary>True if the path, or one below it, is where another mount's directory lies (<see cref="FixedPath"/>).</summary>
    public bool IsFixed { get; init; }

    /// <summary>True at and below such a path whose mount takes no change.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// True if permissions, patterns or mounts differ within the mount, so that a symbolic link could lead to a place with other rules:
    /// the backend is asked <see cref="IFileSystem.WithoutLinks"/>, and a link is resolved and judged where it leads.
    /// </summary>
    public bool NeedsJudgedLinks { get; init; }

    /// <summary>True if no permission entry, pattern rule or mount lies below the path: what holds for it holds for everything in it.</summary>
    public bool IsUniformBelow { get; init; }
}
