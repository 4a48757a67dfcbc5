namespace Hpc.Storage.Vfs.Uploads;

// The end: what was claimed is set right, a temporary takes its name or goes, and the event is told.
internal sealed partial class UserFile
{
    /// <inheritdoc/>
    public async ValueTask<StorageResult> CloseAsync() =>
        !Interlocked.Exchange(ref _isClosed, true) ? await EndAsync(isWhole: true).ConfigureAwait(false) : StorageResult.Success;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref _isClosed, true))
        {
            await EndAsync(isWhole: false).ConfigureAwait(false);
        }
    }

    /// <summary>Closes what never came to its user. The names' lock is held.</summary>
    internal async ValueTask AbandonLockedAsync()
    {
        Volatile.Write(ref _isClosed, true);
        EndPaces();
        try
        {
            if (_tracked is not null)
            {
                StorageResult<EntryAttributes> attributes = await _file.GetAttributesAsync(CancellationToken.None).ConfigureAwait(false);
                await SettleAsync(_tracked, attributes, isWhole: false).ConfigureAwait(false);
            }

            await _file.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _mount.Mounts.Leave();
        }
    }

    private async ValueTask<StorageResult> EndAsync(bool isWhole)
    {
        EndPaces();
        try
        {
            return await EndAndTellAsync(isWhole).ConfigureAwait(false);
        }
        finally
        {
            _mount.Mounts.Leave();
        }
    }

    private async ValueTask<StorageResult> EndAndTellAsync(bool isWhole)
    {
        bool isComplete = isWhole || await WasReadToItsEndAsync().ConfigureAwait(false);
        StorageResult ended = _tracked is null && _upload is null
            ? await _file.CloseAsync().ConfigureAwait(false)
            : await EndUploadAsync(isWhole).ConfigureAwait(false);

        // Who closes a download learned of its errors by its reads; an upload is whole only if every write was done.
        if (IsWritable && Failure != StorageError.None)
        {
            ended = Failure;
        }

        if (!_isSilent)
        {
            Publish(ended.IsSuccess ? Failure : ended.Error, isComplete);
        }

        return ended;
    }

    private async ValueTask<StorageResult> EndUploadAsync(bool isWhole)
    {
        using var wait = new NameWait();
        StorageResult<EntryAttributes> attributes = default;
        StorageResult? closed = null;
        StorageResult named = StorageResult.Success;
        try
        {
            do
            {
                using NameLock.Hold hold = await _mount.State.Names.EnterAsync(CancellationToken.None).ConfigureAwait(false);
                if (closed is null)
                {
                    // The last who writes waits for the writes under way. One that takes too long is let out first, and finds the file closed when it comes again.
                    if (_tracked is { Writers: 1 } && wait.TryClose(_tracked) != StorageError.None && wait.IsNeeded)
                    {
                        continue;
                    }

                    attributes = await GetEndAsync().ConfigureAwait(false);
                    if (_tracked is not null)
                    {
                        await SettleAsync(_tracked, attributes, isWhole).ConfigureAwait(false);
                    }

                    closed = await _file.CloseAsync().ConfigureAwait(false);
                }

                named = await EndNameAsync(attributes, isWhole, closed.Value, wait).ConfigureAwait(false);
            }
            while (await wait.WaitAsync(CancellationToken.None).ConfigureAwait(false));

            return closed is { IsSuccess: false } failed ? failed : named;
        }
        catch (ObjectDisposedException)
        {
            // The session let go of its backend before its files. What is left is counted and marked in use, so that it is found when that is done with.
            return StorageError.Cancelled;
        }
    }

    /// <summary>What becomes of the name: a temporary's is taken or goes, and that of an upload that passed a limit goes, if nobody else wrote to the file.</summary>
    private async ValueTask<StorageResult> EndNameAsync(StorageResult<EntryAttributes> attributes, bool isWhole, StorageResult closed, NameWait wait)
    {
        if (_upload is { } upload)
        {
            StorageError failure = Failure != StorageError.None ? Failure : closed.Error;
            bool hasContent = !attributes.IsSuccess || attributes.Value.Size > 0;
            return await _mount.FinishAsync(upload, isWhole, hasContent, failure, wait).ConfigureAwait(false);
        }

        if (_tracked is { IsDeleted: true } || (attributes.IsSuccess && attributes.Value.LinkCount == 0))
        {
            // Deleted or replaced meanwhile: nobody finds what was written.
            return StorageError.NotFound;
        }

        bool isRefused = IsWritable && _beganEmpty && Failure is StorageError.QuotaExceeded or StorageError.TooLarge;
        return isRefused && attributes.IsSuccess && _tracked is { IsShared: false }
            ? await _mount.DeleteIfSameAsync(_backend, _tracked.Path, attributes.Value, wait).ConfigureAwait(false)
            : closed;
    }

    /// <summary>What the file is in the end: by the handle, or where that fails by its name, since otherwise what was claimed stays claimed.</summary>
    private async ValueTask<StorageResult<EntryAttributes>> GetEndAsync()
    {
        StorageResult<EntryAttributes> attributes = await _file.GetAttributesAsync(CancellationToken.None).ConfigureAwait(false);
        if (attributes.IsSuccess || _tracked is not { IsDeleted: false, Key.Identity: { IsKnown: true } identity })
        {
            return attributes;
        }

        StorageResult<EntryAttributes> named = await _backend.GetLinkAttributesAsync(_tracked.Path, CancellationToken.None).ConfigureAwait(false);
        return named.IsSuccess && named.Value.Identity == identity ? named : attributes;
    }

    /// <summary>The last writer sets right what was claimed, and keeps the digest. The names' lock is held, and the gate is closed if it could be.</summary>
    private async ValueTask SettleAsync(TrackedFile tracked, StorageResult<EntryAttributes> attributes, bool isWhole)
    {
        tracked.Detach(_file);
        if (!_mount.State.Tracked.Leave(tracked))
        {
            return;
        }

        if (attributes.IsSuccess && !tracked.IsDeleted)
        {
            Settle(tracked, attributes);
        }

        if (isWhole && Failure == StorageError.None && attributes.IsSuccess && tracked.Hash is { } hash)
        {
            await KeepHashAsync(hash, attributes.Value).ConfigureAwait(false);
        }

        tracked.Hash?.Dispose();
    }

    private void Settle(TrackedFile tracked, StorageResult<EntryAttributes> attributes)
    {
        if (!attributes.IsSuccess)
        {
            return;
        }

        if (attributes.Value.LinkCount == 0)
        {
            // Somebody else than this server deleted it.
            Shares.Give(tracked.MarkDeleted(), 1);
            return;
        }

        Shares.Correct(attributes.Value.Size - tracked.ClaimedEnd);
        tracked.SetClaimedEnd(attributes.Value.Size);
    }

    private async ValueTask KeepHashAsync(UploadHash hash, EntryAttributes file)
    {
        byte[] digest = new byte[StoredHash.DigestLength];
        if (hash.TryFinish(file.Size, digest))
        {
            // Without it the file is hashed when somebody asks: nothing is lost.
            await new StoredHash(digest, file.Size, file.ModificationTime).StoreAsync(_file, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
