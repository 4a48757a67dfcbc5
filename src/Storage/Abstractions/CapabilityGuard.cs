using System.Runtime.CompilerServices;

namespace Hpc.Storage;

/// <summary>
/// A backend whose missing capabilities are refused here as <see cref="StorageError.NotSupported"/>, before it is asked. It is the one place for that:
/// a backend never sees a request for what its <see cref="IFileSystem.Capabilities"/> lack.
/// Of several attributes to change, those that can be changed are, and the answer is still the refusal.
/// </summary>
public class CapabilityGuard : IFileSystem, IDisposable
{
    /// <summary>Every capability that there is.</summary>
    public const FileSystemCapabilities All = (FileSystemCapabilities)((1 << 14) - 1);

    private readonly IFileSystem _backend;
    private CapabilityGuard? _withoutLinks;

    /// <summary>Guards a backend.</summary>
    /// <param name="backend">The backend; it is disposed with the guard.</param>
    /// <param name="allowed">What it may do of what it can.</param>
    public CapabilityGuard(IFileSystem backend, FileSystemCapabilities allowed = All)
    {
        ArgumentNullException.ThrowIfNull(backend);
        _backend = backend;
        Capabilities = backend.Capabilities & allowed;
    }

    /// <inheritdoc/>
    public FileSystemCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public IFileSystem WithoutLinks =>
        !Has(FileSystemCapabilities.SymbolicLinks) || ReferenceEquals(_backend.WithoutLinks, _backend)
            ? this
            : _withoutLinks ?? Interlocked.CompareExchange(ref _withoutLinks, new CapabilityGuard(_backend.WithoutLinks, Capabilities), null) ?? _withoutLinks;

    /// <summary>The backend itself if it can do everything, otherwise a guard of it.</summary>
    public static IFileSystem Wrap(IFileSystem backend)
    {
        ArgumentNullException.ThrowIfNull(backend);
        return (backend.Capabilities & All) == All ? backend : new CapabilityGuard(backend);
    }

    /// <inheritdoc/>
    public async ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        if (flags.HasFlag(OpenFlags.Append) && !Has(FileSystemCapabilities.Append))
        {
            return StorageError.NotSupported;
        }

        uint? mode = Has(FileSystemCapabilities.Modes) ? permissions : null;
        if (Has(FileSystemCapabilities.RangeWrites) || !flags.HasFlag(OpenFlags.Write))
        {
            return Guarded(await _backend.OpenFileAsync(path, flags, mode, ct).ConfigureAwait(false));
        }

        // What is written once from its start to its end is a file that is new or begins again, and cannot be read meanwhile.
        const OpenFlags FromStart = OpenFlags.Truncate | OpenFlags.Exclusive;
        if (flags.HasFlag(OpenFlags.Read) || (flags & (OpenFlags.Create | OpenFlags.Truncate)) == 0)
        {
            return StorageError.NotSupported;
        }

        bool mayExist = (flags & FromStart) == 0;
        StorageResult<IFileHandle> opened = await _backend.OpenFileAsync(path, mayExist ? flags | OpenFlags.Exclusive : flags, mode, ct).ConfigureAwait(false);
        return mayExist && opened.Error == StorageError.AlreadyExists ? StorageError.NotSupported : Guarded(opened);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) => _backend.OpenDirectoryAsync(path, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) => _backend.GetAttributesAsync(path, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => _backend.GetLinkAttributesAsync(path, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        SupportedChanges.Of(changes, Capabilities) is { IsComplete: false } some
            ? some.ApplyAsync(rest => _backend.SetAttributesAsync(path, rest, ct))
            : _backend.SetAttributesAsync(path, changes, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) =>
        SupportedChanges.Of(changes, Capabilities) is { IsComplete: false } some
            ? some.ApplyAsync(rest => _backend.SetLinkAttributesAsync(path, rest, ct))
            : _backend.SetLinkAttributesAsync(path, changes, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) =>
        _backend.CreateDirectoryAsync(path, Has(FileSystemCapabilities.Modes) ? permissions : null, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => _backend.DeleteDirectoryAsync(path, ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => _backend.DeleteFileAsync(path, ct);

    /// <inheritdoc/>
    public async ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        StorageResult possible = await CheckDirectoryRenameAsync(from, ct).ConfigureAwait(false);
        if (!possible.IsSuccess)
        {
            return possible;
        }

        RenameMode effective = Has(FileSystemCapabilities.AtomicReplace) ? mode : RenameMode.NoReplace;
        return Replaced(await _backend.RenameAsync(from, to, effective, ct).ConfigureAwait(false), mode, effective);
    }

    /// <inheritdoc/>
    public async ValueTask<StorageResult> RenameToAsync(VirtualPath from, IFileSystem target, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        StorageResult possible = await CheckDirectoryRenameAsync(from, ct).ConfigureAwait(false);
        if (!possible.IsSuccess)
        {
            return possible;
        }

        var guard = target as CapabilityGuard;
        RenameMode effective = Has(FileSystemCapabilities.AtomicReplace) && guard?.Has(FileSystemCapabilities.AtomicReplace) != false ? mode : RenameMode.NoReplace;
        return Replaced(await _backend.RenameToAsync(from, guard?._backend ?? target, to, effective, ct).ConfigureAwait(false), mode, effective);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) =>
        Has(FileSystemCapabilities.SymbolicLinks) ? _backend.CreateSymbolicLinkAsync(link, target, ct) : NotSupported();

    /// <inheritdoc/>
    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) =>
        Has(FileSystemCapabilities.SymbolicLinks) ? _backend.ReadSymbolicLinkAsync(link, ct) : NotSupported<string>();

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) =>
        Has(FileSystemCapabilities.HardLinks) ? _backend.CreateHardLinkAsync(existing, link, ct) : NotSupported();

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) =>
        Has(FileSystemCapabilities.Space) ? _backend.GetSpaceAsync(path, ct) : NotSupported<SpaceInfo>();

    /// <inheritdoc/>
    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => _backend.ResolveAsync(path, ct);

    /// <summary>Disposes the backend, if it holds anything.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    internal static ValueTask<StorageResult> NotSupported() => ValueTask.FromResult<StorageResult>(StorageError.NotSupported);

    internal static ValueTask<StorageResult<T>> NotSupported<T>() => ValueTask.FromResult<StorageResult<T>>(StorageError.NotSupported);

    /// <summary>Disposes the backend.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            (_backend as IDisposable)?.Dispose();
        }
    }

    // Without replacing in one step, a rename to a name that is free is still possible.
    private static StorageResult Replaced(StorageResult renamed, RenameMode asked, RenameMode effective) =>
        asked != effective && renamed.Error == StorageError.AlreadyExists ? StorageError.NotSupported : renamed;

    private bool Has(FileSystemCapabilities capability) => (Capabilities & capability) == capability;

    private StorageResult<IFileHandle> Guarded(StorageResult<IFileHandle> opened) =>
        opened.IsSuccess && (Capabilities & GuardedFileHandle.Needed) != GuardedFileHandle.Needed
            ? new GuardedFileHandle(opened.Value, Capabilities)
            : opened;

    private async ValueTask<StorageResult> CheckDirectoryRenameAsync(VirtualPath from, CancellationToken ct)
    {
        if (Has(FileSystemCapabilities.DirectoryRename) || from.IsRoot)
        {
            return StorageResult.Success;
        }

        StorageResult<EntryAttributes> attributes = await _backend.GetLinkAttributesAsync(from, ct).ConfigureAwait(false);
        if (!attributes.IsSuccess || attributes.Value.Type != EntryType.Directory)
        {
            return attributes.WithoutValue();
        }

        StorageResult<IDirectoryReader> opened = await _backend.OpenDirectoryAsync(from, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.WithoutValue();
        }

        // An empty one is a name like any other.
        IDirectoryReader reader = opened.Value;
        await using ConfiguredAsyncDisposable closing = reader.ConfigureAwait(false);
        StorageResult<int> read = await reader.ReadAsync(new List<DirectoryEntry>(), 1, ct).ConfigureAwait(false);
        return read is { IsSuccess: true, Value: > 0 } ? StorageError.NotSupported : read.WithoutValue();
    }
}
