using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Postgres.Usage;

/// <summary>
/// What is in use over all nodes, in the tables of the data provider. Whoever changes a scope locks its row first, several in the order of their names;
/// changes are done again after conflicts.
/// </summary>
internal sealed partial class PostgresUsageStore(SqlDialect dialect, SqlRunner runner, SqlTables tables, TimeProvider time) : ISharedUsageStore
{
    private const int MaxRuns = 1000;

    private readonly SettleText _settle = new(tables, dialect);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageAnswer>> SettleAsync(UsageNode node, long sequence, IReadOnlyList<UsageRequest> requests, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(requests);
        var settlement = new Settlement(_settle, node, sequence, requests, Now);

        // Its text holds its transaction. Sent again after a lost connection, it is answered as a repeat if it was done.
        SettleReply reply = await runner.ReadAsync(settlement.SendAsync, ct).ConfigureAwait(false);
        return reply.IsEnded ? throw new UsageRunEndedException(node) { WasTaken = sequence <= reply.Last }
            : sequence < reply.Last ? throw new InvalidOperationException($"Statement {sequence} of epoch {node.Epoch} comes after {reply.Last}.")
            : reply.Answers;
    }

    /// <inheritdoc/>
    public async ValueTask<UsageRecord?> FindAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        if (!ObjectNames.IsPossible(scope, int.MaxValue))
        {
            return null;
        }

        List<UsageRecord> found = await runner.ReadAsync(
            (connection, token) => connection.QueryAsync(
                connection.Statement(UsageColumns.SelectScopes(tables)).Append(" WHERE s.scope = ").Name(scope).Append(" GROUP BY s.scope"), UsageColumns.ReadRecord, token),
            ct).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageRecord>> ListAsync(string? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return await runner.ReadAsync(
            (connection, token) => connection.QueryAsync(
                connection.Statement(UsageColumns.SelectScopes(tables)).Append(" WHERE s.scope > ").Name(after ?? "").Append(" GROUP BY s.scope ORDER BY s.scope LIMIT ").Number(limit),
                UsageColumns.ReadRecord,
                token),
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask CorrectAsync(UsageCorrection correction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(correction);
        await ChangeAsync((connection, token) => connection.ExecuteAsync(Correct(connection, correction), token), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AdjustAsync(UsageAdjustment adjustment, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(adjustment);
        UsageAmount first = adjustment.Apply(default);
        long? scannedAt = adjustment.IsCount ? adjustment.At.ToUnixTimeMilliseconds() : null;
        await ChangeAsync(
            (connection, token) =>
            {
                SqlStatement statement = Insert(connection, adjustment.Scope, first, scannedAt, Now).Append(" ON CONFLICT (scope) DO UPDATE SET transfer_since = s.transfer_since");
                Set(statement, "files", adjustment.Files, adjustment.IsAdded);
                Set(statement, "bytes", adjustment.Bytes, adjustment.IsAdded);
                Set(statement, "uploaded", adjustment.Uploaded, adjustment.IsAdded);
                Set(statement, "downloaded", adjustment.Downloaded, adjustment.IsAdded);
                return connection.ExecuteAsync(scannedAt is { } at ? statement.Append(", scanned_at = ").Number(at) : statement, token);
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ResetTransferAsync(string scope, DateTimeOffset at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return await ChangeAsync(
            (connection, token) => connection.ExecuteAsync(
                connection.Statement($"UPDATE {tables.UsageScopes} SET uploaded = 0, downloaded = 0, transfer_since = ").Number(at.ToUnixTimeMilliseconds()).Append(" WHERE scope = ").Name(scope), token),
            ct).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ForgetCountAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return await ChangeAsync(
            (connection, token) => connection.ExecuteAsync(
                connection.Statement($"UPDATE {tables.UsageScopes} SET files = 0, bytes = 0, scanned_at = NULL WHERE scope = ").Name(scope), token),
            ct).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return await ChangeAsync(
            async (connection, token) =>
            {
                // The scope first: it is the lock of its reservations.
                int deleted = await connection.ExecuteAsync(connection.Statement($"DELETE FROM {tables.UsageScopes} WHERE scope = ").Name(scope), token).ConfigureAwait(false);
                await connection.ExecuteAsync(connection.Statement($"DELETE FROM {tables.UsageReservations} WHERE scope = ").Name(scope), token).ConfigureAwait(false);
                return deleted;
            },
            ct).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryCorrectAsync(UsageCorrection correction, DateTimeOffset? scannedAt, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return await ChangeAsync((connection, token) => connection.ExecuteAsync(CorrectSince(connection, correction, scannedAt), token), ct).ConfigureAwait(false) == 1;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryTakeOverAsync(UsageRecord record, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(record);
        return await ChangeAsync(
            (connection, token) => connection.ExecuteAsync(
                Insert(connection, record.Scope, record.Used, scannedAt: null, record.TransferSince.ToUnixTimeMilliseconds()).Append(" ON CONFLICT (scope) DO NOTHING"), token),
            ct).ConfigureAwait(false) == 1;
    }

    // The same correction again changes nothing; what is there is never below 0.
    private SqlStatement Correct(SqlScope connection, UsageCorrection correction)
    {
        long at = correction.At.ToUnixTimeMilliseconds();
        SqlStatement statement = Insert(connection, correction.Scope, new UsageAmount(correction.Files, correction.Bytes, 0, 0).AtLeastZero(), at, Now)
            .Append(" ON CONFLICT (scope) DO UPDATE SET scanned_at = ").Number(at);
        Set(statement, "files", correction.Files, isAdded: true);
        Set(statement, "bytes", correction.Bytes, isAdded: true);
        return statement.Append(" WHERE s.scanned_at IS NULL OR s.scanned_at <> ").Number(at);
    }

    private SqlStatement CorrectSince(SqlScope connection, UsageCorrection correction, DateTimeOffset? scannedAt)
    {
        long at = correction.At.ToUnixTimeMilliseconds();
        SqlStatement statement = scannedAt is null
            ? Insert(connection, correction.Scope, new UsageAmount(correction.Files, correction.Bytes, 0, 0).AtLeastZero(), at, Now).Append(" ON CONFLICT (scope) DO UPDATE SET scanned_at = ").Number(at)
            : connection.Statement($"UPDATE {tables.UsageScopes} AS s SET scanned_at = ").Number(at);
        Set(statement, "files", correction.Files, isAdded: true);
        Set(statement, "bytes", correction.Bytes, isAdded: true);
        return scannedAt is { } last
            ? statement.Append(" WHERE s.scope = ").Name(correction.Scope).Append(" AND s.scanned_at = ").Number(last.ToUnixTimeMilliseconds())
            : statement.Append(" WHERE s.scanned_at IS NULL");
    }

    private SqlStatement Insert(SqlScope connection, string scope, UsageAmount used, long? scannedAt, long transferSince)
    {
        SqlStatement statement = connection.Statement($"INSERT INTO {tables.UsageScopes} AS s (scope, files, bytes, uploaded, downloaded, scanned_at, transfer_since) VALUES (").Name(scope)
            .Append(", ").Number(used.Files).Append(", ").Number(used.Bytes).Append(", ").Number(used.Uploaded).Append(", ").Number(used.Downloaded).Append(", ");
        statement = scannedAt is { } at ? statement.Number(at) : statement.Append("NULL");
        return statement.Append(", ").Number(transferSince).Append(")");
    }

    private static void Set(SqlStatement statement, string column, long? value, bool isAdded)
    {
        if (value is not { } number)
        {
            return;
        }

        if (isAdded)
        {
            // least(greatest(column + value, 0), largest), as a number that cannot overflow.
            statement.Append($", {column} = CAST(least(greatest(CAST(s.{column} AS NUMERIC) + ").Number(number).Append($", 0), {long.MaxValue}) AS BIGINT)");
        }
        else
        {
            statement.Append($", {column} = ").Number(Math.Max(0, number));
        }
    }

    // None of them depends on who wins a commit without an answer: who asked is told that nobody knows.
    private Task<T> ChangeAsync<T>(Func<SqlScope, CancellationToken, ValueTask<T>> change, CancellationToken ct) =>
        runner.WriteAsync(async (connection, token) => (await change(connection, token).ConfigureAwait(false), true), wasCommitted: null, ct);
}
