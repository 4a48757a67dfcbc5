using Hpc.Storage;

namespace Hpc.FtpProtocol.Control;

/// <summary>What storage errors are as replies (RFC 959 §4.2). Texts name no path.</summary>
internal static class FtpErrors
{
    /// <summary>A command that needs a path has none.</summary>
    public static FtpReply MissingPath { get; } = new(501, "A path is missing.");

    /// <summary>A path with CR, LF or NUL, or one that is too long.</summary>
    public static FtpReply BadPath { get; } = new(501, "The path is not valid.");

    /// <summary>The reply of a command without a data connection.</summary>
    public static FtpReply ToReply(StorageError error) => new(ToCode(error), ToText(error));

    /// <summary>The reply of a transfer that has begun: 426 where it was broken off.</summary>
    public static FtpReply ToTransferReply(StorageError error) => error == StorageError.Cancelled
        ? new(426, "The transfer was broken off.")
        : ToReply(error);

    /// <summary>
    /// 552 and 553 are for good, and 550 is as long as the file stays what it is; 450, 451 and 452 may be tried again later.
    /// </summary>
    public static int ToCode(StorageError error) => error switch
    {
        StorageError.None => 250,
        StorageError.QuotaExceeded or StorageError.TooLarge => 552,
        StorageError.NameTooLong or StorageError.InvalidArgument => 553,
        StorageError.Busy or StorageError.LimitReached or StorageError.Unavailable => 450,
        StorageError.IoError or StorageError.Cancelled => 451,
        StorageError.NoSpace => 452,
        StorageError.NotSupported => 504,
        _ => 550,
    };

    /// <summary>A line for the user.</summary>
    public static string ToText(StorageError error) => error switch
    {
        StorageError.None => "Done.",
        StorageError.NotFound => "No such file or directory.",
        StorageError.AccessDenied => "Permission denied.",
        StorageError.AlreadyExists => "The name exists already.",
        StorageError.IsDirectory => "This is a directory, a file is needed.",
        StorageError.NotDirectory => "This is not a directory.",
        StorageError.DirectoryNotEmpty => "The directory is not empty.",
        StorageError.CrossDevice => "Source and target are on different file systems; copy and delete instead.",
        StorageError.NoSpace => "No space left on device.",
        StorageError.QuotaExceeded => "Quota exceeded: your space, number of files or transfer volume is used up.",
        StorageError.TooLarge => "The file would be larger than the maximum upload size.",
        StorageError.NameTooLong => "The name or path is too long.",
        StorageError.InvalidArgument => "A value of the request is not valid here.",
        StorageError.LinkLoop => "Too many symbolic links, or a link where none is allowed.",
        StorageError.ReadOnly => "Read-only file system.",
        StorageError.NotSupported => "This storage does not support the operation.",
        StorageError.Busy => "The file is in use by somebody else; try again later.",
        StorageError.LimitReached => "A limit of the server was reached; try again later.",
        StorageError.Unavailable => "What you have in use cannot be counted now; try again later.",
        StorageError.Cancelled => "The operation was cancelled.",
        _ => "The storage failed.",
    };
}
