using Hpc.Storage;

namespace Hpc.Benchmarks.Support;

/// <summary>Every path is a <see cref="NullFile"/>; there is nothing else.</summary>
internal sealed class NullFileSystem : IFileSystem
{
    public FileSystemCapabilities Capabilities => FileSystemCapabilities.RangeWrites;

    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct) =>
        new(StorageResult<IFileHandle>.FromValue(new NullFile()));

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(VirtualPath path, CancellationToken ct) =>
        new(StorageResult<EntryAttributes>.FromValue(new EntryAttributes { Size = long.MaxValue }));

    public ValueTask<StorageResult<EntryAttributes>> GetLinkAttributesAsync(VirtualPath path, CancellationToken ct) => GetAttributesAsync(path, ct);

    public ValueTask<StorageResult<VirtualPath>> ResolveAsync(VirtualPath path, CancellationToken ct) => new(StorageResult<VirtualPath>.FromValue(path));

    public ValueTask<StorageResult<IDirectoryReader>> OpenDirectoryAsync(VirtualPath path, CancellationToken ct) => None<IDirectoryReader>();

    public ValueTask<StorageResult> SetAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => None();

    public ValueTask<StorageResult> SetLinkAttributesAsync(VirtualPath path, AttributeChanges changes, CancellationToken ct) => None();

    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) => None();

    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) => None();

    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) => None();

    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) => None();

    public ValueTask<StorageResult> CreateSymbolicLinkAsync(VirtualPath link, string target, CancellationToken ct) => None();

    public ValueTask<StorageResult<string>> ReadSymbolicLinkAsync(VirtualPath link, CancellationToken ct) => None<string>();

    public ValueTask<StorageResult> CreateHardLinkAsync(VirtualPath existing, VirtualPath link, CancellationToken ct) => None();

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(VirtualPath path, CancellationToken ct) => None<SpaceInfo>();

    private static ValueTask<StorageResult> None() => new(StorageError.NotSupported);

    private static ValueTask<StorageResult<T>> None<T>() => new((StorageResult<T>)StorageError.NotSupported);
}
