using Dapper;
using Hpc.Accounts.Usage;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>
/// Usage in an SQLite file of its own (write-ahead log, every change synchronised to disk): a commit beside the accounts would make all accounts
/// that are remembered stale. Several processes may have it open.
/// </summary>
public sealed class SqliteUsageStore : IUsageStore, IDisposable
{
    private const int Corrupt = 11;      // SQLITE_CORRUPT
    private const int NotADatabase = 26; // SQLITE_NOTADB

    // An upload waits for it. A statement that was not taken is sent again a second later, and others hold the lock for milliseconds.
    private const int BusySeconds = 2;

    private readonly SqliteDatabase _database;
    private readonly TimeProvider _time;

    private SqliteUsageStore(SqliteDatabase database, TimeProvider time)
    {
        _database = database;
        _time = time;
    }

    /// <summary>Opens a database, creating the file (mode 0600) and bringing its schema up to date. Its directory exists already.</summary>
    /// <exception cref="SqliteStoreException">The file is no usable database, or a newer program wrote it.</exception>
    public static async Task<SqliteUsageStore> OpenAsync(string path, TimeProvider time, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(time);
        var database = new SqliteDatabase(path, BusySeconds);
        try
        {
            database.EnsureFile();
            await database.RunAsync(connection => SqliteMigrations.Apply(connection, database.Path, SqliteMigrations.Usage), ct).ConfigureAwait(false);
            return new SqliteUsageStore(database, time);
        }
        catch (Exception exception)
        {
            database.Dispose();
            if (exception is SqliteException { SqliteErrorCode: Corrupt or NotADatabase })
            {
                throw new SqliteStoreException(
                    $"The database '{database.Path}' is damaged ({exception.Message}). Move it away with its -wal and -shm, start the server, and have users and folders that have a quota "
                    + "counted with 'hpc user scan' and 'hpc folder scan'; what was moved is counted from 0 on.",
                    exception);
            }

            if (exception is SqliteException or IOException or UnauthorizedAccessException)
            {
                throw new SqliteStoreException($"The database '{database.Path}' cannot be opened: {exception.Message}", exception);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(requests);
        return await ChangeAsync(
            transaction =>
            {
                bool isNew = transaction.TryAdvance(node, sequence);
                return requests.Select(request => isNew ? transaction.Settle(node, request) : transaction.Repeat(node, request.Scope)).ToArray();
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<UsageRecord?> FindAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        const string Sql = $"{UsageRow.Select} WHERE s.scope = @scope GROUP BY s.scope;";
        UsageRow? row = await _database.RunAsync(connection => connection.QuerySingleOrDefault<UsageRow>(Sql, new { scope }), ct).ConfigureAwait(false);
        return row?.ToRecord();
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageRecord>> ListAsync(string? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        const string Sql = $"{UsageRow.Select} WHERE s.scope > @after GROUP BY s.scope ORDER BY s.scope LIMIT @limit;";
        List<UsageRow> rows = await _database.RunAsync(
            connection => connection.Query<UsageRow>(Sql, new { after = after ?? "", limit }).AsList(), ct).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToRecord());
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<string>> BeginAsync(UsageNode node, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        return await ChangeAsync(
            transaction =>
            {
                transaction.Remember(node);
                return transaction.EarlierEpochs(node);
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedAsync(UsageNode node, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        const string Sql =
            """
            SELECT scope AS Scope, max(use) AS Use, sum(files) AS Files, sum(bytes) AS Bytes, sum(uploaded) AS Uploaded, sum(downloaded) AS Downloaded
            FROM usage_reservations WHERE node = @Id AND epoch <> @Epoch GROUP BY scope ORDER BY scope;
            """;
        List<UsageHoldRow> rows = await _database.RunAsync(connection => connection.Query<UsageHoldRow>(Sql, node).AsList(), ct).ConfigureAwait(false);
        return rows.ConvertAll(row => row.ToUnfinished());
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(UsageNode node, string scope, UsageCorrection? correction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(scope);
        await ChangeAsync(
            transaction =>
            {
                transaction.EndOtherEpochs(node, scope);
                if (correction is not null)
                {
                    transaction.Correct(correction);
                }

                return true;
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask CorrectAsync(UsageCorrection correction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(correction);
        await ChangeAsync(
            transaction =>
            {
                transaction.Correct(correction);
                return true;
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AdjustAsync(UsageAdjustment adjustment, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        await ChangeAsync(
            transaction =>
            {
                transaction.Adjust(adjustment);
                return true;
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ResetTransferAsync(string scope, DateTimeOffset at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        const string Sql = "UPDATE usage_scopes SET uploaded = 0, downloaded = 0, transfer_since = @since WHERE scope = @scope;";
        int changed = await _database.RunAsync(
            connection => connection.Execute(Sql, new { scope, since = at.ToUnixTimeMilliseconds() }), ct).ConfigureAwait(false);
        return changed == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ForgetCountAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        const string Sql = "UPDATE usage_scopes SET files = 0, bytes = 0, scanned_at = NULL WHERE scope = @scope;";
        return await _database.RunAsync(connection => connection.Execute(Sql, new { scope }), ct).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return await ChangeAsync(transaction => transaction.Delete(scope), ct).ConfigureAwait(false);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _database.Dispose();

    private Task<T> ChangeAsync<T>(Func<UsageTransaction, T> change, CancellationToken ct) =>
        _database.RunAsync(
            connection =>
            {
                using var transaction = new UsageTransaction(connection, _time);
                T result = change(transaction);
                transaction.Commit();
                return result;
            },
            ct);
}
