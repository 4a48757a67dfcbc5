using System.Runtime.InteropServices;
using System.Text;

namespace Hpc.Server.Hosting;

/// <summary>What the server asks of libc because System.IO has no word for it.</summary>
internal static unsafe partial class FileSystemCall
{
    public const int NoEntry = 2;        // ENOENT
    public const int AlreadyExists = 17; // EEXIST

    private const string LibC = "libc";
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>
    /// Sets the umask of the process to 0: from then on <c>storage.umask</c> alone decides about users' files,
    /// and whoever creates a file of the server's own names its mode.
    /// </summary>
    public static void ClearUmask() => _ = SetUmask(0);

    /// <summary>Creates one directory and none of its parents. Answers an error number, 0 for success.</summary>
    public static int MakeDirectory(string path, UnixFileMode mode)
    {
        fixed (byte* pointer = Terminated(path))
        {
            return MakeDirectory(pointer, (uint)mode) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Changes owner, group or both of what a path names, a link itself. Answers an error number, 0 for success.</summary>
    public static int ChangeOwner(string path, uint? user, uint? group)
    {
        fixed (byte* pointer = Terminated(path))
        {
            return ChangeLinkOwner(pointer, user ?? uint.MaxValue, group ?? uint.MaxValue) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Makes the names in a directory durable, as fsync(2) on a file does not.</summary>
    public static void SyncDirectory(string path)
    {
        int descriptor;
        fixed (byte* pointer = Terminated(path))
        {
            descriptor = Open(pointer, ReadOnlyCloseOnExec);
        }

        if (descriptor < 0)
        {
            throw Failed(path, Marshal.GetLastPInvokeError());
        }

        int errno = Sync(descriptor) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (errno != 0)
        {
            throw Failed(path, errno);
        }
    }

    private static IOException Failed(string path, int errno) =>
        new($"The directory '{path}' cannot be written to disk: {Marshal.GetPInvokeErrorMessage(errno)}.");

    private static byte[] Terminated(string path) => Encoding.UTF8.GetBytes(path + "\0");

    [LibraryImport(LibC, EntryPoint = "umask")]
    private static partial uint SetUmask(uint mask);

    [LibraryImport(LibC, EntryPoint = "mkdir", SetLastError = true)]
    private static partial int MakeDirectory(byte* path, uint mode);

    [LibraryImport(LibC, EntryPoint = "lchown", SetLastError = true)]
    private static partial int ChangeLinkOwner(byte* path, uint user, uint group);

    [LibraryImport(LibC, EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags);

    [LibraryImport(LibC, EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport(LibC, EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
