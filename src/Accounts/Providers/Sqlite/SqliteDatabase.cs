using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// One database file. SQLite has no asynchronous calls, so that work runs on the thread pool, a few pieces at a time.
/// </summary>
internal sealed class SqliteDatabase : IDisposable
{
    // SQLite writes one at a time; more readers than this gain nothing for look-ups of microseconds.
    private const int MaxConcurrent = 4;

    // Waiting pieces of work; beyond this the database does not keep up and callers are refused.
    private const int MaxWaiting = 4096;
    private const int BusyTimeoutSeconds = 10;

    private static readonly Lock CreationGate = new();

    private readonly string _connectionString;
    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private int _waiting;

    public SqliteDatabase(string path)
    {
        SqliteNative.Initialize();
        Path = System.IO.Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = BusyTimeoutSeconds,
            Pooling = true,
        }.ToString();
    }

    public string Path { get; }

    /// <summary>Creates the file for its owner alone, or takes away what others may do with it. SQLite gives its journal files the same mode.</summary>
    public void EnsureFile()
    {
        // Closing any descriptor of a file drops the process's POSIX locks on it, those of SQLite's connections too:
        // here it is closed before the first of them exists.
        lock (CreationGate)
        {
            EnsureFileLocked();
        }
    }

    /// <summary>Runs work on a connection of its own; the caller's thread never waits for the disk.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            throw new SqliteStoreException($"The user database does not keep up: {MaxWaiting} calls wait for it.");
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
            return await Task.Run(() => Run(work), ct).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>A connection outside the pool, for a caller that keeps it and disposes it. Blocks for the disk.</summary>
    public SqliteConnection OpenKept()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder(_connectionString) { Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _slots.Dispose();
    }

    private void EnsureFileLocked()
    {
        if (OperatingSystem.IsWindows())
        {
            // There the directory's access list decides.
            using var created = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            return;
        }

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!File.Exists(Path))
        {
            using var created = new FileStream(
                Path,
                new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, UnixCreateMode = OwnerOnly });
        }

        UnixFileMode mode = File.GetUnixFileMode(Path);
        if ((mode & ~OwnerOnly) != 0)
        {
            File.SetUnixFileMode(Path, mode & OwnerOnly);
        }
    }

    private T Run<T>(Func<SqliteConnection, T> work)
    {
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using (SqliteCommand command = connection.CreateCommand())
        {
            // FULL: a committed change survives a power cut too, which NORMAL does not promise with a write-ahead log.
            command.CommandText = $"PRAGMA busy_timeout = {BusyTimeoutSeconds * 1000}; PRAGMA synchronous = FULL;";
            command.ExecuteNonQuery();
        }

        return work(connection);
    }
}
