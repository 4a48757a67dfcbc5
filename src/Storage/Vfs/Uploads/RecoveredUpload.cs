namespace Hpc.Storage.Vfs.Uploads;

/// <summary>What became of a temporary.</summary>
internal enum UploadRecoveryOutcome
{
    /// <summary>It stays: an upload of this run, no file, or no name that a server makes.</summary>
    Kept,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It has the name of its file now.</summary>
    Renamed,

    /// <summary>It is there still, and should not be: see the error.</summary>
    Failed,
}

/// <summary>What became of one leftover of an atomic upload.</summary>
/// <param name="Outcome">What was done.</param>
/// <param name="Path">Where the file is now, or was.</param>
/// <param name="Size">Its size; what the scope has in use less if it was removed.</param>
/// <param name="Error">Why it could not be done.</param>
internal readonly record struct RecoveredUpload(UploadRecoveryOutcome Outcome, VirtualPath Path, long Size, StorageError Error = StorageError.None);
