using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Hpc.Transport.Listening;

/// <summary>
/// Keeps some file descriptors for what is not a connection: files, the database, assemblies that are loaded late.
/// The kernel gives out the lowest free number, so a high one says that few are left.
/// </summary>
internal static unsafe partial class DescriptorReserve
{
    private const int ResourceNoFile = 7;

    private static readonly long Highest = FindHighest();

    public static bool IsReached(Socket socket) => socket.Handle >= Highest;

    // A sixteenth of the limit, within reason.
    internal static long HighestFor(long limit) => limit - Math.Clamp(limit / 16, 32, 1024);

    private static long FindHighest()
    {
        ResourceLimit limit;
        return OperatingSystem.IsLinux() && GetResourceLimit(ResourceNoFile, &limit) == 0 && limit.Soft < int.MaxValue
            ? HighestFor((long)limit.Soft)
            : long.MaxValue;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetResourceLimit(int resource, ResourceLimit* limit);

    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
