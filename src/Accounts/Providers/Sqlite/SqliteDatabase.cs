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
    private const int DefaultBusySeconds = 10;

    private static readonly Lock CreationGate = new();

    private readonly string _connectionString;
    private readonly SemaphoreSlim _slots = new(MaxConcurrent);
    private readonly Lock _fileGate = new();
    private FileIdentity _file;
    private FileIdentity _log;
    private uint _fileNumber;
    private readonly int _busySeconds;
    private int _waiting;

    /// <param name="path">The file.</param>
    /// <param name="busySeconds">How long a call waits for another process that has the database locked.</param>
    public SqliteDatabase(string path, int busySeconds = DefaultBusySeconds)
    {
        _busySeconds = busySeconds;
        SqliteNative.Initialize();
        Path = System.IO.Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = busySeconds,
            Pooling = true,
        }.ToString();
    }

    public string Path { get; }

    /// <summary>What <see cref="CurrentFile"/> said last; does not look at the file.</summary>
    public uint KnownFile => Volatile.Read(ref _fileNumber);

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

    /// <summary>
    /// A number that is another one when another file has taken the place of the database, as in a restore, or of its log, which was deleted while it was in use.
    /// Connections to the files before are not used again: they would read what nobody writes any more. Waits for the disk.
    /// </summary>
    public uint CurrentFile()
    {
        lock (_fileGate)
        {
            FileIdentity now = FileIdentity.Of(Path);
            FileIdentity log = FileIdentity.Of(Path + "-wal");

            // A log that was not there a moment ago is that of the first connection.
            bool isLogGone = _log != default && log != _log;
            _log = log;
            if (now != _file || isLogGone)
            {
                (_file, _fileNumber) = (now, _fileNumber + 1);
                ClearPool();
            }

            return _fileNumber;
        }
    }

    /// <summary>Runs work on a connection of its own; the caller's thread never waits for the disk.</summary>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct) =>
        RunAsync(static () => true, (connection, _) => work(connection), ct);

    /// <summary>The same with something that is done before the connection is opened.</summary>
    public async Task<T> RunAsync<TBefore, T>(Func<TBefore> before, Func<SqliteConnection, TBefore, T> work, CancellationToken ct)
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
            return await Task.Run(() => Run(before(), work), ct).ConfigureAwait(false);
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
        ClearPool();
        _slots.Dispose();
    }

    private void ClearPool()
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
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

    private T Run<TBefore, T>(TBefore before, Func<SqliteConnection, TBefore, T> work)
    {
        CurrentFile();
        using var connection = new SqliteConnection(_connectionString);
        connection.Open();
        using (SqliteCommand command = connection.CreateCommand())
        {
            // FULL: a committed change survives a power cut too, which NORMAL does not promise with a write-ahead log.
            command.CommandText = $"PRAGMA busy_timeout = {_busySeconds * 1000}; PRAGMA synchronous = FULL;";
            command.ExecuteNonQuery();
        }

        return work(connection, before);
    }
}
