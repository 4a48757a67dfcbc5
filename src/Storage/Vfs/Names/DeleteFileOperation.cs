namespace Hpc.Storage.Vfs.Names;

/// <summary>Deletes a file or link.</summary>
internal readonly struct DeleteFileOperation : INameOperation<StorageResult<long>, StorageResult>
{
    public OperationTraits Traits => new(FileEventKind.Delete);

    public StorageError Judge(in Location entry, in Location other) =>
        entry.MayChange(!entry.IsFixed && entry.Place.Allows(FileOperation.DeleteFile));

    public ValueTask<StorageResult<long>> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Files.DeleteAsync(entry.Backend, entry.Inner, ct);

    public StorageResult Conclude(StorageResult<long> answer, in Location entry, in Location other) => answer.WithoutValue();

    public FileEvent Describe(in FileEvent told, in StorageResult<long> answer) => answer.IsSuccess ? told with { Size = answer.Value } : told;
}
