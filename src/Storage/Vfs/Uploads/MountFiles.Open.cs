namespace Hpc.Storage.Vfs.Uploads;

// Opening. Whether a file is new is known by creating it exclusively, so that two sessions never both count it.
internal sealed partial class MountFiles
{
    private const OpenFlags Writes = OpenFlags.Write | OpenFlags.Append | OpenFlags.Truncate;

    // A name that vanishes between being found and being opened, over and over.
    private const int MaxOpenTries = 4;

    /// <summary>
    /// Opens a file; what is read, written and closed through the handle is counted, limited, hashed and told as an event when it ends.
    /// A refusal is the caller's to tell.
    /// </summary>
    /// <param name="backend">Where to open it.</param>
    /// <param name="inner">The path below the mount.</param>
    /// <param name="outer">The path as the user sees it, for events.</param>
    /// <param name="flags">How to open it.</param>
    /// <param name="permissions">Permission bits for a new file.</param>
    /// <param name="held">What the user may do to the entries of the directory; decides also what may be replaced when an atomic upload is closed.</param>
    /// <param name="ct">Gives up waiting.</param>
    public async ValueTask<StorageResult<IFileHandle>> OpenAsync(
        IFileSystem backend, VirtualPath inner, VirtualPath outer, OpenFlags flags, uint? permissions, Permission held, CancellationToken ct)
    {
        var request = new OpenRequest(backend, inner, outer, flags, permissions, held, IsSilent: false);
        StorageResult<UserFile> opened = await OpenAsync(request, _uploadMode, ct).ConfigureAwait(false);
        return opened.IsSuccess ? opened.Value : opened.Error;
    }

    private ValueTask<StorageResult<UserFile>> OpenAsync(OpenRequest request, UploadMode mode, CancellationToken ct)
    {
        bool writes = (request.Flags & Writes) != 0;
        bool makesContent = (request.Flags & (OpenFlags.Create | OpenFlags.Truncate)) != 0;
        bool isAtomic = mode != UploadMode.Standard && writes && makesContent;
        return !writes && !makesContent ? OpenPlainAsync(request, ct)
            : Counts && MayBeThere(request.Flags, isAtomic) ? OpenThereOrMakeAsync(request, mode, isAtomic, ct)
            : isAtomic ? OpenAtomicAsync(request, mode, ct)
            : NeedsCare(request.Flags) ? OpenInPlaceAsync(request, ct)
            : OpenPlainAsync(request, ct);
    }

    // An atomic upload that begins empty is a new file in any case.
    private static bool MayBeThere(OpenFlags flags, bool isAtomic) =>
        flags.HasFlag(OpenFlags.Create) && !flags.HasFlag(OpenFlags.Exclusive) && !(isAtomic && flags.HasFlag(OpenFlags.Truncate));

    /// <summary>A file that is there already must not, for as long as it takes to find that out, take the room of one that is new.</summary>
    private async ValueTask<StorageResult<UserFile>> OpenThereOrMakeAsync(OpenRequest request, UploadMode mode, bool isAtomic, CancellationToken ct)
    {
        OpenRequest existing = request with { Flags = request.Flags & ~OpenFlags.Create };
        StorageResult<UserFile> opened = await OpenInPlaceAsync(existing, ct).ConfigureAwait(false);
        return opened.Error != StorageError.NotFound ? opened
            : isAtomic ? await OpenAtomicAsync(request, mode, ct).ConfigureAwait(false)
            : await OpenInPlaceAsync(request, ct).ConfigureAwait(false);
    }

    private bool NeedsCare(OpenFlags flags) => Counts || Tracks(flags);

    private bool Tracks(OpenFlags flags) => (flags & Writes) != 0 && (Counts || _tracksWriters);

    // Such a backend can only begin a file again, not cut it when it is open.
    private bool CutsByOpening => !_mount.Files.Capabilities.HasFlag(FileSystemCapabilities.RangeWrites);

    private async ValueTask<StorageResult<UserFile>> OpenPlainAsync(OpenRequest request, CancellationToken ct)
    {
        StorageResult<IFileHandle> opened = await request.Backend.OpenFileAsync(request.Inner, request.Flags & ~OpenFlags.Hash, request.Permissions, ct).ConfigureAwait(false);
        return opened.IsSuccess ? new UserFile(this, request.ToOpened(opened.Value)) : opened.Error;
    }

    private async ValueTask<StorageResult<UserFile>> OpenInPlaceAsync(OpenRequest request, CancellationToken ct)
    {
        // The file that may be made is counted before; it is given back where there was one.
        bool creates = request.Flags.HasFlag(OpenFlags.Create);
        StorageError marked = await MarkInUseAsync(ct).ConfigureAwait(false);
        if (marked != StorageError.None)
        {
            return marked;
        }

        using FileBeingMade making = creates ? State.BeginMaking() : default;
        StorageError counted = creates ? await Shares.TakeAsync(0, 1, ct).ConfigureAwait(false) : StorageError.NotFound;
        bool isMade = false;
        try
        {
            using var wait = new NameWait();
            StorageResult<UserFile> adopted;
            do
            {
                using NameLock.Hold hold = await State.Names.EnterAsync(ct).ConfigureAwait(false);
                if (!hold.IsHeld)
                {
                    return hold.Error;
                }

                (StorageResult<IFileHandle> opened, bool isNew, VirtualPath path) = await OpenOrCreateAsync(request, counted, wait, ct).ConfigureAwait(false);
                adopted = opened.IsSuccess
                    ? await AdoptAsync(request with { Inner = path }, opened.Value, isNew, upload: null).ConfigureAwait(false)
                    : opened.Error;
                isMade = isNew && adopted.IsSuccess;
            }
            while (await wait.WaitAsync(ct).ConfigureAwait(false));

            bool cuts = adopted.IsSuccess && !isMade && request.Flags.HasFlag(OpenFlags.Truncate) && !CutsByOpening;
            return cuts ? await CutAsync(adopted.Value, ct).ConfigureAwait(false) : adopted;
        }
        finally
        {
            if (creates && counted == StorageError.None && !isMade)
            {
                Shares.Give(0, 1);
            }
        }
    }

    private async ValueTask<(StorageResult<IFileHandle> Opened, bool IsNew, VirtualPath Path)> OpenOrCreateAsync(
        OpenRequest request, StorageError counted, NameWait wait, CancellationToken ct)
    {
        bool creates = request.Flags.HasFlag(OpenFlags.Create);
        bool isExclusive = request.Flags.HasFlag(OpenFlags.Exclusive) && creates;
        OpenFlags access = request.Flags & ~(OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.Truncate);
        bool cutsByOpening = request.Flags.HasFlag(OpenFlags.Truncate) && CutsByOpening;
        VirtualPath path = request.Inner;
        for (int i = 0; i < MaxOpenTries; i++)
        {
            if (counted == StorageError.None)
            {
                StorageResult<IFileHandle> created = await request.Backend.OpenFileAsync(
                    path, access | OpenFlags.Create | OpenFlags.Exclusive, request.Permissions, ct).ConfigureAwait(false);
                if (created.IsSuccess || created.Error != StorageError.AlreadyExists || isExclusive)
                {
                    return (created, created.IsSuccess, path);
                }
            }

            if (isExclusive)
            {
                StorageResult<EntryAttributes> there = await request.Backend.GetLinkAttributesAsync(path, ct).ConfigureAwait(false);
                return (there.IsSuccess ? StorageError.AlreadyExists : counted, false, path);
            }

            StorageResult<IFileHandle> existing = cutsByOpening
                ? await OpenCuttingAsync(request.Backend, path, access, wait, ct).ConfigureAwait(false)
                : await request.Backend.OpenFileAsync(path, access, null, ct).ConfigureAwait(false);
            if (existing.IsSuccess || existing.Error != StorageError.NotFound || counted != StorageError.None)
            {
                return (existing.Error == StorageError.NotFound ? counted : existing, false, path);
            }

            // It has gone meanwhile, or the name is a link to where nothing is: then the file is made there.
            StorageResult<VirtualPath> resolved = await request.Backend.ResolveAsync(path, ct).ConfigureAwait(false);
            if (!resolved.IsSuccess)
            {
                return (resolved.Error, false, path);
            }

            path = resolved.Value;
        }

        return (StorageError.Busy, false, path);
    }

    /// <summary>Opens a file whose backend can only begin it again, not cut it when it is open, and gives back what it had. The names' lock is held.</summary>
    private async ValueTask<StorageResult<IFileHandle>> OpenCuttingAsync(
        IFileSystem backend, VirtualPath path, OpenFlags access, NameWait wait, CancellationToken ct)
    {
        StorageResult<EntryAttributes> found = await backend.GetAttributesAsync(path, ct).ConfigureAwait(false);
        if (!found.IsSuccess)
        {
            return found.Error;
        }

        TrackedFile? tracked = State.Tracked.Find(found.Value, path);
        StorageError held = tracked is null ? StorageError.None : wait.TryClose(tracked);
        if (held != StorageError.None)
        {
            return held;
        }

        StorageResult<IFileHandle> opened = await backend.OpenFileAsync(path, access | OpenFlags.Truncate, null, ct).ConfigureAwait(false);
        if (opened.IsSuccess)
        {
            Shares.Give(tracked?.ClaimedEnd ?? found.Value.Size, 0);
            tracked?.Hash?.Drop();
            tracked?.SetClaimedEnd(0);
        }

        return opened;
    }

    /// <summary>Cuts a file that was just opened. Outside the names' lock, since others may have writes of it under way.</summary>
    private async ValueTask<StorageResult<UserFile>> CutAsync(UserFile file, CancellationToken ct)
    {
        StorageResult cut = await file.CutAsync(ct).ConfigureAwait(false);
        if (cut.IsSuccess && !Hashes)
        {
            return file;
        }

        using NameLock.Hold hold = await State.Names.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        if (!cut.IsSuccess)
        {
            await file.AbandonLockedAsync().ConfigureAwait(false);
            return cut.Error;
        }

        file.BeginHash();
        return file;
    }

    /// <summary>Makes a handle of the user's of one of the backend. The names' lock is held. On failure the backend's is closed, and what was created is gone without having been counted.</summary>
    private async ValueTask<StorageResult<UserFile>> AdoptAsync(OpenRequest request, IFileHandle file, bool isNew, AtomicUpload? upload)
    {
        OpenedUserFile opened = request.ToOpened(file) with { Upload = upload, BeganEmpty = isNew };
        StorageResult<EntryAttributes> attributes = await file.GetAttributesAsync(CancellationToken.None).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            if (isNew)
            {
                await request.Backend.DeleteFileAsync(upload?.Temporary ?? request.Inner, CancellationToken.None).ConfigureAwait(false);
            }

            return attributes.Error;
        }

        bool cuts = !isNew && request.Flags.HasFlag(OpenFlags.Truncate);
        TrackedFile? tracked = Tracks(request.Flags) ? State.Tracked.Join(attributes.Value, upload?.Temporary ?? request.Inner) : null;
        tracked?.Attach(file, Counts);
        if (Hashes && tracked is not null && !isNew)
        {
            await StoredHash.RemoveAsync(file, CancellationToken.None).ConfigureAwait(false);
        }

        var adopted = new UserFile(this, opened with { Tracked = tracked, BeganEmpty = isNew || cuts });
        if (Hashes && (isNew || cuts))
        {
            adopted.BeginHash();
        }

        return adopted;
    }

    /// <summary>What is to be opened.</summary>
    private readonly record struct OpenRequest(
        IFileSystem Backend, VirtualPath Inner, VirtualPath Outer, OpenFlags Flags, uint? Permissions, Permission Held, bool IsSilent)
    {
        public OpenedUserFile ToOpened(IFileHandle file) => new()
        {
            File = file,
            Backend = Backend,
            Inner = Inner,
            Outer = Outer,
            Flags = Flags,
            Held = Held,
            BeganEmpty = Flags.HasFlag(OpenFlags.Truncate) || Flags.HasFlag(OpenFlags.Create | OpenFlags.Exclusive),
            IsSilent = IsSilent,
        };
    }
}
