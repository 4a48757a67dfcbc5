namespace Hpc.Storage.Vfs.Uploads;

/// <summary>An upload that is written to a temporary, which takes the file's name when it is closed.</summary>
internal sealed class AtomicUpload
{
    /// <summary>Where both names are.</summary>
    public required IFileSystem Backend { get; init; }

    /// <summary>Whose upload it is: only that user sees it before it is closed.</summary>
    public required string UserName { get; init; }

    /// <summary>Where it is written; changed under the names' lock when a directory above it is renamed.</summary>
    public required VirtualPath Temporary { get; set; }

    /// <summary>The name it is to have.</summary>
    public required VirtualPath Target { get; set; }

    /// <summary>Whether it may take the name of another file.</summary>
    public required RenameMode Replaces { get; init; }

    /// <summary>The upload may only replace a file, not make one.</summary>
    public required bool NeedsTarget { get; init; }

    /// <summary>What becomes of it when it is given up.</summary>
    public required UploadMode Mode { get; init; }
}
