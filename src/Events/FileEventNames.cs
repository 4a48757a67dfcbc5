using Hpc.Storage;

namespace Hpc.Events;

/// <summary>What events are called: as senders in the log (spec row R15.1) and as labels of metrics.</summary>
internal static class FileEventNames
{
    public static string OfSender(FileEventKind kind) => kind switch
    {
        FileEventKind.Download => "Download",
        FileEventKind.Upload => "Upload",
        FileEventKind.List => "List",
        FileEventKind.Stat => "Stat",
        FileEventKind.Delete => "Remove",
        FileEventKind.RemoveDirectory => "Rmdir",
        FileEventKind.Rename => "Rename",
        FileEventKind.CreateDirectory => "Mkdir",
        FileEventKind.CreateSymbolicLink => "Symlink",
        FileEventKind.CreateHardLink => "Link",
        FileEventKind.Copy => "Copy",
        FileEventKind.ChangeMode => "Chmod",
        FileEventKind.ChangeOwner => "Chown",
        FileEventKind.ChangeTimes => "Chtimes",
        FileEventKind.Truncate => "Truncate",
        _ => kind.ToString(),
    };

    public static string OfMetric(FileEventKind kind) => kind switch
    {
        FileEventKind.Delete => "remove",
        FileEventKind.RemoveDirectory => "rmdir",
        FileEventKind.CreateDirectory => "mkdir",
        FileEventKind.CreateSymbolicLink => "symlink",
        FileEventKind.CreateHardLink => "hardlink",
        FileEventKind.ChangeMode => "chmod",
        FileEventKind.ChangeOwner => "chown",
        FileEventKind.ChangeTimes => "chtimes",
#pragma warning disable CA1308 // Labels are lower case.
        _ => kind.ToString().ToLowerInvariant(),
#pragma warning restore CA1308
    };

    /// <summary>Why an operation failed, as it stands in <c>error</c>; null where it did not.</summary>
    public static string? OfError(StorageError error) => error switch
    {
        StorageError.None => null,
        StorageError.NotFound => "no such file or directory",
        StorageError.AccessDenied => "permission denied",
        StorageError.AlreadyExists => "exists already",
        StorageError.IsDirectory => "is a directory",
        StorageError.NotDirectory => "is not a directory",
        StorageError.DirectoryNotEmpty => "directory not empty",
        StorageError.CrossDevice => "source and target are on different file systems",
        StorageError.NoSpace => "no space left on device",
        StorageError.QuotaExceeded => "quota exceeded",
        StorageError.TooLarge => "larger than the maximum upload size",
        StorageError.NameTooLong => "name too long",
        StorageError.InvalidArgument => "invalid argument",
        StorageError.LinkLoop => "too many symbolic links",
        StorageError.ReadOnly => "read-only",
        StorageError.NotSupported => "not supported by the storage",
        StorageError.Busy => "in use",
        StorageError.LimitReached => "a limit of the server was reached",
        StorageError.Unavailable => "what is in use cannot be counted now: the usage store does not answer",
        StorageError.Cancelled => "given up by the peer, or its session ended",
        _ => "input/output error",
    };
}
