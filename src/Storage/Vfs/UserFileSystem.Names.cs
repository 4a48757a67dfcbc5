using Hpc.Storage.Vfs.Names;

namespace Hpc.Storage.Vfs;

public sealed partial class UserFileSystem
{
    /// <inheritdoc/>
    public ValueTask<StorageResult<IFileHandle>> OpenFileAsync(VirtualPath path, OpenFlags flags, uint? permissions, CancellationToken ct)
    {
        // Exclusive speaks of creating.
        OpenFlags meant = flags.HasFlag(OpenFlags.Create) ? flags : flags & ~OpenFlags.Exclusive;
        return RunAsync<OpenOperation, StorageResult<IFileHandle>, StorageResult<IFileHandle>>(new OpenOperation(path, meant, permissions), path, null, Start(), ct);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult> JudgeOpenAsync(VirtualPath path, OpenFlags flags, CancellationToken ct) =>
        RunAsync<JudgeOpenOperation, StorageResult, StorageResult>(new JudgeOpenOperation(path, flags), path, null, Start(), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> CreateDirectoryAsync(VirtualPath path, uint? permissions, CancellationToken ct) =>
        RunAsync<CreateDirectoryOperation, StorageResult, StorageResult>(new CreateDirectoryOperation(permissions), path, null, Start(), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteDirectoryAsync(VirtualPath path, CancellationToken ct) =>
        RunAsync<DeleteDirectoryOperation, StorageResult, StorageResult>(default, path, null, Start(), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> DeleteFileAsync(VirtualPath path, CancellationToken ct) =>
        RunAsync<DeleteFileOperation, StorageResult<long>, StorageResult>(default, path, null, Start(), ct);
}
