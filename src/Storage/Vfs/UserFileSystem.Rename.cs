using Hpc.Storage.Vfs.Names;

namespace Hpc.Storage.Vfs;

public sealed partial class UserFileSystem
{
    /// <inheritdoc/>
    public ValueTask<StorageResult> RenameAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) =>
        RunAsync<RenameOperation, StorageResult, StorageResult>(
            new RenameOperation(_policy, _root.Mount.State.Walks, from, to, mode), from, to, Start(), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<long>> CopyFileAsync(VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct) =>
        RunAsync<CopyOperation, StorageResult<long>, StorageResult<long>>(new CopyOperation(mode), from, to, Start(), ct);
}
