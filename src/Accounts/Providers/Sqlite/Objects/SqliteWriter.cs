using Dapper;
using Hpc.Accounts.Data;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Writes of many callers in one transaction: while one is synchronised to disk, the next ones gather, and each commit pays for all of them.
/// Each piece of work has a savepoint of its own, and none sees that of another that failed.
/// </summary>
internal sealed class SqliteWriter(SqliteDatabase database)
{
    // As much as is done within some tens of milliseconds, for which readers of other processes' writes wait.
    private const int MaxBatch = 256;

    // Beyond this the database does not keep up and callers are refused.
    private const int MaxWaiting = 4096;

    // Guards all below; held for the microsecond of an addition.
    private readonly Lock _gate = new();
    private readonly Queue<SqliteWrite> _waiting = new();
    private bool _isWriting;
    private Task _writing = Task.CompletedTask;

    /// <summary>Does the work and keeps what it wrote, unless it says that nothing is to be kept. Ends when it is on disk.</summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, Predicate<T> isKept, CancellationToken ct)
    {
        var write = new SqliteWrite<T>(work, isKept, ct);
        lock (_gate)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                throw new DataProviderException($"The database does not keep up: {MaxWaiting} changes wait for it.");
            }

            _waiting.Enqueue(write);
            if (!_isWriting)
            {
                // It tells everybody who waits what became of it, and throws nothing.
                _isWriting = true;
                _writing = Task.Run(WriteAllAsync, CancellationToken.None);
            }
        }

        return write.Task;
    }

    /// <summary>Ends when nothing waits to be written.</summary>
    public Task WhenWritten()
    {
        lock (_gate)
        {
            return _writing;
        }
    }

    private async Task WriteAllAsync()
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            try
            {
                await database.RunAsync(connection => Write(connection, batch), CancellationToken.None).ConfigureAwait(false);
                batch.ForEach(static write => write.Complete());
            }
            catch (Exception exception)
            {
                batch.ForEach(write => write.Fail(exception));
            }
        }
    }

    private List<SqliteWrite> TakeBatch()
    {
        var batch = new List<SqliteWrite>();
        lock (_gate)
        {
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out SqliteWrite? write))
            {
                batch.Add(write);
            }

            _isWriting = batch.Count > 0;
        }

        return batch;
    }

    private static bool Write(SqliteConnection connection, List<SqliteWrite> batch)
    {
        connection.Execute("BEGIN IMMEDIATE;");
        try
        {
            foreach (SqliteWrite write in batch)
            {
                connection.Execute("SAVEPOINT change;");
                if (!TryRun(write, connection))
                {
                    connection.Execute("ROLLBACK TO change;");
                }

                connection.Execute("RELEASE change;");
            }

            connection.Execute("COMMIT;");
            return true;
        }
        catch
        {
            if (IsInTransaction(connection))
            {
                connection.Execute("ROLLBACK;");
            }

            throw;
        }
    }

    // What ends the whole transaction (a full disk) is the fault of all.
    private static bool TryRun(SqliteWrite write, SqliteConnection connection)
    {
        try
        {
            return write.Run(connection);
        }
        catch (Exception exception) when (IsInTransaction(connection))
        {
            write.Fail(exception);
            return false;
        }
    }

    private static bool IsInTransaction(SqliteConnection connection) => raw.sqlite3_get_autocommit(connection.Handle) == 0;
}
