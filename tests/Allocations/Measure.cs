namespace Hpc.Allocations.Tests;

/// <summary>Counts allocated bytes. The least of several tries counts: what else goes on in the process can only add to one.</summary>
internal static class Measure
{
    private const int WarmUps = 20;
    private const int Tries = 20;
    private const int Repeats = 10;

    /// <summary>Bytes that the calling thread allocates per operation, rounded up.</summary>
    /// <param name="run">Runs a number of operations, all on the calling thread.</param>
    /// <param name="operations">How many.</param>
    public static long OnThread(Action run, int operations = 1)
    {
        Repeat(run, WarmUps);
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Repeat(run, Repeats);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return PerOperation(least, (long)operations * Repeats);
    }

    /// <summary>Bytes that the process allocates per operation, rounded up.</summary>
    public static async Task<long> InProcessAsync(Func<Task> run, long operations, int warmUps, int tries)
    {
        for (int i = 0; i < warmUps; i++)
        {
            await run();
        }

        long least = long.MaxValue;
        for (int i = 0; i < tries && least > 0; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await run();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return PerOperation(least, operations);
    }

    /// <summary>Bytes of managed objects that stay while what <paramref name="makeAsync"/> makes is alive, for each of <paramref name="count"/>.</summary>
    public static async Task<long> RetainedAsync<T>(Func<Task<T>> makeAsync, Func<T, Task> releaseAsync, int count, int tries)
        where T : class
    {
        // All of it stays until the end: what is released may be held for a while by what says good-bye, and would be missing in the next try.
        var made = new List<T>();
        long least = long.MaxValue;
        for (int i = 0; i <= tries; i++)
        {
            long before = Live();
            made.Add(await makeAsync());
            least = i == 0 ? least : Math.Min(least, Live() - before);
        }

        foreach (T one in made)
        {
            await releaseAsync(one);
        }

        return PerOperation(least, count);
    }

    private static void Repeat(Action run, int times)
    {
        for (int i = 0; i < times; i++)
        {
            run();
        }
    }

    private static long PerOperation(long bytes, long operations) => (Math.Max(bytes, 0) + operations - 1) / operations;

    private static long Live()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        return GC.GetTotalMemory(forceFullCollection: false);
    }
}
