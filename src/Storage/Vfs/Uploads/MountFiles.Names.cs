namespace Hpc.Storage.Vfs.Uploads;

// What ends a file or gives it another name. A file counts until its last name is gone.
internal sealed partial class MountFiles
{
    /// <summary>Deletes a file or link and gives back what it took; the value is its size, -1 where nobody asked for it.</summary>
    public async ValueTask<StorageResult<long>> DeleteAsync(IFileSystem backend, VirtualPath inner, CancellationToken ct)
    {
        if (!Counts)
        {
            StorageResult deleted = await backend.DeleteFileAsync(inner, ct).ConfigureAwait(false);
            return deleted.IsSuccess ? -1L : deleted.Error;
        }

        StorageError marked = await MarkInUseAsync(ct).ConfigureAwait(false);
        if (marked != StorageError.None)
        {
            return marked;
        }

        using var wait = new NameWait();
        StorageResult<long> ended;
        do
        {
            using NameLock.Hold hold = await State.Names.EnterAsync(ct).ConfigureAwait(false);
            ended = hold.IsHeld ? await DeleteLockedAsync(backend, inner, wait, ct).ConfigureAwait(false) : hold.Error;
        }
        while (await wait.WaitAsync(ct).ConfigureAwait(false));

        return ended;
    }

    /// <summary>Renames within the mount; what a replaced file took is given back.</summary>
    public async ValueTask<StorageResult> RenameAsync(IFileSystem backend, VirtualPath from, VirtualPath to, RenameMode mode, CancellationToken ct)
    {
        // A copy on the server is made as a temporary in every mode, and must find its directory again.
        if (!LocksNames && !CanReplace)
        {
            return await backend.RenameAsync(from, to, mode, ct).ConfigureAwait(false);
        }

        StorageError marked = await MarkInUseAsync(ct).ConfigureAwait(false);
        if (marked != StorageError.None)
        {
            return marked;
        }

        using var wait = new NameWait();
        StorageResult renamed;
        do
        {
            using NameLock.Hold hold = await State.Names.EnterAsync(ct).ConfigureAwait(false);
            renamed = hold.IsHeld ? await RenameLockedAsync(backend, from, to, mode, wait, ct).ConfigureAwait(false) : hold.Error;
        }
        while (await wait.WaitAsync(ct).ConfigureAwait(false));

        return renamed;
    }

    /// <summary>Creates a further name for a file; it counts once however many names it has.</summary>
    public async ValueTask<StorageResult> LinkAsync(IFileSystem backend, VirtualPath existing, VirtualPath link, CancellationToken ct)
    {
        // Not between another's look at how many names there are and its removal of one, or its move to a mount that counts.
        using NameLock.Hold hold = await State.Names.EnterAsync(ct).ConfigureAwait(false);
        if (!hold.IsHeld)
        {
            return hold.Error;
        }

        Shares.NoteMove();
        StorageResult linked = await backend.CreateHardLinkAsync(existing, link, ct).ConfigureAwait(false);
        Shares.NoteMove();
        return linked;
    }

    /// <summary>Deletes a name, if it is that of a file whose handle is being closed. The names' lock is held.</summary>
    internal async ValueTask<StorageResult> DeleteIfSameAsync(IFileSystem backend, VirtualPath inner, EntryAttributes file, NameWait wait)
    {
        StorageResult<EntryAttributes> named = await backend.GetLinkAttributesAsync(inner, CancellationToken.None).ConfigureAwait(false);
        if (named.IsSuccess && named.Value.Type == EntryType.SymbolicLink)
        {
            StorageResult<VirtualPath> resolved = await backend.ResolveAsync(inner, CancellationToken.None).ConfigureAwait(false);
            inner = resolved.IsSuccess ? resolved.Value : inner;
            named = await backend.GetLinkAttributesAsync(inner, CancellationToken.None).ConfigureAwait(false);
        }

        bool isSame = named.IsSuccess && named.Value.Type == EntryType.File && named.Value.Identity.IsKnown && named.Value.Identity == file.Identity;
        return isSame
            ? (await DeleteLockedAsync(backend, inner, wait, CancellationToken.None).ConfigureAwait(false)).WithoutValue()
            : StorageResult.Success;
    }

    private async ValueTask<StorageResult<long>> DeleteLockedAsync(IFileSystem backend, VirtualPath inner, NameWait wait, CancellationToken ct)
    {
        StorageResult<EntryAttributes> file = await backend.GetLinkAttributesAsync(inner, ct).ConfigureAwait(false);
        if (!file.IsSuccess)
        {
            return file.Error;
        }

        Ending ending = BeginEnding(file.Value, inner, wait);
        if (ending.Error != StorageError.None)
        {
            return ending.Error;
        }

        // Of several names one goes, which changes no count.
        Shares.NoteMove();
        StorageResult deleted = await backend.DeleteFileAsync(inner, ct).ConfigureAwait(false);
        Shares.NoteMove();
        End(ending, deleted.IsSuccess);
        return deleted.IsSuccess ? file.Value.Size : deleted.Error;
    }

    private async ValueTask<StorageResult> RenameLockedAsync(
        IFileSystem backend, VirtualPath from, VirtualPath to, RenameMode mode, NameWait wait, CancellationToken ct)
    {
        Ending ending = default;
        if (Counts && mode == RenameMode.Replace)
        {
            StorageResult<Ending> begun = await BeginReplacingAsync(backend, from, backend, to, wait, ct).ConfigureAwait(false);
            if (!begun.IsSuccess)
            {
                return begun.Error;
            }

            ending = begun.Value;
        }

        Shares.NoteMove();
        StorageResult renamed = await backend.RenameAsync(from, to, mode, ct).ConfigureAwait(false);
        Shares.NoteMove();
        End(ending, renamed.IsSuccess);
        if (renamed.IsSuccess)
        {
            State.Tracked.Moved(from, to);
            State.Pending.Moved(from, to);
        }

        return renamed;
    }

    /// <summary>Gets ready to replace what has the name <paramref name="to"/>. Nothing ends if both are one file: then a rename does nothing (POSIX).</summary>
    private async ValueTask<StorageResult<Ending>> BeginReplacingAsync(
        IFileSystem sourceBackend, VirtualPath from, IFileSystem backend, VirtualPath to, NameWait wait, CancellationToken ct)
    {
        StorageResult<EntryAttributes> target = await backend.GetLinkAttributesAsync(to, ct).ConfigureAwait(false);
        if (!target.IsSuccess)
        {
            return target.Error == StorageError.NotFound ? default(Ending) : target.Error;
        }

        StorageResult<EntryAttributes> source = await sourceBackend.GetLinkAttributesAsync(from, ct).ConfigureAwait(false);
        if (!source.IsSuccess)
        {
            return source.Error;
        }

        bool isSame = target.Value.Identity.IsKnown ? target.Value.Identity == source.Value.Identity : ReferenceEquals(sourceBackend, backend) && from == to;
        Ending ending = isSame ? default : BeginEnding(target.Value, to, wait);
        return ending.Error == StorageError.None ? ending : ending.Error;
    }

    /// <summary>Holds up those who write to a file whose name is about to go, until <paramref name="wait"/> ends, so that what is given back is all that it has.</summary>
    private Ending BeginEnding(EntryAttributes file, VirtualPath inner, NameWait wait)
    {
        if (file.Type != EntryType.File || file.LinkCount > 1)
        {
            return default;
        }

        TrackedFile? tracked = State.Tracked.Find(file, inner);
        StorageError held = tracked is null ? StorageError.None : wait.TryClose(tracked);
        return held == StorageError.None ? new Ending(true, tracked, file.Size, StorageError.None) : new Ending(false, null, 0, held);
    }

    private void End(Ending ending, bool isGone)
    {
        if (ending.IsCounted && isGone)
        {
            Shares.Give(ending.Tracked?.MarkDeleted() ?? ending.Size, 1);
            if (ending.Tracked is not null)
            {
                State.Tracked.Forget(ending.Tracked);
            }
        }
    }

    /// <summary>A file whose last name is about to go.</summary>
    private readonly record struct Ending(bool IsCounted, TrackedFile? Tracked, long Size, StorageError Error);
}
