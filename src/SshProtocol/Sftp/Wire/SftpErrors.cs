using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Wire;

/// <summary>The one place where storage errors become SSH_FX_* codes and sentences for a person. No sentence names a path.</summary>
internal static class SftpErrors
{
    public const string Language = "en";

    public static SftpStatus ToStatus(StorageError error) => error switch
    {
        StorageError.None => SftpStatus.Ok,
        StorageError.NotFound => SftpStatus.NoSuchFile,
        StorageError.AccessDenied or StorageError.ReadOnly => SftpStatus.PermissionDenied,
        StorageError.NotSupported => SftpStatus.OperationUnsupported,
        _ => SftpStatus.Failure,
    };

    public static string ToText(StorageError error) => error switch
    {
        StorageError.None => "Success",
        StorageError.NotFound => "No such file or directory",
        StorageError.AccessDenied => "Permission denied",
        StorageError.AlreadyExists => "The target exists already",
        StorageError.IsDirectory => "This is a directory, a file is needed",
        StorageError.NotDirectory => "This is not a directory",
        StorageError.DirectoryNotEmpty => "The directory is not empty",
        StorageError.CrossDevice => "Source and target are on different file systems; copy and delete instead",
        StorageError.NoSpace => "No space left on device",
        StorageError.QuotaExceeded => "Quota exceeded: your space, number of files or transfer volume is used up",
        StorageError.TooLarge => "The file would be larger than the maximum upload size",
        StorageError.NameTooLong => "The name or path is too long",
        StorageError.InvalidArgument => "A value of the request is not valid here",
        StorageError.LinkLoop => "Too many symbolic links, or a link where none is allowed",
        StorageError.ReadOnly => "Read-only file system",
        StorageError.NotSupported => "This storage does not support the operation",
        StorageError.Busy => "The file is in use by somebody else; try again later",
        StorageError.LimitReached => "A limit of the server was reached; try again later",
        StorageError.Unavailable => "What you have in use cannot be counted now; try again later",
        StorageError.Cancelled => "The operation was cancelled",
        _ => "Input/output error of the storage",
    };

    public static string ToText(SftpStatus status) => status switch
    {
        SftpStatus.Ok => "Success",
        SftpStatus.EndOfFile => "End of file",
        SftpStatus.NoSuchFile => "No such file or directory",
        SftpStatus.PermissionDenied => "Permission denied",
        SftpStatus.BadMessage => "The request is malformed",
        SftpStatus.OperationUnsupported => "The operation is not supported",
        _ => "Failure",
    };
}
