namespace Hpc.Storage.Vfs.Names;

/// <summary>Opens a directory for listing; one that leads to mounts can be listed even if the backend has none.</summary>
internal readonly struct OpenDirectoryOperation(UserFileSystem files, VirtualPath path, long startedAt)
    : INameOperation<StorageResult<IDirectoryReader>, StorageResult<IDirectoryReader>>
{
    public OperationTraits Traits => new(FileEventKind.List, FollowsLink: true, IsToldLater: true);

    public StorageError Judge(in Location entry, in Location other) => entry.MayLook(FileOperation.ListDirectory);

    public ValueTask<StorageResult<IDirectoryReader>> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Backend.OpenDirectoryAsync(entry.Inner, ct);

    public StorageResult<IDirectoryReader> Conclude(StorageResult<IDirectoryReader> answer, in Location entry, in Location other)
    {
        if (answer.IsSuccess)
        {
            return StorageResult<IDirectoryReader>.FromValue(files.Show(answer.Value, path, entry.Outer, startedAt));
        }

        return entry.LeadsToMounts && ImpliedDirectory.IsMissing(answer.Error)
            ? StorageResult<IDirectoryReader>.FromValue(files.Show(null, path, entry.Outer, startedAt))
            : answer;
    }

    public FileEvent Describe(in FileEvent told, in StorageResult<IDirectoryReader> answer) => told;
}
