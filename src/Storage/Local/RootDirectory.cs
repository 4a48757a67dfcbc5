using System.Text;
using Hpc.Storage.Local.Confinement;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>Opens the directory that a file system is confined to.</summary>
internal static unsafe class RootDirectory
{
    private const int FileSizeSignal = 25; // SIGXFSZ
    private const nint Ignore = 1;         // SIG_IGN

    // What worked once works for as long as the process lives.
    private static bool s_isKernelKnown;
    private static int s_isSignalIgnored;

    public static KernelSupport ProbeKernel()
    {
        int errno;
        fixed (byte* here = ".\0"u8)
        {
            errno = KernelResolver.TryOpen(OpenFlag.AtCurrentDirectory, here, OpenFlag.DirectoryHandle, 0, OpenHow.ResolveBeneath, out int descriptor);
            if (errno == 0)
            {
                _ = NativeMethods.Close(descriptor);
            }
        }

        KernelSupport support = errno switch
        {
            Errno.NotImplemented => new(false,
                "The kernel has no openat2, which confines paths to a user's directory (Linux 5.6 or later has it). Choose the portable confinement instead."),
            Errno.NotPermitted => new(false,
                "openat2, which confines paths to a user's directory, is forbidden here, as by an old seccomp profile of a container. Allow it or choose the portable confinement instead."),
            _ => new(true, ""),
        };
        if (support.IsSupported)
        {
            Volatile.Write(ref s_isKernelKnown, true);
        }

        return support;
    }

    public static SafeDescriptor Open(string path, LocalFileSystemOptions options, out byte[] realPath)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("Local storage needs Linux.");
        }

        if (!IsConfinementKnown(options) && ProbeKernel() is { IsSupported: false } support)
        {
            throw new IOException(support.Explanation);
        }

        IgnoreSizeSignal();
        bool isNew = options.CreateRoot && !Directory.Exists(path);
        if (isNew)
        {
            Directory.CreateDirectory(path, (UnixFileMode)(ModeBits.DefaultDirectory & ~options.Umask));
        }

        byte[] terminated = [.. PathText.Encode(Path.GetFullPath(path)), 0];
        int descriptor;
        fixed (byte* pointer = terminated)
        {
            descriptor = NativeMethods.OpenAt(OpenFlag.AtCurrentDirectory, pointer, OpenFlag.DirectoryHandle, 0);
        }

        if (descriptor < 0)
        {
            throw CannotOpen(path, Errno.ToStorageError(NativeMethods.LastErrno));
        }

        var root = new SafeDescriptor(descriptor);
        if (isNew && NewOwner.Of(options).Give(descriptor) is { IsSuccess: false } refused)
        {
            root.Dispose();
            Directory.Delete(path);
            throw new IOException($"The directory '{path}' was created and cannot be given its owner: {refused.Error}.");
        }

        realPath = RealPath(descriptor, terminated);
        return root;
    }

    /// <summary>
    /// Opens a directory if that can be done without waiting for a disk or another machine: the kernel has all of its path in memory.
    /// Null says nothing about the directory: <see cref="Open"/> it.
    /// </summary>
    public static SafeDescriptor? TryOpenCached(string path, LocalFileSystemOptions options, out byte[] realPath)
    {
        realPath = [];
        if (!OperatingSystem.IsLinux() || !Path.IsPathFullyQualified(path) || path.Contains('\0', StringComparison.Ordinal) || !IsConfinementKnown(options))
        {
            return null;
        }

        byte[] terminated = [.. PathText.Encode(Path.GetFullPath(path)), 0];
        if (TryOpenCached(terminated, out int descriptor) != 0)
        {
            return null;
        }

        IgnoreSizeSignal();
        realPath = RealPath(descriptor, terminated);
        return new SafeDescriptor(descriptor);
    }

    /// <summary>The error number: EAGAIN where the kernel would have to look further, ENOSYS or EINVAL where it cannot do this, or what is wrong with the directory.</summary>
    internal static int TryOpenCached(ReadOnlySpan<byte> terminatedPath, out int descriptor)
    {
        var how = new OpenHow { Flags = (uint)OpenFlag.DirectoryHandle, Resolve = OpenHow.ResolveCached };
        fixed (byte* pointer = terminatedPath)
        {
            descriptor = (int)NativeMethods.OpenAt2(SystemCall.OpenAt2, OpenFlag.AtCurrentDirectory, pointer, &how, sizeof(OpenHow));
        }

        return descriptor >= 0 ? 0 : NativeMethods.LastErrno;
    }

    private static bool IsConfinementKnown(LocalFileSystemOptions options) =>
        options.Confinement != FileSystemConfinement.Kernel || Volatile.Read(ref s_isKernelKnown);

    private static void IgnoreSizeSignal()
    {
        if (Interlocked.Exchange(ref s_isSignalIgnored, 1) == 0)
        {
            // A write past RLIMIT_FSIZE then answers EFBIG and does not end the process.
            _ = NativeMethods.SetSignalHandler(FileSizeSignal, Ignore);
        }
    }

    private static IOException CannotOpen(string path, StorageError error) => error switch
    {
        StorageError.NotFound => new DirectoryNotFoundException($"The directory '{path}' does not exist."),
        StorageError.NotDirectory => new IOException($"'{path}' is not a directory."),
        _ => new IOException($"The directory '{path}' cannot be opened: {error}."),
    };

    // The text of the descriptor's entry in /proc is its path without links; without /proc the path as it was given does.
    private static byte[] RealPath(int descriptor, byte[] given)
    {
        byte[] name = Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}");
        return LinkText.Read(OpenFlag.AtCurrentDirectory, name, out byte[] real) == 0 ? real : given[..^1];
    }
}
