using System.Runtime.InteropServices;

namespace Hpc.Storage.Local.Native;

/// <summary>Numbers of system calls that libc does not wrap everywhere.</summary>
internal static class SystemCall
{
    public const int OpenAt2 = 437;
    public const int ChangeModeAt2 = 452;

    public static readonly int GetDirectoryEntries = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 217 : 61;
}
