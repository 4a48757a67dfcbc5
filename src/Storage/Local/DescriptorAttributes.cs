using System.Globalization;
using System.Text;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>Attributes by descriptor, so that what was opened and what is changed are the same thing.</summary>
internal static unsafe class DescriptorAttributes
{
    private const uint Unchanged = uint.MaxValue;

    public static StorageResult<EntryAttributes> Get(int descriptor)
    {
        StorageError error = Get(descriptor, out StatXBuffer stat);
        return error == StorageError.None ? stat.ToAttributes() : error;
    }

    /// <summary>All that the kernel says of what is open.</summary>
    public static StorageError Get(int descriptor, out StatXBuffer stat)
    {
        byte empty = 0;
        fixed (StatXBuffer* pointer = &stat)
        {
            return NativeMethods.StatX(descriptor, &empty, OpenFlag.AtEmptyPath, StatXBuffer.BasicStats, pointer) == 0
                ? StorageError.None
                : Errno.ToStorageError(NativeMethods.LastErrno);
        }
    }

    /// <summary>Length of an open file; false if the kernel does not say.</summary>
    public static bool TryGetSize(int descriptor, out long size)
    {
        byte empty = 0;
        StatXBuffer stat = default;
        bool isKnown = NativeMethods.StatX(descriptor, &empty, OpenFlag.AtEmptyPath, StatXBuffer.SizeOnly, &stat) == 0;
        size = (long)Math.Min(stat.Size, long.MaxValue);
        return isKnown;
    }

    /// <summary>Device (<c>st_dev</c>), inode and mount of what is open, or null if the kernel does not say. None of them ever changes, so no network file system is asked. Before Linux 5.8 the mount is null.</summary>
    public static (ulong Device, ulong Inode, ulong? Mount)? GetIdentity(int descriptor)
    {
        byte empty = 0;
        StatXBuffer stat = default;
        return NativeMethods.StatX(descriptor, &empty, OpenFlag.AtEmptyPath | OpenFlag.AtStatXDoNotSync, StatXBuffer.InodeOnly | StatXBuffer.MountId, &stat) == 0
            ? (stat.Device, stat.Inode, (stat.Mask & StatXBuffer.MountId) != 0 ? stat.Mount : null)
            : null;
    }

    /// <summary>Device and inode of what a path leads to; default if it leads nowhere.</summary>
    public static FileIdentity GetIdentity(string path)
    {
        StatXBuffer stat = default;
        fixed (byte* pointer = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return NativeMethods.StatX(OpenFlag.AtCurrentDirectory, pointer, 0, StatXBuffer.InodeOnly, &stat) == 0
                ? new FileIdentity(stat.Device, stat.Inode)
                : default;
        }
    }

    public static StorageResult<SpaceInfo> GetSpace(int descriptor)
    {
        FileSystemStatBuffer stat = default;
        return NativeMethods.FileSystemStat(descriptor, &stat) == 0
            ? stat.ToSpaceInfo()
            : Errno.ToStorageError(NativeMethods.LastErrno);
    }

    /// <summary>
    /// Changes all but the size through a descriptor opened with O_PATH, which may be that of a link.
    /// Every change is tried; the first that fails is the answer.
    /// </summary>
    public static StorageResult SetByHandle(int descriptor, AttributeChanges changes) =>
        Set(descriptor, changes, &ChangeModeByHandle, &SetTimesByHandle);

    /// <summary>Changes all but the size through a descriptor opened for reading or writing.</summary>
    public static StorageResult SetByOpenFile(int descriptor, AttributeChanges changes) =>
        Set(descriptor, changes, &ChangeModeByOpenFile, &SetTimesByOpenFile);

    private static StorageResult Set(
        int descriptor,
        AttributeChanges changes,
        delegate*<int, uint, int> changeMode,
        delegate*<int, TimeSpecification*, int> setTimes)
    {
        StorageResult result = StorageResult.Success;
        if (changes.UserId is not null || changes.GroupId is not null)
        {
            byte empty = 0;
            Keep(ref result, LocalTree.ToResult(NativeMethods.ChangeOwnerAt(
                descriptor, &empty, changes.UserId ?? Unchanged, changes.GroupId ?? Unchanged, OpenFlag.AtEmptyPath)));
        }

        if (changes.Permissions is { } permissions)
        {
            Keep(ref result, SetPermissions(descriptor, permissions, changeMode));
        }

        if (changes.AccessTime is not null || changes.ModificationTime is not null)
        {
            Keep(ref result, SetTimes(descriptor, changes, setTimes));
        }

        return result;
    }

    private static void Keep(ref StorageResult first, StorageResult next)
    {
        if (first.IsSuccess)
        {
            first = next;
        }
    }

    private static StorageResult SetPermissions(int descriptor, uint permissions, delegate*<int, uint, int> changeMode)
    {
        StorageResult<EntryAttributes> attributes = Get(descriptor);
        if (!attributes.IsSuccess)
        {
            return attributes.Error;
        }

        return attributes.Value.Type == EntryType.SymbolicLink
            ? StorageError.NotSupported
            : LocalTree.ToResult(changeMode(descriptor, ModeBits.Settable(permissions, attributes.Value.Type)));
    }

    private static StorageResult SetTimes(
        int descriptor, AttributeChanges changes, delegate*<int, TimeSpecification*, int> setTimes)
    {
        if (!TimeSpecification.TryCreate(changes.AccessTime, out TimeSpecification access)
            || !TimeSpecification.TryCreate(changes.ModificationTime, out TimeSpecification modification))
        {
            return StorageError.InvalidArgument;
        }

        TimeSpecification* times = stackalloc TimeSpecification[2] { access, modification };
        return LocalTree.ToResult(setTimes(descriptor, times));
    }

    private static int ChangeModeByOpenFile(int descriptor, uint mode) => NativeMethods.ChangeMode(descriptor, mode);

    private static int SetTimesByOpenFile(int descriptor, TimeSpecification* times) => NativeMethods.SetTimes(descriptor, times);

    private static int ChangeModeByHandle(int descriptor, uint mode)
    {
        byte empty = 0;
        if (NativeMethods.ChangeModeAt2(SystemCall.ChangeModeAt2, descriptor, &empty, (nint)mode, OpenFlag.AtEmptyPath) == 0)
        {
            return 0;
        }

        // fchmodat2 is there since Linux 6.6; EPERM is also what a seccomp filter answers to a call that it does not know.
        if (NativeMethods.LastErrno is not (Errno.NotImplemented or Errno.NotPermitted))
        {
            return -1;
        }

        return ChangeModeThroughProc(descriptor, mode);
    }

    /// <summary>What kernels without fchmodat2 need. A link cannot be changed this way: it answers EOPNOTSUPP.</summary>
    internal static int ChangeModeThroughProc(int descriptor, uint mode)
    {
        fixed (byte* path = OwnDescriptorPath(descriptor))
        {
            return NativeMethods.ChangeMode(path, mode);
        }
    }

    private static int SetTimesByHandle(int descriptor, TimeSpecification* times)
    {
        byte empty = 0;
        if (NativeMethods.SetTimesAt(descriptor, &empty, times, OpenFlag.AtEmptyPath) == 0)
        {
            return 0;
        }

        // AT_EMPTY_PATH works here since Linux 5.8.
        if (NativeMethods.LastErrno != Errno.Invalid)
        {
            return -1;
        }

        return SetTimesThroughProc(descriptor, times);
    }

    /// <summary>What kernels need whose utimensat takes no empty path.</summary>
    internal static int SetTimesThroughProc(int descriptor, TimeSpecification* times)
    {
        fixed (byte* path = OwnDescriptorPath(descriptor))
        {
            return NativeMethods.SetTimesAt(OpenFlag.AtCurrentDirectory, path, times, 0);
        }
    }

    // The one magic link that is followed: it names a descriptor of ours, and no part of it comes from a peer.
    private static byte[] OwnDescriptorPath(int descriptor) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{descriptor}\0"));
}
