namespace Hpc.Storage.Vfs.Uploads;

/// <summary>What <see cref="MountFiles"/> knows of a file that it has opened.</summary>
internal readonly record struct OpenedUserFile
{
    /// <summary>The backend's handle, and where it came from.</summary>
    public required IFileHandle File { get; init; }

    public required IFileSystem Backend { get; init; }

    /// <summary>The path below the mount; of an atomic upload that of its temporary when it was opened.</summary>
    public required VirtualPath Inner { get; init; }

    /// <summary>The path as the user sees it.</summary>
    public required VirtualPath Outer { get; init; }

    public required OpenFlags Flags { get; init; }

    public required Permission Held { get; init; }

    /// <summary>Open for writing where that has to be known.</summary>
    public TrackedFile? Tracked { get; init; }

    /// <summary>Written to a temporary.</summary>
    public AtomicUpload? Upload { get; init; }

    /// <summary>There was nothing in it when it was opened, by its creation or by cutting it.</summary>
    public bool BeganEmpty { get; init; }

    /// <summary>Work of the server itself, such as a copy: no transfer, and no event.</summary>
    public bool IsSilent { get; init; }
}
