namespace Hpc.Providers.Tests.Servers;

/// <summary>A node that stops before its first commit, with all locks held, until it is released.</summary>
internal sealed class StuckCommit : IStatementObserver, IDisposable
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _released = new();
    private int _isStuck;

    public Task Reached => _reached.Task;

    public void Release() => _released.Set();

    public void Dispose() => _released.Dispose();

    public void OnStatement(string text, bool isInTransaction)
    {
    }

    public void OnCommit()
    {
        if (Interlocked.Exchange(ref _isStuck, 1) == 0)
        {
            _reached.SetResult();
            _released.Wait();
        }
    }

    public void OnCommitted()
    {
    }
}
