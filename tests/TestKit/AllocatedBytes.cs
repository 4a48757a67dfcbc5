namespace Hpc.TestKit;

/// <summary>
/// What a piece of work allocates on the calling thread. The least of several tries: a collection that another test causes in between counts the unused rest
/// of the thread's allocation context, which is several KiB.
/// </summary>
public static class AllocatedBytes
{
    private const int Tries = 10;

    /// <summary>Runs the work until it has allocated nothing, at most ten times; returns the least that one run allocated.</summary>
    public static long Least(Action work) => Least(_ => work());

    /// <summary>As <see cref="Least(Action)"/>, with the number of the try, from 0 to 9.</summary>
    public static long Least(Action<int> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        long least = long.MaxValue;
        for (int i = 0; i < Tries && least > 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work(i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
