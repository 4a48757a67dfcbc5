using System.Data.Common;
using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>
/// The schema and its versions. Where the server takes schema changes into transactions, a migration is one; elsewhere each statement stands for itself and may be repeated,
/// so that a migration that was interrupted is finished by the next start.
/// </summary>
internal sealed class SqlMigrations(SqlDialect dialect, SqlTables tables, TimeSpan timeout, TimeProvider time)
{
    private readonly IReadOnlyList<SqlMigrationScript> _scripts = SqlMigrationScript.Load(dialect.MigrationAssembly, tables);

    /// <summary>The newest version that is known.</summary>
    public int Newest => _scripts.Count;

    /// <summary>The version that is there; 0 for none.</summary>
    public async ValueTask<int> GetVersionAsync(DbConnection connection, CancellationToken ct) =>
        await GetVersionAsync(new SqlScope(dialect, connection, transaction: null, timeout), ct).ConfigureAwait(false);

    /// <summary>What going back to a version would lose.</summary>
    public async ValueTask<IReadOnlyList<SchemaLoss>> ListLossesAsync(SqlScope scope, int version, CancellationToken ct)
    {
        int current = await GetVersionAsync(scope, ct).ConfigureAwait(false);
        return version >= current || current > Newest
            ? []
            : await SqlLosses.ListAsync(
                scope, tables, [.. _scripts.Take(current).Skip(Math.Max(0, version)).SelectMany(static script => script.Down)], time.GetUtcNow().ToUnixTimeMilliseconds(), ct).ConfigureAwait(false);
    }

    /// <summary>Goes to a version behind the lock.</summary>
    /// <param name="connection">A connection that nothing else uses.</param>
    /// <param name="version">Where to.</param>
    /// <param name="isReset">Also removes the table of versions.</param>
    /// <param name="ct">Cancels.</param>
    public async ValueTask MigrateAsync(DbConnection connection, int version, bool isReset, CancellationToken ct)
    {
        DbTransaction? transaction = dialect.IsSchemaTransactional ? await connection.BeginTransactionAsync(dialect.Isolation, ct).ConfigureAwait(false) : null;
        try
        {
            await SocketThread.Leave();
            var scope = new SqlScope(dialect, connection, transaction, timeout);
            ISchemaLock held = await LockAsync(scope, ct).ConfigureAwait(false);
            await using (held.ConfigureAwait(false))
            {
                await RunAsync(scope, held, version, ct).ConfigureAwait(false);
                if (isReset)
                {
                    await scope.ExecuteAsync($"DROP TABLE IF EXISTS {tables.SchemaVersion}", ct).ConfigureAwait(false);
                }

                if (transaction is not null)
                {
                    await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>What to say about a version that a newer program wrote.</summary>
    public DataProviderException TooNew(int current) => new(
        $"The database {dialect.Target} has schema version {current}, and this program knows versions up to {Newest}. Use the newer program that wrote it, revert the schema with that program (hpc revertprovider), or restore a backup.");

    private async ValueTask<ISchemaLock> LockAsync(SqlScope scope, CancellationToken ct)
    {
        try
        {
            return await dialect.LockSchemaAsync(scope, tables, timeout, ct).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new DataProviderException($"Another node has been changing the schema of the database {dialect.Target} for {timeout.TotalSeconds:0} s. Start again when it is done.", exception);
        }
    }

    private async ValueTask RunAsync(SqlScope scope, ISchemaLock held, int version, CancellationToken ct)
    {
        await scope.ExecuteAsync(
            $"CREATE TABLE IF NOT EXISTS {tables.SchemaVersion} (version INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)", ct).ConfigureAwait(false);

        // Asked again behind the lock: another node may have done it in the meantime.
        int current = await GetVersionAsync(scope, ct).ConfigureAwait(false);
        if (current > Newest)
        {
            throw TooNew(current);
        }

        while (current < version)
        {
            SqlMigrationScript script = _scripts[current];
            await RunAsync(scope, held, script.Up, ct).ConfigureAwait(false);
            await scope.ExecuteAsync(
                scope.Statement($"INSERT INTO {tables.SchemaVersion} (version, applied_at) VALUES (").Number(script.Version).Append(", ")
                    .Number(time.GetUtcNow().ToUnixTimeMilliseconds()).Append(")"),
                ct).ConfigureAwait(false);
            current++;
        }

        while (current > version)
        {
            SqlMigrationScript script = _scripts[current - 1];
            await RunAsync(scope, held, script.Down, ct).ConfigureAwait(false);
            await scope.ExecuteAsync(scope.Statement($"DELETE FROM {tables.SchemaVersion} WHERE version = ").Number(script.Version), ct).ConfigureAwait(false);
            current--;
        }
    }

    private static async ValueTask RunAsync(SqlScope scope, ISchemaLock held, IReadOnlyList<string> statements, CancellationToken ct)
    {
        foreach (string statement in statements)
        {
            await held.HoldAsync(ct).ConfigureAwait(false);
            await scope.ExecuteAsync(statement, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask<int> GetVersionAsync(SqlScope scope, CancellationToken ct)
    {
        List<string> columns = await scope.QueryAsync(
            scope.Statement($"SELECT column_name FROM information_schema.columns WHERE table_schema = {dialect.CurrentSchema} AND table_name = '{tables.Prefix}{SqlTables.SchemaVersionName}'"),
            reader => reader.GetString(0),
            ct).ConfigureAwait(false);
        if (columns.Count == 0)
        {
            return 0;
        }

        if (!columns.Contains("applied_at", StringComparer.OrdinalIgnoreCase))
        {
            throw new DataProviderException(
                $"The table {tables.Prefix}{SqlTables.SchemaVersionName} of the database {dialect.Target} is another program's. Use a database of its own, or a prefix for the tables (sql_tables_prefix).");
        }

        return (int)(await scope.NumberAsync(scope.Statement($"SELECT max(version) FROM {tables.SchemaVersion}"), ct).ConfigureAwait(false) ?? 0);
    }
}
