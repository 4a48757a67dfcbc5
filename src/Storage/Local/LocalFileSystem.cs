using System.Diagnostics.CodeAnalysis;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>
/// A directory of this machine as a file system. Paths are resolved below its root by the kernel or by walking descriptors; no link, rename or race leaves it.
/// Permission bits that a peer sets lose set-user-id and set-group-id, and sticky on files.
/// </summary>
public sealed class LocalFileSystem : IFileSystem, IDisposable
{
    private const long LargestQuickTruncate = 1024 * 1024;

    private readonly SharedRoot _root;

    // The file system that this is a view of, where links are not followed.
    private readonly LocalFileSystem? _owner;
    private LocalFileSystem? _withoutLinks;
    private int _isDisposed;

    private LocalFileSystem(SharedRoot root, LocalFileSystem? owner = null)
    {
        _root = root;
        _owner = owner;
    }

    /// <summary>
    /// All but what depends on the file system below: whether metadata can be kept (extended attributes of the user) and ranges copied is known of each file only when it is tried.
    /// </summary>
    public FileSystemCapabilities Capabilities =>
        FileSystemCapabilities.RangeWrites | FileSystemCapabilities.SymbolicLinks | FileSystemCapabilities.HardLinks
        | FileSystemCapabilities.Modes | FileSystemCapabilities.Owners | FileSystemCapabilities.Times
        | FileSystemCapabilities.Sync | FileSystemCapabilities.AtomicReplace | FileSystemCapabilities.Space
        | FileSystemCapabilities.Append | FileSystemCapabilities.DirectoryRename | FileSystemCapabilities.ServerSideCopy
        | FileSystemCapabilities.RawDescriptor | FileSystemCapabilities.Metadata;

    /// <summary>The same root by the same descriptor, where openat2 is asked with <c>RESOLVE_NO_SYMLINKS</c>. Always the same object; it needs no disposal.</summary>
    public IFileSystem WithoutLinks =>
        _owner is not null
            ? this
            : Volatile.Read(ref _withoutLinks) ?? Interlocked.CompareExchange(ref _withoutLinks, new LocalFileSystem(_root, this), null) ?? _withoutLinks;

    /// <summary>The directory that is the root, as it was opened; default if the kernel does not say.</summary>
    public FileIdentity Identity => _root.Identity;

    /// <summary>Where the root was on this machine when it was opened, links followed.</summary>
    public string RealPath => _root.RealPath;

    /// <summary>Whether <see cref="FileSystemConfinement.Kernel"/> works on this machine.</summary>
    public static KernelSupport ProbeKernel() => RootDirectory.ProbeKernel();

    /// <summary>What a path of this machine leads to, links followed, to be compared with <see cref="Identity"/>; default if it leads nowhere.</summary>
    public static FileIdentity IdentityOf(string path) => DescriptorAttributes.GetIdentity(path);

    /// <summary>
    /// Opens a directory as the root of a file system. Throws <see cref="IOException"/> if it does not exist, is no directory, may not be opened,
    /// or cannot be confined as the options ask; the message is for the operator and names the path.
    /// </summary>
    public static LocalFileSystem Open(string rootDirectory, LocalFileSystemOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootDirectory);
        options ??= new LocalFileSystemOptions();
        SafeDescriptor root = RootDirectory.Open(rootDirectory, options, out byte[] realPath);
        return new LocalFileSystem(SharedRoot.Acquire(root, realPath, options));
    }

    /// <summary>
    /// Opens a directory that the kernel has at hand (openat2 with <c>RESOLVE_CACHED</c>, Linux 5.12), so that a thread may do it that must not wait:
    /// no disk is read and no other machine is asked. False says nothing about the directory: <see cref="Open"/> it, where waiting is allowed.
    /// </summary>
    public static bool TryOpenAtHand(string rootDirectory, LocalFileSystemOptions? options, [NotNullWhen(true)] out LocalFileSystem? files)
    {
        ArgumentNullException.ThrowIfNull(rootDirectory);
        options ??= new LocalFileSystemOptions();
        files = RootDirectory.TryOpenCached(rootDirectory, options, out byte[] realPath) is { } root
            ? new LocalFileSystem(SharedRoot.Acquire(root, realPath, options))
            : null;
        return files is not null;
    }

    /// <inheritdoc/>
    public async ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        StorageResult<OpenedFile> opened = await MetadataAsync(
            (path, flags, permissions), static (tree, s) => tree.OpenFile(s.path, s.flags, s.permissions), ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        var file = new LocalFileHandle(opened.Value, Dispatcher, flags.HasFlag(OpenFlags.Append));
        if (flags.HasFlag(OpenFlags.Truncate) && !opened.Value.IsNew && await TruncateAsync(opened.Value).ConfigureAwait(false) is { IsSuccess: false } refused)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            return refused.Error;
        }

        return file;
    }

    /// <inheritdoc/>
    public async ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct)
    {
        StorageResult<SafeDescriptor> opened = await MetadataAsync(
            path, static (tree, p) => tree.OpenDirectory(p), ct).ConfigureAwait(false);

        return opened.IsSuccess ? new LocalDirectoryReader(opened.Value, Dispatcher) : opened.Error;
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) =>
        MetadataAsync(path, static (tree, p) => tree.GetAttributes(p, follow: true), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) =>
        MetadataAsync(path, static (tree, p) => tree.GetAttributes(p, follow: false), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        MetadataAsync((path, changes), static (tree, s) => tree.SetAttributes(s.path, s.changes, follow: true), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        MetadataAsync((path, changes), static (tree, s) => tree.SetAttributes(s.path, s.changes, follow: false), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) =>
        MetadataAsync((path, permissions), static (tree, s) => tree.CreateDirectory(s.path, s.permissions), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) =>
        MetadataAsync(path, static (tree, p) => tree.Delete(p, directory: true), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) =>
        MetadataAsync(path, static (tree, p) => tree.Delete(p, directory: false), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) =>
        MetadataAsync((from, to, mode), static (tree, s) => tree.Rename(s.from, tree, s.to, s.mode), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> RenameToAsync(VirtualPath from, IFileSystem target, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        if (target is not LocalFileSystem other)
        {
            return ValueTask.FromResult<StorageResult>(StorageError.CrossDevice);
        }

        // The calling thread may not wait for the other mount either.
        var state = (Tree, Target: other.Tree, from, to, mode);
        return ct.IsCancellationRequested || other.Dispatcher.IsQuick
            ? Dispatcher.MetadataAsync(state, static s => RenameTo(s.Tree, s.Target, s.from, s.to, s.mode), ct)
            : Dispatcher.OnWorkerAsync(state, static s => RenameTo(s.Tree, s.Target, s.from, s.to, s.mode), ct);
    }

    /// <summary>
    /// Creates a symbolic link. The target of an absolute one is stored relative to the link's directory, so that the tree may be moved
    /// and no path of the machine is written; a target above the root is <see cref="StorageError.AccessDenied"/>.
    /// </summary>
    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) =>
        MetadataAsync((link, target), static (tree, s) => tree.CreateSymbolicLink(s.link, s.target), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) =>
        MetadataAsync(link, static (tree, p) => tree.ReadSymbolicLink(p), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) =>
        MetadataAsync((existing, link), static (tree, s) => tree.CreateHardLink(s.existing, s.link), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) =>
        MetadataAsync(path, static (tree, p) => tree.GetSpace(p), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) =>
        MetadataAsync(path, static (tree, p) => tree.Resolve(p), ct);

    /// <summary>Lets go of the root. Open files and directories stay usable; operations on paths throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (_owner is null && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _root.Release();
        }
    }

    private LocalDispatcher Dispatcher => _root.Dispatcher;

    private LocalTree Tree
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref (_owner ?? this)._isDisposed) != 0, this);
            return _owner is null ? _root.Tree : _root.TreeWithoutLinks;
        }
    }

    // Letting go of the blocks of a large file takes longer than the calling thread may wait.
    private ValueTask<StorageResult> TruncateAsync(OpenedFile file) =>
        file.Size <= LargestQuickTruncate
            ? Dispatcher.MetadataAsync(file.Descriptor, static d => LocalTree.Truncate(d), CancellationToken.None)
            : Dispatcher.OnWorkerAsync(file.Descriptor, static d => LocalTree.Truncate(d), CancellationToken.None);

    private ValueTask<StorageResult<T>> MetadataAsync<TState, T>(
        TState state, Func<LocalTree, TState, StorageResult<T>> run, CancellationToken ct) =>
        Dispatcher.MetadataAsync((Tree, state, run), static s => WithRoot(s.Tree, s.state, s.run), ct);

    private ValueTask<StorageResult> MetadataAsync<TState>(
        TState state, Func<LocalTree, TState, StorageResult> run, CancellationToken ct) =>
        Dispatcher.MetadataAsync((Tree, state, run), static s => WithRoot(s.Tree, s.state, s.run), ct);

    private static TResult WithRoot<TState, TResult>(LocalTree tree, TState state, Func<LocalTree, TState, TResult> run)
    {
        using SafeDescriptor.Lease lease = tree.Root.Acquire();
        return run(tree, state);
    }

    private static StorageResult RenameTo(LocalTree tree, LocalTree target, VirtualPath from, VirtualPath to, RenameMode mode)
    {
        using SafeDescriptor.Lease lease = tree.Root.Acquire();
        using SafeDescriptor.Lease targetLease = target.Root.Acquire();
        return tree.Rename(from, target, to, mode);
    }
}
