namespace Hpc.Storage.Vfs.Uploads;

// Uploads to a temporary that takes the file's name when it is closed. While it exists it counts, so replacing a file needs room for both.
internal sealed partial class MountFiles
{
    private const uint PermissionBits = 0xFFF;

    private async ValueTask<StorageResult<UserFile>> OpenAtomicAsync(OpenRequest request, UploadMode mode, CancellationToken ct)
    {
        StorageError marked = await MarkInUseAsync(ct).ConfigureAwait(false);
        if (marked != StorageError.None)
        {
            return marked;
        }

        using FileBeingMade making = State.BeginMaking();
        StorageError counted = await Shares.TakeAsync(0, 1, ct).ConfigureAwait(false);
        bool isMade = false;
        try
        {
            using NameLock.Hold hold = await State.Names.EnterAsync(ct).ConfigureAwait(false);
            if (!hold.IsHeld)
            {
                return StorageError.Cancelled;
            }

            AtomicPlan plan = await PlanAsync(request, ct).ConfigureAwait(false);
            if (!plan.IsInPlace)
            {
                if (plan.Refusal != StorageError.None || counted != StorageError.None)
                {
                    return plan.Refusal != StorageError.None ? plan.Refusal : counted;
                }

                StorageResult<UserFile> made = await OpenTemporaryAsync(request, plan, mode, ct).ConfigureAwait(false);
                isMade = made.IsSuccess;
                return made;
            }
        }
        finally
        {
            if (counted == StorageError.None && !isMade)
            {
                Shares.Give(0, 1);
            }
        }

        return NeedsCare(request.Flags) ? await OpenInPlaceAsync(request, ct).ConfigureAwait(false) : await OpenPlainAsync(request, ct).ConfigureAwait(false);
    }

    /// <summary>Looks at what has the name now.</summary>
    private static async ValueTask<AtomicPlan> PlanAsync(OpenRequest request, CancellationToken ct)
    {
        VirtualPath target = request.Inner;
        bool creates = request.Flags.HasFlag(OpenFlags.Create);
        bool isExclusive = request.Flags.HasFlag(OpenFlags.Exclusive) && creates;
        StorageResult<EntryAttributes> existing = await request.Backend.GetLinkAttributesAsync(target, ct).ConfigureAwait(false);
        if (existing.IsSuccess && isExclusive)
        {
            return AtomicPlan.Refused(StorageError.AlreadyExists);
        }

        if (existing.IsSuccess && existing.Value.Type == EntryType.SymbolicLink)
        {
            // The file that a link leads to is replaced, not the link; a backend that follows none says so here.
            existing = await request.Backend.GetAttributesAsync(target, ct).ConfigureAwait(false);
            StorageResult<VirtualPath> resolved = existing.Error is StorageError.None or StorageError.NotFound
                ? await request.Backend.ResolveAsync(target, ct).ConfigureAwait(false)
                : existing.Error;
            if (!resolved.IsSuccess)
            {
                return AtomicPlan.Refused(resolved.Error);
            }

            target = resolved.Value;
        }

        if (!existing.IsSuccess)
        {
            return existing.Error == StorageError.NotFound && creates
                ? new AtomicPlan(target, null, StorageError.None, IsInPlace: false)
                : AtomicPlan.Refused(existing.Error);
        }

        return existing.Value.Type switch
        {
            EntryType.File => new AtomicPlan(target, existing.Value, StorageError.None, IsInPlace: !request.Flags.HasFlag(OpenFlags.Truncate)),
            EntryType.Directory => AtomicPlan.Refused(StorageError.IsDirectory),
            _ => AtomicPlan.Refused(StorageError.AccessDenied),
        };
    }

    private async ValueTask<StorageResult<UserFile>> OpenTemporaryAsync(OpenRequest request, AtomicPlan plan, UploadMode mode, CancellationToken ct)
    {
        OpenFlags flags = (request.Flags & (OpenFlags.Read | OpenFlags.Write | OpenFlags.Append)) | OpenFlags.Create | OpenFlags.Exclusive;
        uint? permissions = KeepsMode(request, plan) ? plan.Existing?.Mode & PermissionBits : request.Permissions;
        for (int i = 0; i < MaxOpenTries; i++)
        {
            if (!TemporaryName.TryPlace(plan.Target, _user.Options.Epoch, MountState.NextUpload(), out VirtualPath temporary))
            {
                return StorageError.NameTooLong;
            }

            StorageResult<IFileHandle> opened = await request.Backend.OpenFileAsync(temporary, flags, permissions, ct).ConfigureAwait(false);
            if (opened.Error == StorageError.AlreadyExists)
            {
                continue;
            }

            return opened.IsSuccess ? await BeginUploadAsync(request, plan, mode, opened.Value, temporary).ConfigureAwait(false) : opened.Error;
        }

        return StorageError.Busy;
    }

    // As opening a file that exists changes none of its permission bits. A copy brings its own.
    private static bool KeepsMode(OpenRequest request, AtomicPlan plan) => plan.Existing is not null && (request.Permissions is null || !request.IsSilent);

    private async ValueTask<StorageResult<UserFile>> BeginUploadAsync(OpenRequest request, AtomicPlan plan, UploadMode mode, IFileHandle file, VirtualPath temporary)
    {
        if (plan.Existing is { } old && KeepsMode(request, plan) && _mount.Files.Capabilities.HasFlag(FileSystemCapabilities.Modes))
        {
            // The umask is for new files. Bits that cannot be set are not worth an upload.
            await file.SetAttributesAsync(new AttributeChanges { Permissions = old.Mode & PermissionBits }, CancellationToken.None).ConfigureAwait(false);
        }

        bool mayReplace = !request.Flags.HasFlag(OpenFlags.Exclusive) && request.Held.Allows(FileOperation.ChangeFile);
        var upload = new AtomicUpload
        {
            Backend = request.Backend,
            UserName = _user.Source.UserName,
            Temporary = temporary,
            Target = plan.Target,
            Replaces = mayReplace ? RenameMode.Replace : RenameMode.NoReplace,
            NeedsTarget = !request.Flags.HasFlag(OpenFlags.Create),
            Mode = mode,
        };

        StorageResult<UserFile> adopted = await AdoptAsync(request, file, isNew: true, upload).ConfigureAwait(false);
        if (adopted.IsSuccess)
        {
            State.Pending.Add(upload);
        }

        return adopted;
    }

    /// <summary>The end of an atomic upload: the temporary takes the name, or goes. The names' lock is held, and the handle is closed. Done again where <paramref name="wait"/> is needed.</summary>
    internal async ValueTask<StorageResult> FinishAsync(AtomicUpload upload, bool isWhole, bool hasContent, StorageError failure, NameWait wait)
    {
        bool isRefused = failure is StorageError.QuotaExceeded or StorageError.TooLarge;
        bool isResumable = upload.Mode == UploadMode.AtomicWithResume && hasContent && !isRefused;
        StorageResult finished = failure;
        if ((isWhole && failure == StorageError.None) || isResumable)
        {
            StorageResult renamed = await TakeNameAsync(upload, wait).ConfigureAwait(false);
            if (wait.IsNeeded)
            {
                return renamed;
            }

            if (renamed.IsSuccess)
            {
                State.Pending.Remove(upload);
                return failure;
            }

            finished = failure != StorageError.None ? failure : renamed;
        }

        State.Pending.Remove(upload);
        StorageResult<long> removed = await DeleteLockedAsync(upload.Backend, upload.Temporary, wait, CancellationToken.None).ConfigureAwait(false);
        if (!removed.IsSuccess && removed.Error != StorageError.NotFound)
        {
            Shares.NoteLeftOver();
        }

        return finished.IsSuccess && removed.Error != StorageError.NotFound ? removed.WithoutValue() : finished;
    }

    private async ValueTask<StorageResult> TakeNameAsync(AtomicUpload upload, NameWait wait)
    {
        if (upload.NeedsTarget)
        {
            StorageResult<EntryAttributes> target = await upload.Backend.GetLinkAttributesAsync(upload.Target, CancellationToken.None).ConfigureAwait(false);
            if (!target.IsSuccess)
            {
                return target.Error;
            }
        }

        return await RenameLockedAsync(upload.Backend, upload.Temporary, upload.Target, upload.Replaces, wait, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>What has the name when an upload is opened.</summary>
    private readonly record struct AtomicPlan(VirtualPath Target, EntryAttributes? Existing, StorageError Refusal, bool IsInPlace)
    {
        public static AtomicPlan Refused(StorageError error) => new(default, null, error, IsInPlace: false);
    }
}
