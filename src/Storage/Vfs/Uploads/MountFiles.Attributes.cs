using System.Runtime.CompilerServices;

namespace Hpc.Storage.Vfs.Uploads;

// Attributes by path, and the room that there is.
internal sealed partial class MountFiles
{
    // Where a backend does not say how large its blocks are.
    private const ulong DefaultBlockSize = 4096;

    /// <summary>Changes attributes by path, the size within the quota; those of a new file that is on its way up by an atomic upload of the same user too.</summary>
    public async ValueTask<StorageResult> SetAttributesAsync(
        IFileSystem backend, VirtualPath inner, AttributeChanges changes, bool follow, CancellationToken ct)
    {
        StorageResult changed = await ChangeAsync(backend, inner, changes, follow, ct).ConfigureAwait(false);
        if (changed.Error != StorageError.NotFound || !State.Pending.TryFind(_user.Source.UserName, inner, out VirtualPath temporary))
        {
            return changed;
        }

        StorageResult pending = await ChangeAsync(backend, temporary, changes, follow: false, ct).ConfigureAwait(false);

        // It has taken its name meanwhile.
        return pending.Error == StorageError.NotFound ? await ChangeAsync(backend, inner, changes, follow, ct).ConfigureAwait(false) : pending;
    }

    /// <summary>Room of the mount: its quota where that is less than what the disk has.</summary>
    public async ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(IFileSystem backend, VirtualPath inner, CancellationToken ct)
    {
        StorageResult<SpaceInfo> space = await backend.GetSpaceAsync(inner, ct).ConfigureAwait(false);
        return WithinQuota(space);
    }

    /// <summary>Room of the mount that an open file is in.</summary>
    internal async ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(IFileHandle file, CancellationToken ct)
    {
        StorageResult<SpaceInfo> space = await file.GetSpaceAsync(ct).ConfigureAwait(false);
        return WithinQuota(space);
    }

    /// <summary>Changes an open file; a digest that was right before is right after it, if only times were set.</summary>
    internal async ValueTask<StorageResult> ChangeKeepingHashAsync(IFileHandle file, AttributeChanges changes, CancellationToken ct)
    {
        if (!Hashes || changes.ModificationTime is null || changes.Size is not null)
        {
            return await file.SetAttributesAsync(changes, ct).ConfigureAwait(false);
        }

        // Nobody begins to write meanwhile.
        using NameLock.Hold hold = await State.Names.EnterAsync(ct).ConfigureAwait(false);
        if (!hold.IsHeld)
        {
            return StorageError.Cancelled;
        }

        StorageResult<StoredHash> before = await StoredHash.OfAsync(file, ct).ConfigureAwait(false);
        StorageResult changed = await file.SetAttributesAsync(changes, ct).ConfigureAwait(false);
        StorageResult<EntryAttributes> after = await file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (before.IsSuccess && changed.IsSuccess && after.IsSuccess && after.Value.Size == before.Value.Size
            && State.Tracked.Find(after.Value, VirtualPath.Root) is null)
        {
            await (before.Value with { ModificationTime = after.Value.ModificationTime }).StoreAsync(file, ct).ConfigureAwait(false);
        }

        return changed;
    }

    private async ValueTask<StorageResult> ChangeAsync(
        IFileSystem backend, VirtualPath inner, AttributeChanges changes, bool follow, CancellationToken ct)
    {
        bool resizes = changes.Size is not null && (Counts || Hashes || _user.MaxUploadBytes > 0);
        bool keepsHash = Hashes && changes.Size is null && changes.ModificationTime is not null;
        if (resizes || keepsHash)
        {
            StorageResult<EntryAttributes> found = await StatAsync(backend, inner, follow, ct).ConfigureAwait(false);
            if (!found.IsSuccess)
            {
                return found.Error;
            }

            if (found.Value.Type == EntryType.File)
            {
                return resizes
                    ? await ChangeOpenedAsync(backend, inner, changes, ct).ConfigureAwait(false)
                    : await SetTimesAsync(backend, inner, changes, follow, ct).ConfigureAwait(false);
            }
        }

        return follow
            ? await backend.SetAttributesAsync(inner, changes, ct).ConfigureAwait(false)
            : await backend.SetLinkAttributesAsync(inner, changes, ct).ConfigureAwait(false);
    }

    /// <summary>Through a handle, so that the file that is counted is the one that is changed.</summary>
    private async ValueTask<StorageResult> ChangeOpenedAsync(IFileSystem backend, VirtualPath inner, AttributeChanges changes, CancellationToken ct)
    {
        var request = new OpenRequest(backend, inner, inner, OpenFlags.Write, null, Permission.All, IsSilent: true);
        StorageResult<UserFile> opened = await OpenInPlaceAsync(request, ct).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        UserFile file = opened.Value;
        await using ConfiguredAsyncDisposable closing = file.ConfigureAwait(false);
        StorageResult changed = await file.ChangeAsync(changes, ct).ConfigureAwait(false);
        StorageResult closed = await file.CloseAsync().ConfigureAwait(false);
        return changed.IsSuccess ? closed : changed;
    }

    private async ValueTask<StorageResult> SetTimesAsync(IFileSystem backend, VirtualPath inner, AttributeChanges changes, bool follow, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await backend.OpenFileAsync(inner, OpenFlags.Read, null, ct).ConfigureAwait(false);
        if (opened.IsSuccess)
        {
            await using ConfiguredAsyncDisposable closing = opened.Value.ConfigureAwait(false);
            return await ChangeKeepingHashAsync(opened.Value, changes, ct).ConfigureAwait(false);
        }

        // A file that the server may not read has no digest to keep.
        return follow
            ? await backend.SetAttributesAsync(inner, changes, ct).ConfigureAwait(false)
            : await backend.SetLinkAttributesAsync(inner, changes, ct).ConfigureAwait(false);
    }

    private StorageResult<SpaceInfo> WithinQuota(StorageResult<SpaceInfo> space)
    {
        if (!Counts || (!space.IsSuccess && space.Error != StorageError.NotSupported))
        {
            return space;
        }

        SpaceInfo info = space.IsSuccess ? space.Value : new SpaceInfo { BlockSize = DefaultBlockSize, FragmentSize = DefaultBlockSize, MaxNameLength = 255 };
        bool isLimited = space.IsSuccess;
        foreach (QuotaShare share in Shares.All)
        {
            isLimited |= share.MaxBytes > 0 || share.MaxFiles > 0;
            info = Narrow(info, share, isDisk: space.IsSuccess);
        }

        return isLimited ? info : space;
    }

    private static SpaceInfo Narrow(SpaceInfo info, QuotaShare share, bool isDisk)
    {
        ulong unit = info.FragmentSize == 0 ? DefaultBlockSize : info.FragmentSize;
        if (share.MaxBytes > 0)
        {
            ulong total = (ulong)share.MaxBytes / unit;
            ulong free = (ulong)Math.Max(0, share.MaxBytes - share.Ledger.Bytes.Value) / unit;
            bool isKnown = isDisk || info.TotalBlocks > 0;
            if (!isKnown || free <= info.AvailableBlocks)
            {
                info = info with { TotalBlocks = isDisk ? Math.Min(total, info.TotalBlocks) : total, FreeBlocks = free, AvailableBlocks = free };
            }
        }

        if (share.MaxFiles > 0)
        {
            ulong total = (ulong)share.MaxFiles;
            ulong free = (ulong)Math.Max(0, share.MaxFiles - share.Ledger.Files.Value);

            // Some file systems make their inodes as they need them and say that they have none.
            bool isKnown = info.TotalFiles > 0;
            if (!isKnown || free <= info.AvailableFiles)
            {
                info = info with { TotalFiles = isKnown ? Math.Min(total, info.TotalFiles) : total, FreeFiles = free, AvailableFiles = free };
            }
        }

        return info;
    }
}
