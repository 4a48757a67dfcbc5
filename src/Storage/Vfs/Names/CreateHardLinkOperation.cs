using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs.Names;

/// <summary>Creates a further name for a file, which must give no right to it that the present one does not, wherever it may be renamed to.</summary>
internal readonly struct CreateHardLinkOperation(PathPolicy policy) : INameOperation<StorageResult, StorageResult>
{
    public OperationTraits Traits => new(FileEventKind.CreateHardLink);

    public StorageError Judge(in Location entry, in Location other)
    {
        bool mayLink = PermissionTable.AllowsHardLink(entry.Place, other.Place) && !PermissionTable.GivesNewRights(entry.Place, policy.Somewhere);
        StorageError refusal = entry.MayChange(!entry.IsFixed && mayLink);
        if (refusal == StorageError.None)
        {
            refusal = other.MayCreate(!other.IsFixed);
        }

        bool isOneMount = ReferenceEquals(entry.Mounted, other.Mounted);
        return refusal == StorageError.None && !isOneMount ? StorageError.CrossDevice : refusal;
    }

    public ValueTask<StorageResult> RunAsync(in Location entry, in Location other, CancellationToken ct)
    {
        IFileSystem backend = other.Place.NeedsJudgedLinks ? other.Backend : entry.Backend;
        return entry.Files.LinkAsync(backend, entry.Inner, other.Inner, ct);
    }

    public StorageResult Conclude(StorageResult answer, in Location entry, in Location other) => answer;

    public FileEvent Describe(in FileEvent told, in StorageResult answer) => told;
}
