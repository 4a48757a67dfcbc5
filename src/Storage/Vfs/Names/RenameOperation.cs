using Hpc.Storage.Vfs.Policy;
using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Names;

/// <summary>Renames within a mount or to another. A directory whose content has other rules at its new place is walked first (R4.4).</summary>
internal readonly struct RenameOperation(PathPolicy policy, NameLock walks, VirtualPath from, VirtualPath to, RenameMode mode)
    : INameOperation<StorageResult, StorageResult>
{
    public OperationTraits Traits => new(FileEventKind.Rename);

    public StorageError Judge(in Location entry, in Location other)
    {
        Permission held = HeldAtBoth(entry, other);
        bool mayRename = held.Allows(FileOperation.RenameFile) || held.Allows(FileOperation.RenameDirectory);
        StorageError refusal = entry.MayChange(!entry.IsFixed && mayRename);
        return refusal == StorageError.None ? other.MayCreate(!other.IsFixed) : refusal;
    }

    public ValueTask<StorageResult> RunAsync(in Location entry, in Location other, CancellationToken ct)
    {
        Permission held = HeldAtBoth(entry, other) & HeldInBoth(entry, other);
        return AllowsAnyKind(held) && IsContentUnderTheSameRules(entry, other) ? MoveAsync(entry, other, ct) : JudgeAndMoveAsync(entry, other, ct);
    }

    public StorageResult Conclude(StorageResult answer, in Location entry, in Location other) =>
        answer.Error == StorageError.AlreadyExists && Effective(entry, other) != mode ? StorageError.AccessDenied : answer;

    public FileEvent Describe(in FileEvent told, in StorageResult answer) => told;

    private static Permission HeldAtBoth(in Location entry, in Location other) => entry.Place.Around & other.Place.Around;

    // On what is in a directory.
    private static Permission HeldInBoth(in Location entry, in Location other) => entry.Place.Within & other.Place.Within;

    private static bool AllowsAnyKind(Permission held) => held.Allows(FileOperation.RenameFile) && held.Allows(FileOperation.RenameDirectory);

    // Where they lead, and as they are written.
    private bool IsContentUnderTheSameRules(in Location entry, in Location other) =>
        entry.Place.IsUniformBelow && other.Place.IsUniformBelow
        && policy.HaveSameRules(entry.Outer, other.Outer)
        && ((entry.Outer == from && other.Outer == to) || policy.HaveSameRules(from, to));

    // Who may not overwrite renames without replacing, so that no file can appear between a check and the rename. A path renamed to itself replaces nothing.
    private RenameMode Effective(in Location entry, in Location other) =>
        other.Place.Around.Allows(FileOperation.ReplaceByRename) || entry.Outer == other.Outer ? mode : RenameMode.NoReplace;

    private async ValueTask<StorageResult> JudgeAndMoveAsync(Location entry, Location other, CancellationToken ct)
    {
        StorageResult<EntryAttributes> source = await entry.Backend.GetLinkAttributesAsync(entry.Inner, ct).ConfigureAwait(false);
        if (!source.IsSuccess)
        {
            return source.Error;
        }

        Permission held = HeldAtBoth(entry, other);
        bool isDirectory = source.Value.Type == EntryType.Directory;
        if (!held.Allows(isDirectory ? FileOperation.RenameDirectory : FileOperation.RenameFile))
        {
            return StorageError.AccessDenied;
        }

        bool isAllowed = !isDirectory || (AllowsAnyKind(HeldInBoth(entry, other)) && IsContentUnderTheSameRules(entry, other));
        if (!isAllowed)
        {
            StorageResult judged = await WalkAsync(entry, other, ct).ConfigureAwait(false);
            if (!judged.IsSuccess)
            {
                // Of a tree too large to judge its client may still move the entries one by one.
                bool isAcross = !ReferenceEquals(entry.Mounted, other.Mounted);
                return judged.Error == StorageError.LimitReached && isAcross ? StorageError.CrossDevice : judged;
            }
        }

        return await MoveAsync(entry, other, ct).ConfigureAwait(false);
    }

    private async ValueTask<StorageResult> WalkAsync(Location entry, Location other, CancellationToken ct)
    {
        using NameLock.Hold hold = await walks.EnterAsync(ct).ConfigureAwait(false);
        return hold.IsHeld
            ? await new RenameWalk(policy, entry.Backend, entry.Files.State.Pending)
                .JudgeAsync(entry.Inner, new RenamedPath(entry.Outer, other.Outer), new RenamedPath(from, to), ct).ConfigureAwait(false)
            : StorageError.Cancelled;
    }

    private ValueTask<StorageResult> MoveAsync(in Location entry, in Location other, CancellationToken ct)
    {
        RenameMode effective = Effective(entry, other);
        if (!ReferenceEquals(entry.Mounted, other.Mounted))
        {
            return entry.Files.MoveToAsync(entry.Backend, entry.Inner, other.Files, other.Backend, other.Inner, effective, ct);
        }

        IFileSystem backend = other.Place.NeedsJudgedLinks ? other.Backend : entry.Backend;
        return entry.Files.RenameAsync(backend, entry.Inner, other.Inner, effective, ct);
    }
}
