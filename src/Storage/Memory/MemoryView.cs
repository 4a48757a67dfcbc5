namespace Hpc.Storage.Memory;

/// <summary>The operations as a file system, with or without following links.</summary>
internal sealed class MemoryView : IFileSystem
{
    private readonly MemoryTree _tree;
    private readonly MemoryView? _withoutLinks;

    public MemoryView(MemoryVolume volume)
        : this(new MemoryTree(volume, followsLinks: true)) =>
        _withoutLinks = new MemoryView(new MemoryTree(volume, followsLinks: false));

    private MemoryView(MemoryTree tree) => _tree = tree;

    public FileSystemCapabilities Capabilities => CapabilityGuard.All & ~FileSystemCapabilities.RawDescriptor;

    public IFileSystem WithoutLinks => _withoutLinks ?? this;

    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct) =>
        Run(() =>
            {
                StorageResult<MemoryFile> opened = _tree.OpenFile(path, flags, permissions);
                return opened.IsSuccess ? StorageResult<IFileHandle>.FromValue(new MemoryFileHandle(opened.Value, flags)) : opened.Error;
            },
            ct);

    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) =>
        Run(() =>
            {
                StorageResult<MemoryDirectory> found = _tree.FindDirectory(path);
                return found.IsSuccess ? StorageResult<IDirectoryReader>.FromValue(new MemoryDirectoryReader(found.Value)) : found.Error;
            },
            ct);

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) =>
        Run(() => _tree.GetAttributes(path, follow: true), ct);

    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) =>
        Run(() => _tree.GetAttributes(path, follow: false), ct);

    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        Run(() => _tree.SetAttributes(path, changes, follow: true), ct);

    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        Run(() => _tree.SetAttributes(path, changes, follow: false), ct);

    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) =>
        Run(() => _tree.CreateDirectory(path, permissions), ct);

    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) =>
        Run(() => _tree.Delete(path, directory: true), ct);

    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) =>
        Run(() => _tree.Delete(path, directory: false), ct);

    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) =>
        Run(() => _tree.Rename(from, _tree, to, mode), ct);

    public ValueTask<StorageResult> RenameToAsync(VirtualPath from, IFileSystem target, VirtualPath to, RenameMode mode, CancellationToken ct) =>
        target is MemoryView view && ReferenceEquals(view._tree.Volume, _tree.Volume)
            ? Run(() => _tree.Rename(from, view._tree, to, mode), ct)
            : ValueTask.FromResult<StorageResult>(StorageError.CrossDevice);

    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) =>
        Run(() => _tree.CreateSymbolicLink(link, target), ct);

    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) =>
        Run(() => _tree.ReadSymbolicLink(link), ct);

    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) =>
        Run(() => _tree.CreateHardLink(existing, link), ct);

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) =>
        Run(() => _tree.GetSpace(path), ct);

    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) =>
        Run(() => _tree.Resolve(path), ct);

    private ValueTask<StorageResult> Run(Func<StorageResult> operation, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult>(StorageError.Cancelled);
        }

        lock (_tree.Volume.Gate)
        {
            return ValueTask.FromResult(operation());
        }
    }

    private ValueTask<StorageResult<T>> Run<T>(Func<StorageResult<T>> operation, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromResult<StorageResult<T>>(StorageError.Cancelled);
        }

        lock (_tree.Volume.Gate)
        {
            return ValueTask.FromResult(operation());
        }
    }
}
