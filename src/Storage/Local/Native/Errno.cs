namespace Hpc.Storage.Local.Native;

/// <summary>Error numbers of Linux and the one table that translates them.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;           // EPERM
    public const int NoEntry = 2;                // ENOENT
    public const int Interrupted = 4;            // EINTR
    public const int NoDeviceOrAddress = 6;      // ENXIO
    public const int BadDescriptor = 9;          // EBADF
    public const int Again = 11;                 // EAGAIN
    public const int NoMemory = 12;              // ENOMEM
    public const int Access = 13;                // EACCES
    public const int Busy = 16;                  // EBUSY
    public const int Exists = 17;                // EEXIST
    public const int CrossDevice = 18;           // EXDEV
    public const int NoDevice = 19;              // ENODEV
    public const int NotDirectory = 20;          // ENOTDIR
    public const int IsDirectory = 21;           // EISDIR
    public const int Invalid = 22;               // EINVAL
    public const int SystemFileLimit = 23;       // ENFILE
    public const int ProcessFileLimit = 24;      // EMFILE
    public const int NotTypewriter = 25;         // ENOTTY
    public const int TextBusy = 26;              // ETXTBSY
    public const int FileTooBig = 27;            // EFBIG
    public const int NoSpace = 28;               // ENOSPC
    public const int ReadOnlyFileSystem = 30;    // EROFS
    public const int TooManyLinks = 31;          // EMLINK
    public const int Range = 34;                 // ERANGE
    public const int NameTooLong = 36;           // ENAMETOOLONG
    public const int NotImplemented = 38;        // ENOSYS
    public const int NotEmpty = 39;              // ENOTEMPTY
    public const int Loop = 40;                  // ELOOP
    public const int NoData = 61;                // ENODATA
    public const int Overflow = 75;              // EOVERFLOW
    public const int NotSupported = 95;          // EOPNOTSUPP
    public const int Stale = 116;                // ESTALE
    public const int QuotaExceeded = 122;        // EDQUOT

    public static StorageError ToStorageError(int errno) => errno switch
    {
        NoEntry or NoData or Stale => StorageError.NotFound,
        NotPermitted or Access => StorageError.AccessDenied,
        // A descriptor that is open, but not for this.
        BadDescriptor => StorageError.AccessDenied,
        Exists => StorageError.AlreadyExists,
        IsDirectory => StorageError.IsDirectory,
        NotDirectory => StorageError.NotDirectory,
        NotEmpty => StorageError.DirectoryNotEmpty,
        CrossDevice => StorageError.CrossDevice,
        NoSpace or QuotaExceeded => StorageError.NoSpace,
        FileTooBig or Overflow => StorageError.TooLarge,
        NameTooLong => StorageError.NameTooLong,
        Invalid or Range => StorageError.InvalidArgument,
        Loop => StorageError.LinkLoop,
        ReadOnlyFileSystem => StorageError.ReadOnly,
        NotSupported or NotImplemented or NotTypewriter => StorageError.NotSupported,
        Busy or TextBusy or Again => StorageError.Busy,
        SystemFileLimit or ProcessFileLimit or NoMemory or TooManyLinks => StorageError.LimitReached,
        _ => StorageError.IoError,
    };
}
