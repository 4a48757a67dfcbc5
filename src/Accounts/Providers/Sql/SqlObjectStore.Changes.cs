using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sql;

/// <content>Changes and their feed.</content>
internal sealed partial class SqlObjectStore
{
    // All writers wait for one row: more than these would only keep connections from readers. Two, so that one begins while the other commits.
    private const int MaxWriters = 2;

    // Waiting writers; beyond this the database does not keep up and callers are refused.
    private const int MaxWaitingWriters = 4096;

    // Fewer do not make a difference that can be felt.
    private const int ChangesPerTidy = 2000;

    private readonly SemaphoreSlim _writers = new(MaxWriters);
    private int _waitingWriters;
    private int _changesSinceTidy;

    /// <inheritdoc/>
    public void Dispose() => _writers.Dispose();

    /// <inheritdoc/>
    public async ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var batch = new ObjectBatch(tables, changes, time.GetUtcNow());
        if (changes.Count == 0)
        {
            return ObjectStoreResult.Done([], await GetStampAsync(ct).ConfigureAwait(false));
        }

        await EnterAsync(ct).ConfigureAwait(false);
        ObjectStoreResult applied;
        try
        {
            applied = await runner.WriteAsync(
                async (scope, token) =>
                {
                    ObjectStoreResult result = await batch.ApplyAsync(scope, token).ConfigureAwait(false);
                    return (result, result.Outcome == ObjectStoreOutcome.Done);
                },
                batch.WasCommittedAsync,
                ct).ConfigureAwait(false);
        }
        finally
        {
            _writers.Release();
        }

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

    private async Task EnterAsync(CancellationToken ct)
    {
        if (Interlocked.Increment(ref _waitingWriters) > MaxWaitingWriters)
        {
            Interlocked.Decrement(ref _waitingWriters);
            throw new DataProviderException($"The database does not keep up: {MaxWaitingWriters} changes wait for it.");
        }

        try
        {
            await _writers.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _waitingWriters);
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
