using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>
/// Removes values that have ended and counts those that have not, both now and then, by whoever writes one. From one count to the next no more are written than there was room for;
/// each node counts its own, so that several of them may write a little more.
/// </summary>
internal sealed class EphemeralRoom(SqlDialect dialect, SqlRunner runner, SqlTables tables, int maxValues, TimeProvider time) : IDisposable
{
    /// <summary>A transaction of this many rows is short; what is left is for the next one.</summary>
    public const int PurgeRows = 1000;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);

    // By whoever has the turn; the room also by all who write.
    private long _lookedAt;
    private volatile bool _isDue = true;
    private volatile bool _isFull;
    private long _room;

    /// <summary>Before a value is written. That nothing could be removed is no reason not to write.</summary>
    /// <exception cref="DataProviderException">Full: no value gives way before its end, as one may be the mark that something must not be used again.</exception>
    public async ValueTask MakeAsync(CancellationToken ct)
    {
        bool hasRoom = Interlocked.Decrement(ref _room) >= 0;
        if (hasRoom && !IsDue)
        {
            return;
        }

        // Who has room does not wait for somebody else's look, nor who will find none.
        if (!await _turn.WaitAsync(hasRoom || _isFull ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, ct).ConfigureAwait(false))
        {
            ThrowIf(!hasRoom);
            return;
        }

        try
        {
            hasRoom = hasRoom && !IsDue;
            if (!hasRoom && (IsDue || Interlocked.Decrement(ref _room) < 0))
            {
                await LookAsync(ct).ConfigureAwait(false);
                ThrowIf(Interlocked.Decrement(ref _room) < 0);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

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

    private bool IsDue => _isDue || time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= BetweenLooks;

    private async ValueTask LookAsync(CancellationToken ct)
    {
        try
        {
            int removed = await PurgeSomeAsync(Now, ct).ConfigureAwait(false);
            long? count = removed == PurgeRows
                ? null
                : await runner.ReadAsync((scope, token) => scope.NumberAsync(scope.Statement($"SELECT count(*) FROM {tables.Ephemeral}"), token), ct).ConfigureAwait(false);

            // What was removed made room, and the next one removes more.
            _isDue = count is null;
            SetRoom(count is { } known ? maxValues - known : Math.Min(PurgeRows, maxValues));
        }
        catch (DataProviderException exception)
        {
            _isDue = false;
            SetRoom(Math.Min(PurgeRows, maxValues));
            runner.LogNotDone($"purge of {tables.Ephemeral}", exception);
        }

        Volatile.Write(ref _lookedAt, time.GetTimestamp());
    }

    private void SetRoom(long room)
    {
        _isFull = room <= 0;
        Volatile.Write(ref _room, Math.Max(0, room));
    }

    private void ThrowIf(bool isFull)
    {
        if (isFull)
        {
            throw new DataProviderException($"The data provider is full: it holds at most {maxValues} values that have an end.");
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}
