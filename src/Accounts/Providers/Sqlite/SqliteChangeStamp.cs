using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Sees commits to a database without reading a table. <c>PRAGMA data_version</c> differs from its last answer on the same connection
/// when any other connection, of this process or another, has committed; the connection kept here never writes, so that all commits are another's.
/// A file that takes the place of the database is seen too, by <see cref="Read"/>, and is a change like a commit.
/// </summary>
internal sealed class SqliteChangeStamp(SqliteDatabase database) : IDisposable
{
    // Held for the microseconds of a read; who must not wait goes without.
    private readonly Lock _gate = new();
    private SqliteConnection? _connection;
    private sqlite3_stmt? _statement;

    // Answers of different connections cannot be compared: a new one makes all stamps new.
    private uint _generation;
    private uint _file;
    private bool _isDisposed;

    /// <summary>Stamp of what is committed now; the caller's thread never waits for the disk.</summary>
    public Task<long> ReadAsync(CancellationToken ct) => Task.Run(Read, ct);

    /// <summary>Stamp of what is committed now. Looks at the file and opens the connection where it must, which may wait for the disk.</summary>
    public long Read()
    {
        // Before the connection is opened: one to a file that is newer than this says is closed by the next look.
        uint file = database.CurrentFile();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                if (file != _file)
                {
                    Close();
                    _file = file;
                }

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
    /// Stamp of what is committed now, on the calling thread, which may be a socket's: mostly a look at memory that all processes share. Right after a commit,
    /// SQLite reads the database's first page again, which the kernel has in memory as a rule. Nobody's lock is waited for: the connection has no busy handler.
    /// That another file has taken the database's place is not seen here. False if a stamp is not to be had that way.
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
