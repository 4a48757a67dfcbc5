namespace Hpc.Storage.Vfs;

/// <summary>Files that nobody can use: every operation fails.</summary>
public sealed class NoFiles : IFileSystem
{
    private readonly StorageError _error;

    private NoFiles(StorageError error) => _error = error;

    /// <summary>What nobody may use.</summary>
    public static NoFiles Denied { get; } = new(StorageError.AccessDenied);

    /// <summary>
    /// Stands where a storage is mounted that cannot be opened. Without it the path would lead into what the mount covers, and files would come to lie there.
    /// </summary>
    public static NoFiles Unavailable { get; } = new(StorageError.IoError);

    /// <inheritdoc/>
    public FileSystemCapabilities Capabilities => FileSystemCapabilities.None;

    /// <inheritdoc/>
    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct) => Failed<IFileHandle>();

    /// <inheritdoc/>
    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) => Failed<IDirectoryReader>();

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) => Failed<EntryAttributes>();

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => Failed<EntryAttributes>();

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) => Failed<string>();

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) => Failed();

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) => Failed<SpaceInfo>();

    /// <inheritdoc/>
    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => Failed<VirtualPath>();

    /// <inheritdoc/>
    public ValueTask<StorageResult> RenameToAsync(VirtualPath from, IFileSystem target, VirtualPath to, RenameMode mode, CancellationToken ct) => Failed();

    private ValueTask<StorageResult> Failed() => ValueTask.FromResult<StorageResult>(_error);

    private ValueTask<StorageResult<T>> Failed<T>() => ValueTask.FromResult<StorageResult<T>>(_error);
}
