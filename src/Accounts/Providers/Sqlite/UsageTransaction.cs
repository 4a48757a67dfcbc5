using Dapper;
using Hpc.Accounts.Usage;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>One write transaction on the usage database. It holds the write lock from its beginning, so that what it reads is what it changes.</summary>
internal sealed class UsageTransaction(SqliteConnection connection, TimeProvider time) : IDisposable
{
    private const int MaxEpochs = 1000;

    private readonly SqliteTransaction _transaction = connection.BeginTransaction(deferred: false);

    public void Commit() => _transaction.Commit();

    public void Dispose() => _transaction.Dispose();

    /// <summary>False if the statement was taken before; throws if a later one was.</summary>
    public bool TryAdvance(UsageNode node, long sequence)
    {
        long? last = connection.ExecuteScalar<long?>("SELECT sequence FROM usage_nodes WHERE node = @Id AND epoch = @Epoch;", node, _transaction);
        if (sequence < last)
        {
            throw new InvalidOperationException($"Statement {sequence} of epoch {node.Epoch} comes after {last}.");
        }

        if (sequence == last)
        {
            return false;
        }

        if (last is null)
        {
            Remember(node);

            // Runs that ended in order leave nothing else.
            Execute(
                "DELETE FROM usage_nodes WHERE node = @Id AND NOT EXISTS (SELECT 1 FROM usage_reservations r WHERE r.node = usage_nodes.node AND r.epoch = usage_nodes.epoch);",
                node);
        }

        Execute(
            "INSERT INTO usage_nodes (node, epoch, sequence) VALUES (@Id, @Epoch, @sequence) ON CONFLICT (node, epoch) DO UPDATE SET sequence = excluded.sequence;",
            new { node.Id, node.Epoch, sequence });
        return true;
    }

    /// <summary>Notes that there is, or was, this run.</summary>
    public void Remember(UsageNode node)
    {
        int added = Execute(
            """
            INSERT INTO usage_epochs (node, epoch, number)
            VALUES (@Id, @Epoch, (SELECT coalesce(max(number), 0) + 1 FROM usage_epochs WHERE node = @Id)) ON CONFLICT (node, epoch) DO NOTHING;
            """,
            node);
        if (added > 0)
        {
            Execute(
                "DELETE FROM usage_epochs WHERE node = @Id AND number < (SELECT max(number) FROM usage_epochs WHERE node = @Id) - @MaxEpochs;",
                new { node.Id, MaxEpochs });
        }
    }

    public IReadOnlySet<string> EarlierEpochs(UsageNode node) =>
        connection.Query<string>("SELECT epoch FROM usage_epochs WHERE node = @Id AND epoch <> @Epoch;", node, _transaction).ToHashSet(StringComparer.Ordinal);

    public UsageAnswer Settle(UsageNode node, UsageRequest request)
    {
        UsageRow? row = Find(request.Scope);
        if (row is null && request.Use == UsageUse.None && request.Consumed == default)
        {
            return new UsageAnswer(request.Scope, default, default, default);
        }

        UsageAmount held = Held(node, request.Scope);
        UsageAmount others = row is null ? default : row.Reserved - held;
        UsageAmount used = UsageRules.Consume(row?.Used ?? default, request.Consumed);
        UsageAmount granted = request.Use == UsageUse.None ? default : UsageRules.Grant(request, used, others, held);
        if (row is null || used != row.Used)
        {
            SetUsed(request.Scope, used);
        }

        SetHeld(node, request, granted);
        return new UsageAnswer(request.Scope, used, others + granted, granted) { ScannedAt = row?.ScanTime };
    }

    public UsageAnswer Repeat(UsageNode node, string scope)
    {
        UsageRow? row = Find(scope);
        return new UsageAnswer(scope, row?.Used ?? default, row?.Reserved ?? default, Held(node, scope)) { ScannedAt = row?.ScanTime };
    }

    /// <summary>What other epochs of the node moved or might have moved is used, and they hold nothing any more.</summary>
    public void EndOtherEpochs(UsageNode node, string scope)
    {
        var dead = new { scope, node.Id, node.Epoch };
        Execute(
            """
            UPDATE usage_scopes SET
                uploaded = uploaded + (SELECT coalesce(sum(uploaded), 0) FROM usage_reservations WHERE scope = @scope AND node = @Id AND epoch <> @Epoch),
                downloaded = downloaded + (SELECT coalesce(sum(downloaded), 0) FROM usage_reservations WHERE scope = @scope AND node = @Id AND epoch <> @Epoch)
            WHERE scope = @scope;
            """,
            dead);
        Execute("DELETE FROM usage_reservations WHERE scope = @scope AND node = @Id AND epoch <> @Epoch;", dead);
    }

    public void Correct(UsageCorrection correction)
    {
        UsageRow? row = Find(correction.Scope);
        long at = correction.At.ToUnixTimeMilliseconds();
        if (row?.ScannedAt == at)
        {
            return;
        }

        SetUsed(correction.Scope, UsageRules.Consume(row?.Used ?? default, new UsageAmount(correction.Files, correction.Bytes, 0, 0)));
        Execute("UPDATE usage_scopes SET scanned_at = @at WHERE scope = @Scope;", new { correction.Scope, at });
    }

    public void Adjust(UsageAdjustment adjustment)
    {
        SetUsed(adjustment.Scope, adjustment.Apply(Find(adjustment.Scope)?.Used ?? default));
        if (adjustment.IsCount)
        {
            Execute("UPDATE usage_scopes SET scanned_at = @at WHERE scope = @Scope;", new { adjustment.Scope, at = adjustment.At.ToUnixTimeMilliseconds() });
        }
    }

    public bool Delete(string scope)
    {
        Execute("DELETE FROM usage_reservations WHERE scope = @scope;", new { scope });
        return Execute("DELETE FROM usage_scopes WHERE scope = @scope;", new { scope }) == 1;
    }

    private UsageRow? Find(string scope) =>
        connection.QuerySingleOrDefault<UsageRow>($"{UsageRow.Select} WHERE s.scope = @scope GROUP BY s.scope;", new { scope }, _transaction);

    private UsageAmount Held(UsageNode node, string scope)
    {
        const string Sql =
            """
            SELECT scope AS Scope, use AS Use, files AS Files, bytes AS Bytes, uploaded AS Uploaded, downloaded AS Downloaded
            FROM usage_reservations WHERE scope = @scope AND node = @Id AND epoch = @Epoch;
            """;
        return connection.QuerySingleOrDefault<UsageHoldRow>(Sql, new { scope, node.Id, node.Epoch }, _transaction)?.Reserved ?? default;
    }

    private void SetUsed(string scope, UsageAmount used) =>
        Execute(
            """
            INSERT INTO usage_scopes (scope, files, bytes, uploaded, downloaded, transfer_since)
            VALUES (@scope, @Files, @Bytes, @Uploaded, @Downloaded, @now)
            ON CONFLICT (scope) DO UPDATE SET
                files = excluded.files, bytes = excluded.bytes, uploaded = excluded.uploaded, downloaded = excluded.downloaded;
            """,
            new { scope, used.Files, used.Bytes, used.Uploaded, used.Downloaded, now = time.GetUtcNow().ToUnixTimeMilliseconds() });

    private void SetHeld(UsageNode node, UsageRequest request, UsageAmount granted)
    {
        if (request.Use == UsageUse.None)
        {
            Execute("DELETE FROM usage_reservations WHERE scope = @Scope AND node = @Id AND epoch = @Epoch;", new { request.Scope, node.Id, node.Epoch });
            return;
        }

        Execute(
            """
            INSERT INTO usage_reservations (scope, node, epoch, use, files, bytes, uploaded, downloaded)
            VALUES (@Scope, @Id, @Epoch, @use, @Files, @Bytes, @Uploaded, @Downloaded)
            ON CONFLICT (scope, node, epoch) DO UPDATE SET
                use = excluded.use, files = excluded.files, bytes = excluded.bytes, uploaded = excluded.uploaded, downloaded = excluded.downloaded;
            """,
            new { request.Scope, node.Id, node.Epoch, use = (int)request.Use, granted.Files, granted.Bytes, granted.Uploaded, granted.Downloaded });
    }

    private int Execute(string sql, object parameters) => connection.Execute(sql, parameters, _transaction);
}
