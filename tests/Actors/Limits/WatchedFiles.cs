using Hpc.Storage;

namespace Hpc.Actors.Tests.Limits;

/// <summary>Files whose directories cannot be opened unseen.</summary>
internal sealed class WatchedFiles(IFileSystem inner, Action onOpen) : IFileSystem
{
    public int Opened { get; private set; }

    public FileSystemCapabilities Capabilities => inner.Capabilities;

    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct)
    {
        Opened++;
        onOpen();
        return inner.OpenDirectoryAsync(path, ct);
    }

    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct) =>
        throw new NotSupportedException();

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) => throw new NotSupportedException();

    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => throw new NotSupportedException();
}
