namespace Hpc.Storage.Tests.Vfs.Names;

/// <summary>A backend that has lost its connection.</summary>
internal class BrokenFiles : IFileSystem
{
    public FileSystemCapabilities Capabilities => FileSystemCapabilities.None;

    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct) => Fail<IFileHandle>();

    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) => Fail<IDirectoryReader>();

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) => Fail<EntryAttributes>();

    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => Fail<EntryAttributes>();

    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => Fail();

    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => Fail();

    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) => Fail();

    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => Fail();

    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => Fail();

    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) => Fail();

    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) => Fail();

    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) => Fail<string>();

    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) => Fail();

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) => Fail<SpaceInfo>();

    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => Fail<VirtualPath>();

    private static ValueTask<StorageResult> Fail() => ValueTask.FromResult<StorageResult>(StorageError.IoError);

    private static ValueTask<StorageResult<T>> Fail<T>() => ValueTask.FromResult<StorageResult<T>>(StorageError.IoError);
}
