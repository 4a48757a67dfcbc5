namespace Hpc.Storage.Vfs;

/// <summary>What is behind files that nobody may use: every operation fails.</summary>
internal sealed class NoFiles : IFileSystem
{
    public static NoFiles Instance { get; } = new();

    public FileSystemCapabilities Capabilities => FileSystemCapabilities.None;

    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct) => Failed<IFileHandle>();

    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) => Failed<IDirectoryReader>();

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) => Failed<EntryAttributes>();

    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => Failed<EntryAttributes>();

    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => Failed();

    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => Failed();

    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) => Failed();

    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => Failed();

    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => Failed();

    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) => Failed();

    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) => Failed();

    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) => Failed<string>();

    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) => Failed();

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) => Failed<SpaceInfo>();

    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => Failed<VirtualPath>();

    private static ValueTask<StorageResult> Failed() => ValueTask.FromResult<StorageResult>(StorageError.AccessDenied);

    private static ValueTask<StorageResult<T>> Failed<T>() => ValueTask.FromResult<StorageResult<T>>(StorageError.AccessDenied);
}
