using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sql;

/// <content>What refers to what.</content>
internal sealed partial class ObjectBatch
{
    // What a changed or removed object referred to.
    private async ValueTask RemoveReferencesAsync(SqlScope scope, CancellationToken ct)
    {
        foreach (KeysOfKind some in KeysOfKind.Split(_present.Keys))
        {
            await scope.ExecuteAsync(
                scope.Statement($"DELETE FROM {_tables.References} WHERE from_kind = ").Small((int)some.Kind)
                    .Append(" AND from_name IN (").Names(some.Names).Append(")"),
                ct).ConfigureAwait(false);
        }
    }

    // References of the changed objects are gone already: what is left of those to a removed object is from others.
    private async ValueTask<ObjectStoreResult?> FindReferenceProblemAsync(SqlScope scope, CancellationToken ct)
    {
        ObjectStoreResult? missing = await FindMissingAsync(scope, ct).ConfigureAwait(false);
        ObjectStoreResult? referenced = await FindReferencedAsync(scope, ct).ConfigureAwait(false);
        return missing is not null && referenced is not null
            ? (missing.Index <= referenced.Index ? missing : referenced)
            : missing ?? referenced;
    }

    private async ValueTask<ObjectStoreResult?> FindMissingAsync(SqlScope scope, CancellationToken ct)
    {
        HashSet<ObjectKey> elsewhere = [.. _changes.SelectMany(change => change.References).Where(target => !_indexes.ContainsKey(target))];
        Dictionary<ObjectKey, (long, long)> there = elsewhere.Count > 0 ? await FindAsync(scope, elsewhere, ct).ConfigureAwait(false) : [];
        for (int index = 0; index < _changes.Count; index++)
        {
            foreach (ObjectKey target in _changes[index].References)
            {
                bool isThere = _indexes.TryGetValue(target, out int change) ? _changes[change].Document is not null : there.ContainsKey(target);
                if (!isThere)
                {
                    return ObjectStoreResult.Failed(ObjectStoreOutcome.ReferenceMissing, index, new ObjectReference(_changes[index].Key, target));
                }
            }
        }

        return null;
    }

    private async ValueTask<ObjectStoreResult?> FindReferencedAsync(SqlScope scope, CancellationToken ct)
    {
        bool isAny = false;
        foreach (KeysOfKind some in KeysOfKind.Split(RemovedKeys))
        {
            isAny |= (await FindReferenceToAsync(scope, some.Kind, some.Names, ct).ConfigureAwait(false)).Count > 0;
        }

        if (!isAny)
        {
            return null;
        }

        // One of them is: the first in the order of the changes, one by one.
        foreach (ObjectKey key in RemovedKeys)
        {
            if (await FindReferenceToAsync(scope, key.Kind, [key.Name], ct).ConfigureAwait(false) is [{ } reference])
            {
                return ObjectStoreResult.Failed(ObjectStoreOutcome.Referenced, _indexes[key], reference);
            }
        }

        return null;
    }

    private IEnumerable<ObjectKey> RemovedKeys => _changes.Where(change => change.Document is null).Select(change => change.Key);

    private ValueTask<List<ObjectReference>> FindReferenceToAsync(SqlScope scope, ObjectKind kind, string[] names, CancellationToken ct) =>
        scope.QueryAsync(
            scope.Statement($"SELECT from_kind, from_name, to_name FROM {_tables.References} WHERE to_kind = ").Small((int)kind)
                .Append(" AND to_name IN (").Names(names).Append(") LIMIT 1"),
            reader => new ObjectReference(
                new((ObjectKind)reader.GetInt16(0), scope.Dialect.ReadName(reader, 1)), new(kind, scope.Dialect.ReadName(reader, 2))),
            ct);

    // Behind the objects: every foreign key holds after every statement, so that no server has to defer them.
    private async ValueTask WriteReferencesAsync(SqlScope scope, CancellationToken ct)
    {
        const int Parameters = 4;
        IEnumerable<(ObjectKey From, ObjectKey To)> references =
            from change in _changes from target in change.References.Distinct() select (change.Key, target);
        foreach ((ObjectKey, ObjectKey)[] some in references.Chunk(Math.Min(SqlObjectStore.NamesOfStatement, scope.Dialect.MaxParameters / Parameters)))
        {
            SqlStatement statement = scope.Statement($"INSERT INTO {_tables.References} (from_kind, from_name, to_kind, to_name) VALUES ")
                .Many(some, static (row, reference) =>
                {
                    (ObjectKey from, ObjectKey to) = reference;
                    row.Append("(").Small((int)from.Kind).Append(", ").Name(from.Name).Append(", ").Small((int)to.Kind).Append(", ").Name(to.Name).Append(")");
                });
            await scope.ExecuteAsync(statement, ct).ConfigureAwait(false);
        }
    }
}
