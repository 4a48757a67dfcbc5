using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Sees commits to a database without reading a table. <c>PRAGMA data_version</c> differs from its last answer on the same connection
/// when any other connection, of this process or another, has committed; the connection kept here never writes, so that all commits are another's.
/// </summary>
internal sealed class SqliteChangeStamp(SqliteDatabase database) : IDisposable
{
    // Held for the microseconds of a read; who must not wait goes without.
    private readonly Lock _gate = new();
    private SqliteConnection? _connection;
    private sqlite3_stmt? _statement;

    // Answers of different connections cannot be compared: a new one makes all stamps new.
    private uint _generation;
    private bool _isDisposed;

    /// <summary>Stamp of what is committed now; the caller's thread never waits for the disk.</summary>
    public Task<long> ReadAsync(CancellationToken ct) => Task.Run(Read, ct);

    /// <summary>Stamp of what is committed now. Opens the connection where it must, which may wait for the disk.</summary>
    public long Read()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                _statement ??= Open();
                return TryStep(out long stamp, out int code) ? stamp : throw new SqliteException("The user database does not tell its version.", code);
            }
            catch
            {
                Close();
                throw;
            }
        }
    }

    /// <summary>
    /// Stamp of what is committed now, on the calling thread, which may be a socket's: a look at memory that all processes share, under locks that do not wait
    /// (the connection has no busy handler). False if it is not to be had that way.
    /// </summary>
    public bool TryReadNow(out long stamp)
    {
        stamp = 0;
        if (!_gate.TryEnter())
        {
            return false;
        }

        try
        {
            return _statement is not null && TryStep(out stamp, out _);
        }
        finally
        {
            _gate.Exit();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Close();
        }
    }

    private bool TryStep(out long stamp, out int code)
    {
        code = raw.sqlite3_step(_statement!);
        bool isRow = code == raw.SQLITE_ROW;
        stamp = isRow ? ((long)_generation << 32) | (uint)raw.sqlite3_column_int64(_statement!, 0) : 0;
        raw.sqlite3_reset(_statement!);
        return isRow;
    }

    private sqlite3_stmt Open()
    {
        _generation++;
        _connection = database.OpenKept();
        sqlite3 handle = _connection.Handle!;
        raw.sqlite3_busy_timeout(handle, 0);
        int code = raw.sqlite3_prepare_v2(handle, "PRAGMA data_version;", out sqlite3_stmt statement);
        return code == raw.SQLITE_OK ? statement : throw new SqliteException("The user database cannot be asked for its version.", code);
    }

    private void Close()
    {
        _statement?.Dispose();
        _connection?.Dispose();
        (_statement, _connection) = (null, null);
    }
}
