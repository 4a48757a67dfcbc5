using Dapper;
using Hpc.Accounts.Data;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Objects in an SQLite file (write-ahead log, every change synchronised to disk before it is acknowledged). Several processes of one machine may have it open.
/// </summary>
public sealed class SqliteDataProvider : IDataProvider
{
    private readonly SqliteDatabase _database;
    private readonly SqliteSession _session;

    /// <param name="path">The file, made (mode 0600) when the provider is opened; its directory exists already.</param>
    /// <param name="time">Decides what has ended.</param>
    public SqliteDataProvider(string path, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(time);
        _database = new SqliteDatabase(path);
        _session = new SqliteSession(_database, time);
        Objects = new SqliteObjectStore(_session);
        Activity = new SqliteActivityStore(_session);
        Ephemeral = new SqliteEphemeralStore(_session);
    }

    /// <summary>Version of the SQLite library in use.</summary>
    public static string LibraryVersion => SqliteNative.Initialize();

    /// <inheritdoc/>
    public string Driver => "sqlite";

    /// <summary>False: its processes are on one machine, and know nothing of each other's sessions.</summary>
    public bool IsShared => false;

    /// <inheritdoc/>
    public int NewestSchema => SqliteSchema.Newest;

    /// <inheritdoc/>
    public IObjectStore Objects { get; }

    /// <inheritdoc/>
    public IActivityStore Activity { get; }

    /// <inheritdoc/>
    public IEphemeralStore Ephemeral { get; }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct)
    {
        if (update == SchemaUpdate.Automatic)
        {
            await MigrateAsync(SqliteSchema.Newest, ct).ConfigureAwait(false);
        }
        else
        {
            SqliteSchema.ThrowUnlessNewest(await GetSchemaAsync(ct).ConfigureAwait(false), _database.Path);
        }

        _session.Open();
        await _session.ReadStampAsync(ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> GetSchemaAsync(CancellationToken ct) =>
        File.Exists(_database.Path) ? await _session.TranslateAsync(_database.RunAsync(SqliteSchema.Read, ct)).ConfigureAwait(false) : 0;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SchemaLoss>> ListLossesAsync(int version, CancellationToken ct) =>
        File.Exists(_database.Path)
            ? await _session.TranslateAsync(_database.RunAsync(connection => SqliteLosses.List(connection, version, _session.Now), ct)).ConfigureAwait(false)
            : [];

    /// <inheritdoc/>
    public async ValueTask MigrateAsync(int version, CancellationToken ct)
    {
        if (version is < 0 or > SqliteSchema.Newest)
        {
            throw new DataProviderException($"There is no schema version {version}; this program knows versions up to {SqliteSchema.Newest}.");
        }

        await _session.TranslateAsync(MakeFileAsync(ct)).ConfigureAwait(false);
        await _session.TranslateAsync(_database.RunAsync(connection => SqliteSchema.Migrate(connection, _database.Path, version), ct)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ResetAsync(CancellationToken ct)
    {
        if (File.Exists(_database.Path))
        {
            await _session.TranslateAsync(_database.RunAsync(connection => SqliteSchema.Reset(connection, _database.Path), ct)).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken ct) =>
        await _session.ReadAsync(connection => connection.ExecuteScalar<long>("SELECT stamp FROM meta;"), ct).ConfigureAwait(false);

    /// <summary>Closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _session.CloseAsync().ConfigureAwait(false);
        _database.Dispose();
    }

    private Task<bool> MakeFileAsync(CancellationToken ct) => Task.Run(
        () =>
        {
            _database.EnsureFile();
            return true;
        },
        ct);
}
