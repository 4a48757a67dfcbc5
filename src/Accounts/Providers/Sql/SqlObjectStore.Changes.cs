using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sql;

/// <content>Changes and their feed.</content>
internal sealed partial class SqlObjectStore
{
    // All writers wait for one row: more than these would only keep connections from readers. Two, so that one begins while the other commits.
    private const int MaxWriters = 2;

    // Fewer do not make a difference that can be felt.
    private const int ChangesPerTidy = 2000;

    private readonly WriterGate _writers = new(MaxWriters);
    private int _changesSinceTidy;

    /// <inheritdoc/>
    public void Dispose() => _writers.Dispose();

    /// <summary>Lets new objects have numbers above all that are there, whoever put those there, as a partial restore may.</summary>
    public async ValueTask CorrectLastIdAsync(CancellationToken ct)
    {
        long behind = await runner.ReadAsync(
            async (scope, token) =>
                await scope.NumberAsync(scope.Statement($"SELECT (SELECT max(id) FROM {tables.Objects}) - last_id FROM {tables.Meta} WHERE id = 1"), token).ConfigureAwait(false) ?? 0,
            ct).ConfigureAwait(false);
        if (behind > 0)
        {
            await runner.WriteAsync(
                async (scope, token) =>
                {
                    string last = $"(SELECT max(id) FROM {tables.Objects})";
                    return (await scope.ExecuteAsync($"UPDATE {tables.Meta} SET last_id = {last} WHERE id = 1 AND last_id < {last}", token).ConfigureAwait(false), true);
                },
                wasCommitted: null,
                ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var batch = new ObjectBatch(tables, changes, time.GetUtcNow());
        if (changes.Count == 0)
        {
            return ObjectStoreResult.Done([], await GetStampAsync(ct).ConfigureAwait(false));
        }

        ObjectStoreResult applied = await _writers.RunAsync(
            () => runner.WriteAsync(
                async (scope, token) =>
                {
                    ObjectStoreResult result = await batch.ApplyAsync(scope, token).ConfigureAwait(false);
                    return (result, result.Outcome == ObjectStoreOutcome.Done);
                },
                batch.WasCommittedAsync,
                ct),
            ct).ConfigureAwait(false);

        if (applied.Outcome == ObjectStoreOutcome.Done)
        {
            await TidyAsync(changes.Count).ConfigureAwait(false);
        }

        return applied;
    }

    private async Task TidyAsync(int changes)
    {
        string statement = dialect.Tidy(tables);
        if (statement.Length > 0 && Interlocked.Add(ref _changesSinceTidy, changes) >= ChangesPerTidy && Interlocked.Exchange(ref _changesSinceTidy, 0) >= ChangesPerTidy)
        {
            // The changes are made, whatever becomes of this.
            await runner.TryAsync(statement, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<long> GetStampAsync(CancellationToken ct) =>
        await runner.ReadAsync(
            async (scope, token) =>
                await scope.NumberAsync(scope.Statement($"SELECT stamp FROM {tables.Meta} WHERE id = 1"), token).ConfigureAwait(false)
                ?? throw new DataProviderException("The row of the change stamp is missing in the database."),
            ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct)
    {
        // One statement sees one state of the database: what the stamp covers is in the lists. More than the stamp covers would be harmless, less would not.
        string limit = $" LIMIT {IObjectStore.MaxChanges + 1})";
        List<(int Kind, string Name, long Stamp)> rows = await runner.ReadAsync(
            (scope, token) =>
            {
                SqlStatement statement = scope.Statement("SELECT 0 AS kind, NULL AS name, stamp, purged_stamp FROM ").Append(tables.Meta)
                    .Append($" WHERE id = 1 UNION ALL SELECT kind, name, 0, 0 FROM (SELECT kind, name FROM {tables.Objects} WHERE stamp > ").Number(since).Append(limit)
                    .Append($" AS changed UNION ALL SELECT kind, name, 0, 0 FROM (SELECT kind, name FROM {tables.Deletions} WHERE stamp > ").Number(since).Append(limit)
                    .Append(" AS removed");
                return scope.QueryAsync(
                    statement,
                    reader => reader.IsDBNull(1)
                        ? (0, reader.GetInt64(3) > since ? "purged" : "", reader.GetInt64(2))
                        : (Convert.ToInt32(reader.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), scope.Dialect.ReadName(reader, 1), 0L),
                    token);
            },
            ct).ConfigureAwait(false);
        (_, string purged, long stamp) = rows.Find(row => row.Kind == 0);
        HashSet<ObjectKey> keys = [.. rows.Where(row => row.Kind != 0).Select(row => new ObjectKey((ObjectKind)row.Kind, row.Name))];

        // A stamp of the future is one of another database, or of this one before it was restored.
        return new ObjectChanges(stamp, purged.Length > 0 || since > stamp || keys.Count > IObjectStore.MaxChanges ? null : [.. keys]);
    }
}
