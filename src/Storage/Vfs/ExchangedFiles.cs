namespace Hpc.Storage.Vfs;

/// <summary>Hands every operation to the user's files that are there when it begins. An operation that has begun holds them by itself.</summary>
public abstract class ExchangedFiles : IFileSystem
{
    private protected ExchangedFiles()
    {
    }

    /// <inheritdoc/>
    public abstract FileSystemCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public abstract long? UploadRate { get; }

    /// <inheritdoc/>
    public abstract IFileSystem Tentative { get; }

    /// <inheritdoc/>
    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.OpenFileAsync(path, flags, permissions, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.OpenDirectoryAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.GetAttributesAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.GetLinkAttributesAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.SetAttributesAsync(path, changes, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.SetLinkAttributesAsync(path, changes, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.CreateDirectoryAsync(path, permissions, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.DeleteDirectoryAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.DeleteFileAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.RenameAsync(from, to, mode, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.CreateSymbolicLinkAsync(link, target, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.ReadSymbolicLinkAsync(link, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.CreateHardLinkAsync(existing, link, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.GetSpaceAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.ResolveAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> JudgeOpenAsync(VirtualPath path, OpenFlags flags, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.JudgeOpenAsync(path, flags, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> LookAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.LookAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<VirtualPath>> LookWhereAsync(VirtualPath path, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.LookWhereAsync(path, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> LookAtLinkAsync(VirtualPath link, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.LookAtLinkAsync(link, ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<long>> CopyFileAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        using Turn turn = Enter();
        return turn.Files.CopyFileAsync(from, to, mode, ct);
    }

    /// <summary>Holds the files until an operation that begins now holds them.</summary>
    private protected abstract Turn Enter();

    /// <summary>Files that are held while an operation begins.</summary>
    /// <param name="files">By which it is decided.</param>
    /// <param name="held">What was entered.</param>
    private protected readonly ref struct Turn(UserFileSystem files, UserFileSystem held)
    {
        public UserFileSystem Files => files;

        public void Dispose() => held.Leave();
    }
}
