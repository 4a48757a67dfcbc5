namespace Hpc.Benchmarks.Actors;

/// <summary>An event that is set at the last of a number of steps. One thread steps, another waits; nothing is allocated.</summary>
internal sealed class Countdown : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly AutoResetEvent _done = new(false);
    private int _left;

    public void Start(int steps) => Volatile.Write(ref _left, steps);

    /// <summary>True until the last step.</summary>
    public bool Step()
    {
        if (Interlocked.Decrement(ref _left) > 0)
        {
            return true;
        }

        _done.Set();
        return false;
    }

    public void Wait()
    {
        if (!_done.WaitOne(Patience))
        {
            throw new TimeoutException("The actor did not get through its messages.");
        }
    }

    public void Dispose() => _done.Dispose();
}
