using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>Lets so many writers of one kind have a connection at once, so that those who wait for each other's rows leave connections to readers. So many wait; more are refused.</summary>
internal sealed class WriterGate(int writers) : IDisposable
{
    private const int MaxWaiting = 4096;

    private readonly SemaphoreSlim _slots = new(writers);
    private int _waiting;

    /// <summary>Runs work when it is its turn.</summary>
    public async Task<T> RunAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new DataProviderException($"The database does not keep up: {MaxWaiting} changes wait for it.");
        }

        try
        {
            await _slots.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
