namespace Hpc.Storage.Vfs.Uploads;

// From one mount to another: counted there, moved, given back here.
internal sealed partial class MountFiles
{
    /// <summary>
    /// Moves a file to another mount: counted there, then renamed or copied and deleted, then given back here. A file with several names is copied:
    /// renamed it would be one file in two counts. Directories are <see cref="StorageError.CrossDevice"/> unless the backends can rename them in one step
    /// and no file below has several names. What is open for writing is <see cref="StorageError.Busy"/>.
    /// </summary>
    public async ValueTask<StorageResult> MoveToAsync(
        IFileSystem backend, VirtualPath from, MountFiles target, IFileSystem targetBackend, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        StorageError marked = await MarkInUseAsync(ct).ConfigureAwait(false);
        marked = marked == StorageError.None ? await target.MarkInUseAsync(ct).ConfigureAwait(false) : marked;
        if (marked != StorageError.None)
        {
            return marked;
        }

        StorageResult<EntryAttributes> source;
        StorageResult moved;
        (NameLock first, NameLock? second) = LocksOf(State, target.State);
        using var wait = new NameWait();
        do
        {
            using NameLock.Hold outer = await first.EnterAsync(ct).ConfigureAwait(false);
            using NameLock.Hold inner = second is null || !outer.IsHeld ? NameLock.Hold.Nothing : await second.EnterAsync(ct).ConfigureAwait(false);
            if (!outer.IsHeld || (second is not null && !inner.IsHeld))
            {
                return outer.IsHeld ? inner.Error : outer.Error;
            }

            source = await backend.GetLinkAttributesAsync(from, ct).ConfigureAwait(false);
            if (!source.IsSuccess)
            {
                return source.Error;
            }

            moved = await RenameToLockedAsync(backend, from, source.Value, target, targetBackend, to, mode, wait, ct).ConfigureAwait(false);
        }
        while (await wait.WaitAsync(ct).ConfigureAwait(false));

        // A copy closes the gate of the file that it replaces itself.
        wait.Dispose();
        return moved.Error == StorageError.CrossDevice && source.Value.Type == EntryType.File
            ? await CopyAndDeleteAsync(backend, from, target, targetBackend, to, mode, ct).ConfigureAwait(false)
            : moved;
    }

    // Two locks are always taken in the same order.
    private static (NameLock First, NameLock? Second) LocksOf(MountState left, MountState right) =>
        ReferenceEquals(left, right) ? (left.Names, null)
        : string.CompareOrdinal(left.Scope, right.Scope) <= 0 ? (left.Names, right.Names)
        : (right.Names, left.Names);

    private async ValueTask<StorageResult> RenameToLockedAsync(
        IFileSystem backend, VirtualPath from, EntryAttributes source, MountFiles target, IFileSystem targetBackend, VirtualPath to, RenameMode mode, NameWait wait, CancellationToken ct)
    {
        StorageResult<TreeShare> share = await ShareOfAsync(backend, from, source, target, ct).ConfigureAwait(false);
        if (!share.IsSuccess)
        {
            return share.Error;
        }

        Ending replaced = default;
        if (target.Counts && mode == RenameMode.Replace)
        {
            StorageResult<Ending> begun = await target.BeginReplacingAsync(backend, from, targetBackend, to, wait, ct).ConfigureAwait(false);
            if (!begun.IsSuccess)
            {
                return begun.Error;
            }

            replaced = begun.Value;
        }

        StorageError taken = wait.TryTake(target.Shares, share.Value.Bytes, share.Value.Files);
        StorageResult moved = taken == StorageError.None
            ? await backend.RenameToAsync(from, targetBackend, to, mode, ct).ConfigureAwait(false)
            : taken;
        target.Shares.NoteMove();
        target.End(replaced, moved.IsSuccess);
        if (moved.IsSuccess)
        {
            Shares.Give(share.Value.Bytes, share.Value.Files);
        }
        else if (taken == StorageError.None)
        {
            target.Shares.Give(share.Value.Bytes, share.Value.Files);
        }

        return moved;
    }

    /// <summary>What a file or tree takes at the target, and frees here; an error where it cannot be renamed in one step.</summary>
    private async ValueTask<StorageResult<TreeShare>> ShareOfAsync(
        IFileSystem backend, VirtualPath from, EntryAttributes source, MountFiles target, CancellationToken ct)
    {
        var count = new MovedTree(State, backend, Counts || target.Counts);
        StorageError error = source.Type != EntryType.Directory ? count.TryAdd(source, from)
            : State.Pending.AreBelow(from) ? StorageError.Busy
            : Counts || target.Counts ? await count.AddBelowAsync(from, ct).ConfigureAwait(false)
            : StorageError.None;
        return error == StorageError.None ? count.Share : error;
    }

    private async ValueTask<StorageResult> CopyAndDeleteAsync(
        IFileSystem backend, VirtualPath from, MountFiles target, IFileSystem targetBackend, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await backend.OpenFileAsync(from, OpenFlags.Read, null, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        StorageResult<EntryAttributes> source;
        await using (opened.Value.ConfigureAwait(false))
        {
            source = await opened.Value.GetAttributesAsync(ct).ConfigureAwait(false);
            StorageResult<long> copied = source.IsSuccess
                ? await target.CopyFromAsync(opened.Value, targetBackend, to, mode, keepsTimes: true, ct).ConfigureAwait(false)
                : source.Error;
            if (!copied.IsSuccess)
            {
                return copied.Error;
            }
        }

        StorageError deleted = await DeleteCopiedAsync(backend, from, source.Value, ct).ConfigureAwait(false);
        if (deleted != StorageError.None && mode == RenameMode.NoReplace)
        {
            // As it was before; where a file was replaced the copy is all that there is of the new one.
            await target.DeleteAsync(targetBackend, to, CancellationToken.None).ConfigureAwait(false);
        }

        return deleted;
    }

    /// <summary>Deletes what was copied, unless it is another file now or has been written to since.</summary>
    private async ValueTask<StorageError> DeleteCopiedAsync(IFileSystem backend, VirtualPath from, EntryAttributes copied, CancellationToken ct)
    {
        using NameLock.Hold hold = await State.Names.EnterAsync(ct).ConfigureAwait(false);
        if (!hold.IsHeld)
        {
            return hold.Error;
        }

        StorageResult<EntryAttributes> named = await backend.GetLinkAttributesAsync(from, ct).ConfigureAwait(false);
        if (!named.IsSuccess)
        {
            return named.Error;
        }

        EntryAttributes now = named.Value;
        bool isUnchanged = now.Type == EntryType.File && now.Identity == copied.Identity && now.Size == copied.Size
            && now.ModificationTime == copied.ModificationTime && State.Tracked.Find(now, from) is null;
        if (!isUnchanged)
        {
            return StorageError.Busy;
        }

        // Nobody writes to it, so that there is nothing to wait for.
        using var wait = new NameWait();
        return (await DeleteLockedAsync(backend, from, wait, ct).ConfigureAwait(false)).Error;
    }
}
