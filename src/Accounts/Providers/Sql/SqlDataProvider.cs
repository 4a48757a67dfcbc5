using Hpc.Accounts.Data;
using Hpc.Accounts.Usage;
using Microsoft.Extensions.Logging;

namespace Hpc.Accounts.Sql;

/// <summary>A data provider on a database server, which several nodes may share.</summary>
public abstract class SqlDataProvider : IDataProvider
{
    private readonly SqlDialect _dialect;
    private readonly SqlRunner _runner;
    private readonly SqlTables _tables;
    private readonly SqlMigrations _migrations;
    private readonly SqlObjectStore _objects;
    private readonly SqlActivityStore _activity;
    private readonly EphemeralRoom _room;
    private int _isDisposed;

    internal SqlDataProvider(SqlDialect dialect, SqlProviderOptions options, TimeProvider time, ILogger logger)
    {
        _dialect = dialect;
        _tables = new SqlTables(options.TablesPrefix, dialect.Quote);
        _runner = new SqlRunner(dialect, options.StatementTimeout, logger);
        _migrations = new SqlMigrations(dialect, _tables, options.MigrationTimeout, time);
        _objects = new SqlObjectStore(dialect, _runner, _tables, time);
        _activity = new SqlActivityStore(dialect, _runner, _tables);
        _room = new EphemeralRoom(dialect, _runner, _tables, options.MaxEphemeral, time);
        Ephemeral = new SqlEphemeralStore(dialect, _runner, _tables, _room, time);
    }

    private protected SqlRunner Runner => _runner;

    private protected SqlTables Tables => _tables;

    /// <inheritdoc/>
    public virtual IUsageStore? Usage => null;

    /// <inheritdoc/>
    public string Driver => _dialect.Driver;

    /// <inheritdoc/>
    public bool IsShared => true;

    /// <inheritdoc/>
    public int NewestSchema => _migrations.Newest;

    /// <inheritdoc/>
    public IObjectStore Objects => _objects;

    /// <inheritdoc/>
    public IActivityStore Activity => _activity;

    /// <inheritdoc/>
    public IEphemeralStore Ephemeral { get; }

    /// <inheritdoc/>
    public async ValueTask OpenAsync(SchemaUpdate update, CancellationToken ct)
    {
        // Most starts find the schema as it shall be, and take no lock.
        int current = await GetSchemaAsync(ct).ConfigureAwait(false);
        if (current > NewestSchema)
        {
            throw _migrations.TooNew(current);
        }

        if (current == NewestSchema)
        {
            await _objects.CorrectLastIdAsync(ct).ConfigureAwait(false);
            return;
        }

        if (update == SchemaUpdate.Never)
        {
            throw new DataProviderException(
                current == 0
                    ? $"The database {_dialect.Target} has no schema yet. Make it with 'hpc initprovider', or let the server do it (update_mode 0)."
                    : $"The database {_dialect.Target} has schema version {current}, and this program needs {NewestSchema}. Update it with 'hpc initprovider', or let the server do it (update_mode 0).");
        }

        await MigrateAsync(NewestSchema, isReset: false, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<int> GetSchemaAsync(CancellationToken ct) =>
        await _runner.ReadAsync((scope, token) => _migrations.GetVersionAsync(scope.Connection, token), ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SchemaLoss>> ListLossesAsync(int version, CancellationToken ct) =>
        await _runner.ReadAsync((scope, token) => _migrations.ListLossesAsync(scope, version, token), ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask MigrateAsync(int version, CancellationToken ct) =>
        version < 0 || version > NewestSchema
            ? throw new DataProviderException($"There is no schema version {version}; this program knows 0 to {NewestSchema}.")
            : MigrateAsync(version, isReset: false, ct);

    /// <inheritdoc/>
    public ValueTask ResetAsync(CancellationToken ct) => MigrateAsync(version: 0, isReset: true, ct);

    /// <inheritdoc/>
    public async ValueTask PingAsync(CancellationToken ct) =>
        await _runner.ReadAsync(
            async (scope, token) => await scope.NumberAsync(scope.Statement($"SELECT stamp FROM {_tables.Meta} WHERE id = 1"), token).ConfigureAwait(false)
                ?? throw new DataProviderException($"The database {_dialect.Target} has lost the row of its change stamp."),
            ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            await _dialect.DisposeAsync().ConfigureAwait(false);
            _objects.Dispose();
            _activity.Dispose();
            _room.Dispose();
            _runner.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    private async ValueTask MigrateAsync(int version, bool isReset, CancellationToken ct) =>
        await _runner.RunOnceAsync(
            async (connection, token) =>
            {
                await _migrations.MigrateAsync(connection, version, isReset, token).ConfigureAwait(false);
                return true;
            },
            ct).ConfigureAwait(false);
}
