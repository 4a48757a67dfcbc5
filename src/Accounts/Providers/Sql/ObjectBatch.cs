using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>
/// Changes of objects that are made as a whole. The first statement takes the meta row, which every writer of objects takes first and keeps until its commit:
/// stamps come in the order of commits, a reader at a stamp sees all that it covers, and writers cannot deadlock on anything behind it.
/// What the batch then reads no other batch changes, so that versions and references are judged before anything is written;
/// the foreign keys of the tables stand behind that. A batch may be applied again after a roll-back.
/// </summary>
internal sealed partial class ObjectBatch
{
    // A statement stays below 2 MB but for one document that is larger; servers take 16 MB and more, and escaping doubles it at worst.
    private const int MaxStatementBytes = 2 << 20;

    // An hour is promised; the clocks of nodes may differ.
    private static readonly TimeSpan KeepDeletions = TimeSpan.FromHours(2);

    private readonly SqlTables _tables;
    private readonly IReadOnlyList<ObjectChange> _changes;
    private readonly DateTimeOffset _now;
    private readonly Dictionary<ObjectKey, int> _indexes;
    private Dictionary<ObjectKey, (long Id, long Version)> _present = [];
    private byte[] _mark = [];

    public ObjectBatch(SqlTables tables, IReadOnlyList<ObjectChange> changes, DateTimeOffset now)
    {
        _tables = tables;
        _changes = changes;
        _now = now;
        _indexes = new Dictionary<ObjectKey, int>(changes.Count);
        for (int index = 0; index < changes.Count; index++)
        {
            Check(changes[index]);
            if (!_indexes.TryAdd(changes[index].Key, index))
            {
                throw new ArgumentException($"{changes[index].Key} is changed twice.", nameof(changes));
            }
        }
    }

    /// <summary>Makes the changes in a transaction, which is to be committed if they are done.</summary>
    public async ValueTask<ObjectStoreResult> ApplyAsync(SqlScope scope, CancellationToken ct)
    {
        // Another mark for each attempt: that of a commit without an answer is asked for later.
        _mark = Guid.NewGuid().ToByteArray();
        (long stamp, long lastId) = await TakeStampAsync(scope, ct).ConfigureAwait(false);
        _present = await FindPresentAsync(scope, ct).ConfigureAwait(false);
        if (FindVersionProblem() is { } problem)
        {
            return problem;
        }

        await RemoveReferencesAsync(scope, ct).ConfigureAwait(false);
        if (await FindReferenceProblemAsync(scope, ct).ConfigureAwait(false) is { } broken)
        {
            return broken;
        }

        StoredObject?[] stored = new StoredObject?[_changes.Count];
        long nextId = lastId - _changes.Count;
        for (int index = 0; index < stored.Length; index++)
        {
            ObjectChange change = _changes[index];
            if (change.Document is { } document)
            {
                (long id, long version) = _present.TryGetValue(change.Key, out (long Id, long Version) old) ? old : (++nextId, 0);
                stored[index] = new StoredObject(change.Key, id, version + 1, stamp, change.Role, document);
            }
        }

        await WriteObjectsAsync(scope, stored, ct).ConfigureAwait(false);
        await WriteReferencesAsync(scope, ct).ConfigureAwait(false);
        await RemoveObjectsAsync(scope, stamp, ct).ConfigureAwait(false);
        return ObjectStoreResult.Done(stored, stamp);
    }

    /// <summary>
    /// After a commit without an answer: was it done? The row is read behind its lock, so that a transaction that is still there has ended.
    /// Null if others have committed since and hide the answer.
    /// </summary>
    public async ValueTask<bool?> WasCommittedAsync(SqlScope scope, ObjectStoreResult result, CancellationToken ct)
    {
        List<(byte[] Mark, long Stamp)> rows = await scope.QueryAsync(
            scope.Statement($"SELECT mark, stamp FROM {_tables.Meta} WHERE id = 1 FOR UPDATE"),
            reader => ((byte[])reader.GetValue(0), reader.GetInt64(1)),
            ct).ConfigureAwait(false);
        (byte[] mark, long stamp) = rows[0];
        if (mark.AsSpan().SequenceEqual(_mark))
        {
            return true;
        }

        return stamp < result.Stamp ? false : null;
    }

    private static void Check(ObjectChange change)
    {
        ObjectNames.ThrowIfImpossible(change.Key.Name);
        if (change.Role.Length > 0)
        {
            ObjectNames.ThrowIfImpossible(change.Role);
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(change.Document?.Length ?? 0, IObjectStore.MaxDocument, nameof(change));
        foreach (ObjectKey reference in change.References)
        {
            ArgumentNullException.ThrowIfNull(reference.Name);
        }
    }

    // Ids come from the same row: numbers that only grow, without the holes and the sizes of the servers' own.
    private async ValueTask<(long Stamp, long LastId)> TakeStampAsync(SqlScope scope, CancellationToken ct)
    {
        await scope.ExecuteAsync(
            scope.Statement($"UPDATE {_tables.Meta} SET stamp = stamp + 1, last_id = last_id + ").Number(_changes.Count)
                .Append(", mark = ").Bytes(_mark).Append(" WHERE id = 1"),
            ct).ConfigureAwait(false);
        List<(long, long)> rows = await scope.QueryAsync(
            scope.Statement($"SELECT stamp, last_id FROM {_tables.Meta} WHERE id = 1"), reader => (reader.GetInt64(0), reader.GetInt64(1)), ct).ConfigureAwait(false);
        return rows.Count == 1 ? rows[0] : throw new DataProviderException("The row of the change stamp is missing in the database.");
    }

    private ValueTask<Dictionary<ObjectKey, (long Id, long Version)>> FindPresentAsync(SqlScope scope, CancellationToken ct) =>
        FindAsync(scope, _changes.Select(change => change.Key), ct);

    private async ValueTask<Dictionary<ObjectKey, (long Id, long Version)>> FindAsync(SqlScope scope, IEnumerable<ObjectKey> keys, CancellationToken ct)
    {
        var found = new Dictionary<ObjectKey, (long, long)>();
        foreach (KeysOfKind some in KeysOfKind.Split(keys))
        {
            SqlStatement statement = scope.Statement($"SELECT name, id, version FROM {_tables.Objects} WHERE kind = ").Small((int)some.Kind)
                .Append(" AND name IN (").Names(some.Names).Append(")");
            foreach ((string name, long id, long version) in await scope.QueryAsync(
                statement, reader => (scope.Dialect.ReadName(reader, 0), reader.GetInt64(1), reader.GetInt64(2)), ct).ConfigureAwait(false))
            {
                found.Add(new ObjectKey(some.Kind, name), (id, version));
            }
        }

        return found;
    }

    private ObjectStoreResult? FindVersionProblem()
    {
        for (int index = 0; index < _changes.Count; index++)
        {
            ObjectChange change = _changes[index];
            bool isThere = _present.TryGetValue(change.Key, out (long Id, long Version) present);
            ObjectStoreOutcome? problem = (isThere, change.ExpectedVersion) switch
            {
                (true, 0) => ObjectStoreOutcome.AlreadyExists,
                (true, { } version) when version != present.Version => ObjectStoreOutcome.VersionConflict,
                (false, > 0) => ObjectStoreOutcome.NotFound,
                (false, _) when change.Document is null => ObjectStoreOutcome.NotFound,
                _ => null,
            };
            if (problem is { } outcome)
            {
                return ObjectStoreResult.Failed(outcome, index);
            }
        }

        return null;
    }
}
