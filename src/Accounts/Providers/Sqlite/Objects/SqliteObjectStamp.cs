using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// The stamp in the database, read on a connection that is kept for it and never writes. <c>PRAGMA data_version</c> differs from its last answer
/// when any other connection, of this process or another, has committed; only then the row is read again.
/// </summary>
internal sealed class SqliteObjectStamp(SqliteDatabase database, TimeProvider time) : IDisposable
{
    // So often the file is looked at: one that has taken the place of the database is not seen by those who have the old one open.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    // Held for the microseconds of a read; who must not wait goes without. Guards all below.
    private readonly Lock _gate = new();
    private SqliteConnection? _connection;
    private sqlite3_stmt? _version;
    private sqlite3_stmt? _row;
    private uint _file;
    private long _lookedAt;
    private long? _knownVersion;
    private long _stamp;
    private bool _isDisposed;

    /// <summary>The stamp of now. Looks at the file and opens the connection where it must, which may wait for the disk.</summary>
    public long Read()
    {
        uint file = database.CurrentFile();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                if (file != _file || _connection is null)
                {
                    Close();
                    Open();
                    _file = file;
                }

                _lookedAt = time.GetTimestamp();
                return TryStep(out long stamp, out int code) ? stamp : throw new SqliteException("The database does not tell its stamp.", code);
            }
            catch
            {
                Close();
                throw;
            }
        }
    }

    /// <summary>
    /// The same on the calling thread, which may be a socket's: mostly a look at memory that all processes share. Right after a commit, SQLite reads some pages again,
    /// which the kernel has in memory as a rule. Nobody's lock is waited for: the connection has no busy handler. False if a stamp is not to be had that way.
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
            return _connection is not null && _file == database.KnownFile && time.GetElapsedTime(_lookedAt) < Lifetime && TryStep(out stamp, out _);
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

    // The version before the row: a commit between the two makes the row one that is read again.
    private bool TryStep(out long stamp, out int code)
    {
        stamp = _stamp;
        if (!TryStep(_version!, out long version, out code))
        {
            return false;
        }

        if (version == _knownVersion)
        {
            return true;
        }

        if (!TryStep(_row!, out stamp, out code))
        {
            return false;
        }

        (_knownVersion, _stamp) = (version, stamp);
        return true;
    }

    private static bool TryStep(sqlite3_stmt statement, out long value, out int code)
    {
        code = raw.sqlite3_step(statement);
        bool isRow = code == raw.SQLITE_ROW;
        value = isRow ? raw.sqlite3_column_int64(statement, 0) : 0;
        raw.sqlite3_reset(statement);
        return isRow;
    }

    private void Open()
    {
        _connection = database.OpenKept();
        raw.sqlite3_busy_timeout(_connection.Handle!, 0);
        _version = Prepare("PRAGMA data_version;");
        _row = Prepare("SELECT stamp FROM meta;");
    }

    private sqlite3_stmt Prepare(string sql)
    {
        int code = raw.sqlite3_prepare_v2(_connection!.Handle!, sql, out sqlite3_stmt statement);
        return code == raw.SQLITE_OK ? statement : throw new SqliteException("The database cannot be asked for its stamp.", code);
    }

    private void Close()
    {
        _version?.Dispose();
        _row?.Dispose();
        _connection?.Dispose();
        (_connection, _version, _row, _knownVersion) = (null, null, null, null);
    }
}
