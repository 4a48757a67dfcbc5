using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Names;

/// <summary>Copies a file on the server.</summary>
internal readonly struct CopyOperation(RenameMode mode) : INameOperation<StorageResult<long>, StorageResult<long>>
{
    public OperationTraits Traits => new(FileEventKind.Copy, FollowsLink: true);

    public StorageError Judge(in Location entry, in Location other)
    {
        bool mayCopy = PermissionTable.Allows(entry.Place, other.Place, FileOperation.CopyFile)
            && PermissionTable.Allows(entry.Place, other.Place, FileOperation.ReadCopied);
        StorageError refusal = entry.MayUse(mayCopy);
        if (refusal == StorageError.None)
        {
            bool mayWrite = MayCreate(other) || (MayReplace(other) && mode == RenameMode.Replace);
            refusal = other.MayCreate(!other.IsFixed && mayWrite);
        }

        return refusal == StorageError.None && entry.Outer == other.Outer ? StorageError.InvalidArgument : refusal;
    }

    public ValueTask<StorageResult<long>> RunAsync(in Location entry, in Location other, CancellationToken ct) =>
        MayCreate(other) ? CopyAsync(entry, other, ct) : ReplaceAsync(entry, other, ct);

    public StorageResult<long> Conclude(StorageResult<long> answer, in Location entry, in Location other) =>
        answer.Error == StorageError.AlreadyExists && Effective(other) != mode ? StorageError.AccessDenied : answer;

    public FileEvent Describe(in FileEvent told, in StorageResult<long> answer) => answer.IsSuccess ? told with { Size = answer.Value } : told;

    private static bool MayCreate(in Location other) => other.Place.Around.Allows(FileOperation.CreateByCopy);

    private static bool MayReplace(in Location other) => other.Place.Around.Allows(FileOperation.ReplaceByCopy);

    // Who may not overwrite copies without replacing, so that no file can appear between a check and the copy.
    private RenameMode Effective(in Location other) => MayReplace(other) ? mode : RenameMode.NoReplace;

    private async ValueTask<StorageResult<long>> ReplaceAsync(Location entry, Location other, CancellationToken ct)
    {
        StorageResult<EntryAttributes> existing = await other.Backend.GetLinkAttributesAsync(other.Inner, ct).ConfigureAwait(false);
        if (!existing.IsSuccess)
        {
            return existing.Error == StorageError.NotFound ? StorageError.AccessDenied : existing.Error;
        }

        return await CopyAsync(entry, other, ct).ConfigureAwait(false);
    }

    private ValueTask<StorageResult<long>> CopyAsync(in Location entry, in Location other, CancellationToken ct) =>
        MountFiles.CopyToAsync(entry.Backend, entry.Inner, other.Files, other.Backend, other.Inner, Effective(other), ct);
}
