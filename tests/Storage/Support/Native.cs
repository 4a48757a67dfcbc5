using System.Runtime.InteropServices;
using System.Text;

namespace Hpc.Storage.Tests.Support;

/// <summary>What only the operating system can set up for a test.</summary>
internal static unsafe partial class Native
{
    private const uint CharacterDevice = 0x2000;

    public static void MakePipe(string path)
    {
        fixed (byte* pointer = Terminated(path))
        {
            MakeFifo(pointer, 0x1B6).ShouldBe(0);
        }
    }

    /// <summary>False where only a privileged user may make devices.</summary>
    public static bool TryMakeNullDevice(string path)
    {
        fixed (byte* pointer = Terminated(path))
        {
            return MakeNode(pointer, CharacterDevice | 0x1B6, (1 << 8) | 3) == 0;
        }
    }

    public static bool TryMountSmallTemporary(string path, int kilobytes)
    {
        fixed (byte* type = Terminated("tmpfs"), target = Terminated(path), data = Terminated($"size={kilobytes}k"))
        {
            return Mount(type, target, type, 0, data) == 0;
        }
    }

    public static void Unmount(string path)
    {
        fixed (byte* pointer = Terminated(path))
        {
            Unmount(pointer).ShouldBe(0);
        }
    }

    /// <summary>Swaps two names in one step.</summary>
    public static void Exchange(string first, string second)
    {
        fixed (byte* a = Terminated(first), b = Terminated(second))
        {
            RenameAt2(-100, a, -100, b, 2).ShouldBe(0);
        }
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + "\0");

    [LibraryImport("libc", EntryPoint = "mkfifo")]
    private static partial int MakeFifo(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "mknod")]
    private static partial int MakeNode(byte* path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "mount")]
    private static partial int Mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport("libc", EntryPoint = "umount")]
    private static partial int Unmount(byte* target);

    [LibraryImport("libc", EntryPoint = "renameat2")]
    private static partial int RenameAt2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);
}
