namespace Hpc.Storage;

/// <summary>Why a storage operation did not happen. Each protocol translates it to its own codes in exactly one place.</summary>
public enum StorageError
{
    /// <summary>No error.</summary>
    None = 0,

    /// <summary>The path, or a directory on the way to it, does not exist.</summary>
    NotFound,

    /// <summary>Permissions, a policy or the jail forbid the operation.</summary>
    AccessDenied,

    /// <summary>The target exists and the operation does not replace.</summary>
    AlreadyExists,

    /// <summary>A file was needed and the path is a directory.</summary>
    IsDirectory,

    /// <summary>A directory was needed and the path is something else.</summary>
    NotDirectory,

    /// <summary>The directory still has entries.</summary>
    DirectoryNotEmpty,

    /// <summary>Source and target are on different devices or mounts.</summary>
    CrossDevice,

    /// <summary>The file system, its inode table or its quota is full.</summary>
    NoSpace,

    /// <summary>A configured quota (not the device) is used up.</summary>
    QuotaExceeded,

    /// <summary>A file or write would pass the largest size that the backend or a policy allows.</summary>
    TooLarge,

    /// <summary>A name or path is longer than the backend takes (255 bytes a name on Linux).</summary>
    NameTooLong,

    /// <summary>A value in the request makes no sense to the backend.</summary>
    InvalidArgument,

    /// <summary>Too many symbolic links on the way, or a link where none is allowed.</summary>
    LinkLoop,

    /// <summary>The backend is mounted or configured read-only.</summary>
    ReadOnly,

    /// <summary>The backend cannot do this at all.</summary>
    NotSupported,

    /// <summary>Another process or session holds the file.</summary>
    Busy,

    /// <summary>A bound on open files, workers or memory was reached; trying later may work.</summary>
    LimitReached,

    /// <summary>The operation was cancelled or its session ended.</summary>
    Cancelled,

    /// <summary>The backend failed (device error, connection lost).</summary>
    IoError,

    /// <summary>What is in use cannot be counted now, because the store that keeps it does not answer; trying later may work.</summary>
    Unavailable,
}
