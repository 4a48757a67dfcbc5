using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs.Uploads;

// Attributes of the open file, its size among them.
internal sealed partial class UserFile
{
    /// <inheritdoc/>
    public async ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct)
    {
        long startedAt = _mount.User.Options.Time.GetTimestamp();
        StorageResult changed = await ChangeAsync(changes, ct).ConfigureAwait(false);
        if (!_isSilent)
        {
            _mount.PublishChange(_outer, changes, startedAt, changed.Error);
        }

        return changed;
    }

    /// <inheritdoc/>
    public async ValueTask<StorageResult<ReadOnlyMemory<byte>>> GetStoredSha256Async(CancellationToken ct)
    {
        NoteHash();
        if (!_mount.Hashes)
        {
            return StorageError.NotFound;
        }

        StorageResult<StoredHash> stored = await StoredHash.OfAsync(_file, ct).ConfigureAwait(false);
        if (!stored.IsSuccess)
        {
            return stored.Error;
        }

        // Who writes may have it as it was in size and time, and change it now.
        StorageResult<EntryAttributes> attributes = await _file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!attributes.IsSuccess || _mount.State.Tracked.Find(attributes.Value, _inner) is not null)
        {
            return StorageError.NotFound;
        }

        NoteReadUpTo(attributes.Value.Size);
        return stored.Value.Digest;
    }

    /// <summary>Changes what is allowed, as <see cref="SetStatMode"/> says; sizes are always applied.</summary>
    internal async ValueTask<StorageResult> ChangeAsync(AttributeChanges changes, CancellationToken ct)
    {
        if (!_isSilent && !_held.AllowsOnOpenFile(changes))
        {
            return StorageError.AccessDenied;
        }

        if (_mount.IsReadOnly)
        {
            return StorageError.ReadOnly;
        }

        if (changes.Size is { } size)
        {
            StorageResult resized = await ResizeAsync(size, ct).ConfigureAwait(false);
            if (!resized.IsSuccess)
            {
                return resized;
            }
        }

        AttributeChanges others = changes with { Size = null };
        SetStatMode mode = _mount.User.Options.SetStatMode;
        if (others == default || (mode == SetStatMode.Ignore && !_isSilent))
        {
            return StorageResult.Success;
        }

        StorageResult changed = _tracked is null
            ? await _mount.ChangeKeepingHashAsync(_file, others, ct).ConfigureAwait(false)
            : await _file.SetAttributesAsync(others, ct).ConfigureAwait(false);
        return changed.Error == StorageError.NotSupported && mode == SetStatMode.IgnoreUnsupported ? StorageResult.Success : changed;
    }

    /// <summary>Cuts or extends the file: what that takes is claimed before, what it frees is given back after.</summary>
    internal async ValueTask<StorageResult> ResizeAsync(long size, CancellationToken ct)
    {
        if (!IsWritable)
        {
            return StorageError.AccessDenied;
        }

        if (size < 0)
        {
            return StorageError.InvalidArgument;
        }

        if (IsOutdated)
        {
            return StorageError.Busy;
        }

        if (MaxBytes > 0 && size > MaxBytes)
        {
            return StorageError.TooLarge;
        }

        if (_tracked is null)
        {
            return await _file.SetAttributesAsync(new AttributeChanges { Size = size }, ct).ConfigureAwait(false);
        }

        for (int i = 0; i < MaxReservations; i++)
        {
            if (!await _tracked.Gate.CloseAsync(ct).ConfigureAwait(false))
            {
                return ct.IsCancellationRequested ? StorageError.Cancelled : StorageError.Busy;
            }

            long more;
            _tracked.BeginClaim();
            try
            {
                more = size - _tracked.ClaimedEnd;
                if (_tracked.IsDeleted && !Shares.IsEmpty)
                {
                    return StorageError.NotFound;
                }

                TakeOutcome outcome = more > 0 ? Shares.TryTakeBytes(more) : TakeOutcome.Taken;
                if (outcome == TakeOutcome.LimitReached)
                {
                    return StorageError.QuotaExceeded;
                }

                if (outcome == TakeOutcome.Taken)
                {
                    return await ResizeClosedAsync(_tracked, size, more, ct).ConfigureAwait(false);
                }
            }
            finally
            {
                _tracked.EndClaim();
                _tracked.Gate.Open();
            }

            StorageError error = await Shares.ReserveAsync(more, 0, ct).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return error;
            }
        }

        return StorageError.QuotaExceeded;
    }

    /// <summary>Cuts a file that was just opened to nothing. What claims says whether there is anything.</summary>
    internal ValueTask<StorageResult> CutAsync(CancellationToken ct) =>
        _tracked is { ClaimedEnd: 0 } && !_mount.TakesWritesAsTheyCome ? ValueTask.FromResult(StorageResult.Success) : ResizeAsync(0, ct);

    /// <summary>Makes a digest from here on, if the file is empty and nobody else writes to it. The names' lock is held.</summary>
    internal void BeginHash()
    {
        if (_tracked is { Writers: 1, ClaimedEnd: 0, Hash: null } tracked)
        {
            tracked.Hash = new UploadHash();
        }
    }

    private async ValueTask<StorageResult> ResizeClosedAsync(TrackedFile tracked, long size, long more, CancellationToken ct)
    {
        if (more != 0)
        {
            tracked.Hash?.Drop();
        }

        StorageResult resized = await _file.SetAttributesAsync(new AttributeChanges { Size = size }, ct).ConfigureAwait(false);
        if (resized.IsSuccess)
        {
            tracked.SetClaimedEnd(size);
            Shares.Give(Math.Max(0, -more), 0);
        }
        else
        {
            Shares.Give(Math.Max(0, more), 0);
        }

        return resized;
    }
}
