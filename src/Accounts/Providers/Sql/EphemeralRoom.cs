using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>Removes values that have ended and counts those that have not, both now and then, by whoever writes one.</summary>
internal sealed class EphemeralRoom(SqlDialect dialect, SqlRunner runner, SqlTables tables, int maxValues, TimeProvider time)
{
    /// <summary>A transaction of this many rows is short; what is left is for the next one.</summary>
    public const int PurgeRows = 1000;

    private const long MillisecondsBetweenLooks = 60_000;

    private long _nextLook;
    private int _isLooking;
    private volatile bool _isFull;

    /// <summary>Before a value is written. That nothing could be removed is no reason not to write.</summary>
    /// <exception cref="DataProviderException">Full: no value gives way before its end, as one may be the mark that something must not be used again.</exception>
    public async ValueTask MakeAsync(CancellationToken ct)
    {
        long now = Now;
        if (now >= Volatile.Read(ref _nextLook) && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            try
            {
                bool isDone = await LookAsync(now, ct).ConfigureAwait(false);
                Volatile.Write(ref _nextLook, isDone && !_isFull ? now + MillisecondsBetweenLooks : now);
            }
            catch (DataProviderException exception)
            {
                Volatile.Write(ref _nextLook, now + MillisecondsBetweenLooks);
                runner.LogNotDone($"purge of {tables.Ephemeral}", exception);
            }
            finally
            {
                Volatile.Write(ref _isLooking, 0);
            }
        }

        if (_isFull)
        {
            throw new DataProviderException($"The data provider is full: it holds at most {maxValues} values that have an end.");
        }
    }

    /// <summary>Removes what has ended, at most <see cref="PurgeRows"/>, and says how many.</summary>
    public Task<int> PurgeSomeAsync(long now, CancellationToken ct) =>
        runner.WriteAsync(
            async (scope, token) =>
            {
                SqlStatement look = scope.Statement($"SELECT name FROM {tables.Ephemeral} WHERE expires_at <= ").Number(now).Append(" ORDER BY expires_at LIMIT ").Number(PurgeRows);
                List<string> names = await scope.QueryAsync(look, reader => dialect.ReadName(reader, 0), token).ConfigureAwait(false);
                foreach (string[] some in names.Order(StringComparer.Ordinal).Chunk(SqlObjectStore.NamesOfStatement))
                {
                    // The end is asked for again: a value that was set anew in between stays.
                    await scope.ExecuteAsync(
                        scope.Statement($"DELETE FROM {tables.Ephemeral} WHERE name IN (").Names(some).Append(") AND expires_at <= ").Number(now),
                        token).ConfigureAwait(false);
                }

                return (names.Count, names.Count > 0);
            },
            wasCommitted: null,
            ct);

    // False if there is more to remove.
    private async ValueTask<bool> LookAsync(long now, CancellationToken ct)
    {
        if (await PurgeSomeAsync(now, ct).ConfigureAwait(false) == PurgeRows)
        {
            _isFull = false;
            return false;
        }

        long? count = await runner.ReadAsync((scope, token) => scope.NumberAsync(scope.Statement($"SELECT count(*) FROM {tables.Ephemeral}"), token), ct).ConfigureAwait(false);
        _isFull = count >= maxValues;
        return true;
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
