using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Sees commits to a database without reading a table. <c>PRAGMA data_version</c> differs from its last answer on the same connection
/// when any other connection, of this process or another, has committed; the connection kept here never writes, so that all commits are another's.
/// </summary>
internal sealed class SqliteChangeStamp(SqliteDatabase database) : IDisposable
{
    // Held for the microseconds of a read, on a pool thread; there is one reader at a time in practice.
    private readonly Lock _gate = new();
    private SqliteConnection? _connection;
    private SqliteCommand? _command;

    // Answers of different connections cannot be compared: a new one makes all stamps new.
    private uint _generation;
    private bool _isDisposed;

    /// <summary>Stamp of what is committed now; the caller's thread never waits for the disk.</summary>
    public Task<long> ReadAsync(CancellationToken ct) => Task.Run(Read, ct);

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Close();
        }
    }

    private long Read()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            try
            {
                SqliteCommand command = _command ??= Open();
                return ((long)_generation << 32) | (uint)(long)command.ExecuteScalar()!;
            }
            catch
            {
                Close();
                throw;
            }
        }
    }

    private SqliteCommand Open()
    {
        _generation++;
        _connection = database.OpenKept();
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = "PRAGMA data_version;";
        return command;
    }

    private void Close()
    {
        _command?.Dispose();
        _connection?.Dispose();
        (_command, _connection) = (null, null);
    }
}
