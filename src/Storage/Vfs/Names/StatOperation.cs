namespace Hpc.Storage.Vfs.Names;

/// <summary>Attributes of a path; those of a directory are for who may list it, too. A directory that leads to mounts is there even if the backend has none.</summary>
internal readonly struct StatOperation(bool follow, bool isSilent = false) : INameOperation<StorageResult<EntryAttributes>, StorageResult<EntryAttributes>>
{
    public OperationTraits Traits => new(FileEventKind.Stat, FollowsLink: follow, IsSilent: isSilent);

    public StorageError Judge(in Location entry, in Location other) => entry.MayLook(entry.Place.AllowsAttributesOfDirectory());

    public ValueTask<StorageResult<EntryAttributes>> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        entry.Files.GetAttributesAsync(entry.Backend, entry.Inner, follow, ct);

    public StorageResult<EntryAttributes> Conclude(StorageResult<EntryAttributes> answer, in Location entry, in Location other)
    {
        if (entry.LeadsToMounts)
        {
            return ImpliedDirectory.Or(answer);
        }

        bool isTold = !answer.IsSuccess || answer.Value.Type == EntryType.Directory || entry.Place.Allows(FileOperation.ReadAttributes);
        return isTold ? answer : StorageError.AccessDenied;
    }

    public FileEvent Describe(in FileEvent told, in StorageResult<EntryAttributes> answer) => told;
}
