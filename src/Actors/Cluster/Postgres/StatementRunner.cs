using Npgsql;

namespace Hpc.Actors.Cluster.Postgres;

/// <summary>
/// Runs statements, so many at a time and so many waiting; each is done again for a bounded number of times if nothing of it was done, or if it may be done twice.
/// Work runs on the thread pool, and so does what follows it. Who stops waiting leaves the connection to the statement until it ends.
/// </summary>
internal sealed class StatementRunner(NpgsqlDataSource source, string target, int slots, int maxWaiting) : IAsyncDisposable
{
    // Locks are taken in an order that leaves few ways to conflict.
    private const int MaxConflicts = 5;

    // A server that was started again has ended every pooled connection: the first attempt finds that out.
    private const int MaxLostConnections = 1;

    private readonly SemaphoreSlim _slots = new(slots);
    private int _waiting;

    /// <summary>Runs a statement that may be done twice.</summary>
    public async ValueTask<T> RunAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> statement, TimeSpan limit, CancellationToken ct)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(limit);
        CancellationToken token = bounded.Token;
        try
        {
            await EnterAsync(token).ConfigureAwait(false);
            Task<T> running = Task.Run(() => WorkAsync(statement, token), CancellationToken.None);
            T result = await running.WaitAsync(token).ConfigureAwait(false);
            await SocketThread.Leave();
            return result;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new PostgresEngineException($"The cluster's database {target} did not answer within {limit.TotalSeconds:0.#} s.");
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException or InvalidOperationException)
        {
            throw exception is PostgresException { SqlState: "HPC01" } full
                ? new ClusterFullException(full.MessageText)
                : new PostgresEngineException($"The cluster's database {target} does not work: {exception.Message}", exception);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task EnterAsync(CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > maxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new PostgresEngineException($"The cluster's database {target} does not keep up: {maxWaiting} statements wait for it.");
        }

        try
        {
            await _slots.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<T> WorkAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> statement, CancellationToken ct)
    {
        try
        {
            return await AttemptAsync(statement, ct).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<T> AttemptAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> statement, CancellationToken ct)
    {
        int conflicts = 0;
        int lost = 0;
        while (true)
        {
            try
            {
                NpgsqlConnection connection = await source.OpenConnectionAsync(ct).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    await SocketThread.Leave();
                    return await statement(connection, ct).ConfigureAwait(false);
                }
            }
            catch (PostgresException conflict) when (IsConflict(conflict) && conflicts < MaxConflicts)
            {
                conflicts++;
            }
            catch (NpgsqlException gone) when (IsLost(gone) && lost < MaxLostConnections)
            {
                lost++;
                source.Clear();
            }

            // Those who met do not meet again.
            await Task.Delay(TimeSpan.FromMilliseconds(1 + (Random.Shared.NextDouble() * 10 * conflicts)), ct).ConfigureAwait(false);
        }
    }

    private static bool IsConflict(PostgresException exception) => exception.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private static bool IsLost(NpgsqlException exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown }
        || exception.InnerException is IOException or System.Net.Sockets.SocketException;
}
