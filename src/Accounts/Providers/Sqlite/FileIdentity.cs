using System.Runtime.InteropServices;

namespace Hpc.Accounts.Sqlite;

/// <summary>Which file a path leads to: its device and inode. All zero where there is none, or the system does not say.</summary>
internal readonly unsafe partial record struct FileIdentity(ulong Device, ulong Inode)
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint WithInode = 0x100;      // STATX_INO

    public static FileIdentity Of(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        //  struct statx, 256 bytes: 32 ino (8), 136 dev_major (4), 140 dev_minor (4)
        Span<byte> buffer = stackalloc byte[256];
        fixed (byte* pointer = buffer)
        {
            if (StatX(CurrentDirectory, path, 0, WithInode, pointer) != 0)
            {
                return default;
            }
        }

        return new FileIdentity(MemoryMarshal.Read<ulong>(buffer[136..]), MemoryMarshal.Read<ulong>(buffer[32..]));
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint mask, byte* buffer);
}
