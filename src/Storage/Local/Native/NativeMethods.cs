using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace Hpc.Storage.Local.Native;

/// <summary>The calls of libc that files below a root need. Descriptors are plain numbers: who passes one keeps it open.</summary>
internal static unsafe partial class NativeMethods
{
    private const string LibC = "libc";

    public static int LastErrno => Marshal.GetLastPInvokeError();

    [LibraryImport(LibC, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint OpenAt2(nint number, nint directory, byte* path, OpenHow* how, nint size);

    [LibraryImport(LibC, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint ChangeModeAt2(nint number, nint directory, byte* path, nint mode, nint flags);

    [LibraryImport(LibC, EntryPoint = "syscall", SetLastError = true)]
    public static partial nint GetDirectoryEntries(nint number, nint descriptor, byte* buffer, nint length);

    [LibraryImport(LibC, EntryPoint = "openat", SetLastError = true)]
    public static partial int OpenAt(int directory, byte* path, int flags, uint mode);

    [LibraryImport(LibC, EntryPoint = "getrusage")]
    public static partial int GetResourceUsage(int who, long* usage);

    [LibraryImport(LibC, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport(LibC, EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(int directory, byte* path, int flags, uint mask, StatXBuffer* buffer);

    [LibraryImport(LibC, EntryPoint = "fstatvfs", SetLastError = true)]
    public static partial int FileSystemStat(int descriptor, FileSystemStatBuffer* buffer);

    [LibraryImport(LibC, EntryPoint = "mkdirat", SetLastError = true)]
    public static partial int MakeDirectoryAt(int directory, byte* name, uint mode);

    [LibraryImport(LibC, EntryPoint = "unlinkat", SetLastError = true)]
    public static partial int UnlinkAt(int directory, byte* name, int flags);

    [LibraryImport(LibC, EntryPoint = "renameat2", SetLastError = true)]
    public static partial int RenameAt2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    [LibraryImport(LibC, EntryPoint = "linkat", SetLastError = true)]
    public static partial int LinkAt(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport(LibC, EntryPoint = "symlinkat", SetLastError = true)]
    public static partial int SymbolicLinkAt(byte* target, int directory, byte* name);

    [LibraryImport(LibC, EntryPoint = "readlinkat", SetLastError = true)]
    public static partial nint ReadLinkAt(int directory, byte* name, byte* buffer, nuint length);

    [LibraryImport(LibC, EntryPoint = "utimensat", SetLastError = true)]
    public static partial int SetTimesAt(int directory, byte* path, TimeSpecification* times, int flags);

    [LibraryImport(LibC, EntryPoint = "futimens", SetLastError = true)]
    public static partial int SetTimes(int descriptor, TimeSpecification* times);

    [LibraryImport(LibC, EntryPoint = "fchownat", SetLastError = true)]
    public static partial int ChangeOwnerAt(int directory, byte* path, uint user, uint group, int flags);

    [LibraryImport(LibC, EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(int descriptor, uint mode);

    [LibraryImport(LibC, EntryPoint = "chmod", SetLastError = true)]
    public static partial int ChangeMode(byte* path, uint mode);

    [LibraryImport(LibC, EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int Truncate(int descriptor, long length);

    [LibraryImport(LibC, EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int descriptor);

    [LibraryImport(LibC, EntryPoint = "posix_fadvise")]
    public static partial int Advise(int descriptor, long offset, long length, int advice);

    [LibraryImport(LibC, EntryPoint = "preadv2", SetLastError = true)]
    public static partial nint ReadVector(int descriptor, PinnedSegment* segments, int count, long offset, int flags);

    [LibraryImport(LibC, EntryPoint = "sendfile", SetLastError = true)]
    public static partial nint SendFile(int socket, int descriptor, long* offset, nuint length);

    [LibraryImport(LibC, EntryPoint = "pwritev", SetLastError = true)]
    public static partial nint WriteVector(int descriptor, PinnedSegment* segments, int count, long offset);

    [LibraryImport(LibC, EntryPoint = "writev", SetLastError = true)]
    public static partial nint AppendVector(int descriptor, PinnedSegment* segments, int count);

    [LibraryImport(LibC, EntryPoint = "copy_file_range", SetLastError = true)]
    public static partial nint CopyFileRange(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);

    [LibraryImport(LibC, EntryPoint = "fgetxattr", SetLastError = true)]
    public static partial nint GetExtendedAttribute(int descriptor, byte* name, byte* value, nuint length);

    [LibraryImport(LibC, EntryPoint = "fsetxattr", SetLastError = true)]
    public static partial int SetExtendedAttribute(int descriptor, byte* name, byte* value, nuint length, int flags);

    [LibraryImport(LibC, EntryPoint = "fremovexattr", SetLastError = true)]
    public static partial int RemoveExtendedAttribute(int descriptor, byte* name);

    [LibraryImport(LibC, EntryPoint = "signal", SetLastError = true)]
    public static partial nint SetSignalHandler(int signal, nint handler);
}
