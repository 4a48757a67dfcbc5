namespace Hpc.Storage.Vfs.Uploads;

/// <summary>Clears up what atomic uploads left behind when a server died.</summary>
internal static class UploadRecovery
{
    /// <summary>
    /// Deals with one temporary. In <see cref="UploadMode.AtomicWithResume"/> what has content takes the name of its file, so that the client can resume,
    /// unless a file has that name: whether it might be replaced is not known any more, and the old one is whole. Everything else is removed.
    /// </summary>
    /// <param name="files">The backend; a link on the way to the temporary is followed as it does.</param>
    /// <param name="temporary">A path whose name may be one of <see cref="TemporaryName"/>.</param>
    /// <param name="mode">How uploads are made now.</param>
    /// <param name="currentEpoch">The running server's epoch: its temporaries are in use.</param>
    /// <param name="ct">Gives up waiting for a worker.</param>
    public static async Task<RecoveredUpload> RecoverAsync(IFileSystem files, VirtualPath temporary, UploadMode mode, string currentEpoch, CancellationToken ct)
    {
        if (!TemporaryName.TryParse(temporary.Name, out TemporaryName name) || string.Equals(name.Epoch, currentEpoch, StringComparison.Ordinal))
        {
            return new RecoveredUpload(UploadRecoveryOutcome.Kept, temporary, 0);
        }

        StorageResult<EntryAttributes> found = await files.GetLinkAttributesAsync(temporary, ct).ConfigureAwait(false);
        if (!found.IsSuccess)
        {
            return found.Error == StorageError.NotFound
                ? new RecoveredUpload(UploadRecoveryOutcome.Kept, temporary, 0)
                : new RecoveredUpload(UploadRecoveryOutcome.Failed, temporary, 0, found.Error);
        }

        if (found.Value.Type != EntryType.File)
        {
            return new RecoveredUpload(UploadRecoveryOutcome.Kept, temporary, 0);
        }

        long size = found.Value.Size;
        if (mode == UploadMode.AtomicWithResume && size > 0 && name.Target is not null && temporary.Parent.TryCombine(name.Target, out VirtualPath target))
        {
            StorageResult renamed = await files.RenameAsync(temporary, target, RenameMode.NoReplace, ct).ConfigureAwait(false);
            if (renamed.IsSuccess)
            {
                return new RecoveredUpload(UploadRecoveryOutcome.Renamed, target, size);
            }

            if (renamed.Error is not (StorageError.AlreadyExists or StorageError.IsDirectory or StorageError.NameTooLong))
            {
                return new RecoveredUpload(UploadRecoveryOutcome.Failed, temporary, size, renamed.Error);
            }
        }

        StorageResult removed = await files.DeleteFileAsync(temporary, ct).ConfigureAwait(false);
        return removed.IsSuccess
            ? new RecoveredUpload(UploadRecoveryOutcome.Removed, temporary, size)
            : new RecoveredUpload(UploadRecoveryOutcome.Failed, temporary, size, removed.Error);
    }
}
