using System.Runtime.InteropServices;

namespace Hpc.Storage.Local.Native;

/// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TimeSpecification(long seconds, long nanoseconds)
{
    /// <summary>UTIME_OMIT: leave this time as it is.</summary>
    private const long Omit = (1 << 30) - 2;

    private const int NanosecondsPerSecond = 1_000_000_000;

    public readonly long Seconds = seconds;
    public readonly long Nanoseconds = nanoseconds;

    public static bool TryCreate(FileTime? time, out TimeSpecification specification)
    {
        specification = time is { } given ? new(given.Seconds, given.Nanoseconds) : new(0, Omit);
        return time is not { Nanoseconds: < 0 or >= NanosecondsPerSecond };
    }
}
