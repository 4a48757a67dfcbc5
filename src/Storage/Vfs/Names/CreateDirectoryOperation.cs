namespace Hpc.Storage.Vfs.Names;

/// <summary>Creates a directory; where a mount begins there is one.</summary>
internal readonly struct CreateDirectoryOperation(uint? permissions) : INameOperation<StorageResult, StorageResult>
{
    public OperationTraits Traits => new(FileEventKind.CreateDirectory);

    public StorageError Judge(in Location entry, in Location other)
    {
        StorageError refusal = entry.MayCreate(entry.Place.Allows(FileOperation.CreateDirectory));
        return refusal == StorageError.None && entry.Place.IsMountPoint ? StorageError.AlreadyExists : refusal;
    }

    public ValueTask<StorageResult> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Backend.CreateDirectoryAsync(entry.Inner, permissions, ct);

    public StorageResult Conclude(StorageResult answer, in Location entry, in Location other) => answer;

    public FileEvent Describe(in FileEvent told, in StorageResult answer) => told;
}
