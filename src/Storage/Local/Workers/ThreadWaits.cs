using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>How often the calling thread gave up its processor to wait for something (<c>ru_nvcsw</c>, getrusage(2)): what a disk or a lock does to it, and a busy machine does not.</summary>
internal static unsafe class ThreadWaits
{
    private const int ThisThread = 1; // RUSAGE_THREAD

    // struct rusage of 64-bit Linux: two timevals and fourteen longs, of which the thirteenth is ru_nvcsw.
    private const int Longs = 18;
    private const int VoluntarySwitches = 16;

    public static long Count()
    {
        long* usage = stackalloc long[Longs];
        return NativeMethods.GetResourceUsage(ThisThread, usage) == 0 ? usage[VoluntarySwitches] : Environment.TickCount64;
    }
}
