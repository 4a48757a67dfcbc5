namespace Hpc.Storage.Vfs.Names;

/// <summary>Deletes an empty directory.</summary>
internal readonly struct DeleteDirectoryOperation : INameOperation<StorageResult, StorageResult>
{
    public OperationTraits Traits => new(FileEventKind.RemoveDirectory);

    public StorageError Judge(in Location entry, in Location other) =>
        entry.MayChange(!entry.IsFixed && entry.Place.Allows(FileOperation.DeleteDirectory));

    public ValueTask<StorageResult> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Backend.DeleteDirectoryAsync(entry.Inner, ct);

    public StorageResult Conclude(StorageResult answer, in Location entry, in Location other) => answer;

    public FileEvent Describe(in FileEvent told, in StorageResult answer) => told;
}
