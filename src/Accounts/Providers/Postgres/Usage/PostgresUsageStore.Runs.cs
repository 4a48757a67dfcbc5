using Hpc.Accounts.Sql;
using Hpc.Accounts.Usage;

namespace Hpc.Accounts.Postgres.Usage;

/// <summary>Runs of nodes: their own earlier ones, and those of nodes that never come back.</summary>
internal sealed partial class PostgresUsageStore
{
    private const string Clock = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)";

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<string>> BeginAsync(UsageNode node, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        List<string> earlier = await ChangeAsync(
            async (connection, token) =>
            {
                SqlStatement add = connection.Statement($"INSERT INTO {tables.UsageRuns} (node, epoch, number, sequence) VALUES (").Name(node.Id).Append(", ").Name(node.Epoch)
                    .Append($", {Clock}, 0) ON CONFLICT (node, epoch) DO NOTHING");
                if (await connection.ExecuteAsync(add, token).ConfigureAwait(false) > 0)
                {
                    await ForgetOldAsync(connection, node, token).ConfigureAwait(false);
                }

                return await connection.QueryAsync(
                    connection.Statement($"SELECT epoch FROM {tables.UsageRuns} WHERE node = ").Name(node.Id).Append(" AND epoch <> ").Name(node.Epoch), reader => reader.GetString(0), token)
                    .ConfigureAwait(false);
            },
            ct).ConfigureAwait(false);
        return earlier.ToHashSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedAsync(UsageNode node, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        return await ListAsync(statement => OtherRuns(statement, node), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask FinishAsync(UsageNode node, string scope, UsageCorrection? correction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(scope);
        await ChangeAsync((connection, token) => FinishAsync(connection, scope, statement => OtherRuns(statement, node), correction, token), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageNode>> ListHoldersAsync(CancellationToken ct) =>
        await runner.ReadAsync(
            (connection, token) => connection.QueryAsync(
                connection.Statement($"SELECT node, epoch FROM {tables.UsageReservations} GROUP BY node, epoch ORDER BY node, epoch"),
                reader => new UsageNode(reader.GetString(0), reader.GetString(1)),
                token),
            ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UsageNode>> ListChangersAsync(string scope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return await runner.ReadAsync(
            (connection, token) => connection.QueryAsync(
                connection.Statement($"SELECT node, epoch FROM {tables.UsageReservations} WHERE purpose = {(int)UsageUse.Files} AND scope = ").Name(scope).Append(" ORDER BY node, epoch"),
                reader => new UsageNode(reader.GetString(0), reader.GetString(1)),
                token),
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask EndRunAsync(UsageNode run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        await ChangeAsync(
            (connection, token) => connection.ExecuteAsync(
                connection.Statement($"INSERT INTO {tables.UsageRuns} AS r (node, epoch, number, sequence, ended_at) VALUES (").Name(run.Id).Append(", ").Name(run.Epoch)
                    .Append($", {Clock}, 0, ").Number(Now).Append(") ON CONFLICT (node, epoch) DO UPDATE SET ended_at = excluded.ended_at WHERE r.ended_at IS NULL"),
                token),
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<string>> ListEarlierAsync(UsageNode run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        List<string> earlier = await runner.ReadAsync(
            (connection, token) => connection.QueryAsync(
                connection.Statement($"SELECT epoch FROM {tables.UsageRuns} WHERE node = ").Name(run.Id).Append($" AND number < (SELECT number FROM {tables.UsageRuns} WHERE ").AppendRun(run).Append(")"),
                reader => reader.GetString(0),
                token),
            ct).ConfigureAwait(false);
        return earlier.ToHashSet(StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<UnfinishedUsage>> ListUnfinishedOfAsync(UsageNode run, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        return await ListAsync(statement => statement.AppendRun(run).Append($" AND EXISTS (SELECT 1 FROM {tables.UsageRuns} WHERE ended_at IS NOT NULL AND ").AppendRun(run).Append(")"), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask FinishOfAsync(UsageNode run, string scope, UsageCorrection? correction, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(scope);
        bool isEnded = await ChangeAsync(
            async (connection, token) =>
            {
                // Once it is ended it stays so, and takes nothing more.
                SqlStatement look = connection.Statement($"SELECT count(*) FROM {tables.UsageRuns} WHERE ended_at IS NOT NULL AND ").AppendRun(run);
                bool isOver = await connection.NumberAsync(look, token).ConfigureAwait(false) > 0;
                if (isOver)
                {
                    await FinishAsync(connection, scope, statement => statement.AppendRun(run), correction, token).ConfigureAwait(false);
                }

                return isOver;
            },
            ct).ConfigureAwait(false);
        if (!isEnded)
        {
            throw new InvalidOperationException($"The run {run.Epoch} of node {run.Id} was not ended.");
        }
    }

    private static SqlStatement OtherRuns(SqlStatement statement, UsageNode node) => statement.Append("node = ").Name(node.Id).Append(" AND epoch <> ").Name(node.Epoch);

    private async ValueTask<IReadOnlyList<UnfinishedUsage>> ListAsync(Func<SqlStatement, SqlStatement> appendRuns, CancellationToken ct) =>
        await runner.ReadAsync(
            (connection, token) => connection.QueryAsync(
                appendRuns(connection.Statement(UsageColumns.SelectUnfinished(tables)).Append(" WHERE ")).Append(UsageColumns.UnfinishedEnd), UsageColumns.ReadUnfinished, token),
            ct).ConfigureAwait(false);

    private async ValueTask<int> FinishAsync(
        SqlScope connection, string scope, Func<SqlStatement, SqlStatement> appendRuns, UsageCorrection? correction, CancellationToken ct)
    {
        await connection.NumberAsync(connection.Statement($"SELECT files FROM {tables.UsageScopes} WHERE scope = ").Name(scope).Append(" FOR UPDATE"), ct).ConfigureAwait(false);
        SqlStatement use = connection.Statement(
            $"""
            UPDATE {tables.UsageScopes} AS s SET
                uploaded = CAST({SettleText.Cap("s.uploaded + d.uploaded")} AS BIGINT), downloaded = CAST({SettleText.Cap("s.downloaded + d.downloaded")} AS BIGINT)
            FROM (SELECT coalesce(sum(uploaded), 0) AS uploaded, coalesce(sum(downloaded), 0) AS downloaded FROM {tables.UsageReservations} WHERE scope =
            """).Append(" ").Name(scope).Append(" AND ");
        await connection.ExecuteAsync(
            appendRuns(use).Append(") AS d WHERE s.scope = ").Name(scope).Append(" AND (d.uploaded > 0 OR d.downloaded > 0)"), ct).ConfigureAwait(false);
        SqlStatement free = connection.Statement($"DELETE FROM {tables.UsageReservations} WHERE scope = ").Name(scope).Append(" AND ");
        int freed = await connection.ExecuteAsync(appendRuns(free), ct).ConfigureAwait(false);
        if (correction is not null)
        {
            await connection.ExecuteAsync(Correct(connection, correction), ct).ConfigureAwait(false);
        }

        return freed;
    }

    // Beyond the last thousand, those that hold nothing.
    private async ValueTask ForgetOldAsync(SqlScope connection, UsageNode node, CancellationToken ct)
    {
        SqlStatement forget = connection.Statement($"DELETE FROM {tables.UsageRuns} WHERE node = ").Name(node.Id).Append(" AND epoch <> ").Name(node.Epoch)
            .Append($" AND number < (SELECT min(number) FROM (SELECT number FROM {tables.UsageRuns} WHERE node = ").Name(node.Id).Append(" AND epoch <> ").Name(node.Epoch)
            .Append(" ORDER BY number DESC LIMIT ").Number(MaxRuns)
            .Append($") AS newest) AND epoch NOT IN (SELECT epoch FROM {tables.UsageReservations} WHERE node = ").Name(node.Id).Append(")");
        await connection.ExecuteAsync(forget, ct).ConfigureAwait(false);
    }
}
