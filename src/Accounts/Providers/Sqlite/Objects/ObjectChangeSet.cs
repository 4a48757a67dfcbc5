using Dapper;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>Changes that are made together, within a savepoint that the caller takes back if they fail.</summary>
internal sealed class ObjectChangeSet(SqliteConnection connection, IReadOnlyList<ObjectChange> changes, long now)
{
    // Twice of what is promised.
    private static readonly long RemovalsKept = (long)TimeSpan.FromHours(2).TotalMilliseconds;

    private long _stamp;

    public ObjectStoreResult Apply()
    {
        connection.Execute("UPDATE meta SET stamp = stamp + 1;");
        _stamp = connection.ExecuteScalar<long>("SELECT stamp FROM meta;");
        var stored = new StoredObject?[changes.Count];
        for (int index = 0; index < changes.Count; index++)
        {
            ObjectChange change = changes[index];
            (long Id, long Version)? there = FindVersion(change.Key);
            ObjectStoreOutcome outcome = Compare(change, there?.Version ?? 0);
            if (outcome != ObjectStoreOutcome.Done)
            {
                return ObjectStoreResult.Failed(outcome, index);
            }

            stored[index] = change.Document is { } document ? Put(change, document, there) : Delete(change.Key);
        }

        if (changes.Any(change => change.Document is null))
        {
            ForgetRemovals();
        }

        return FindBrokenReference() ?? ObjectStoreResult.Done(stored, _stamp);
    }

    private static ObjectStoreOutcome Compare(ObjectChange change, long version) => change switch
    {
        { ExpectedVersion: 0 } when version > 0 => ObjectStoreOutcome.AlreadyExists,
        { ExpectedVersion: > 0 } or { Document: null } when version == 0 => ObjectStoreOutcome.NotFound,
        { ExpectedVersion: { } expected } when expected != version => ObjectStoreOutcome.VersionConflict,
        _ => ObjectStoreOutcome.Done,
    };

    private (long Id, long Version)? FindVersion(ObjectKey key) =>
        connection.Query<(long Id, long Version)>("SELECT id, version FROM objects WHERE kind = @kind AND name = @name;", Parameters(key))
            .Select(row => ((long Id, long Version)?)row).SingleOrDefault();

    private StoredObject Put(ObjectChange change, ReadOnlyMemory<byte> document, (long Id, long Version)? there)
    {
        var stored = new StoredObject(change.Key, there?.Id ?? NextId(change.Key.Kind), (there?.Version ?? 0) + 1, _stamp, change.Role, document.ToArray());
        var row = new
        {
            kind = (int)change.Key.Kind,
            name = change.Key.Name,
            stored.Id,
            stored.Version,
            stored.Stamp,
            stored.Role,
            document = document.ToArray(),
        };
        if (there is null)
        {
            connection.Execute(
                """
                INSERT INTO objects (kind, name, id, version, stamp, role, document) VALUES (@kind, @name, @Id, @Version, @Stamp, @Role, CAST(@document AS TEXT));
                DELETE FROM object_removals WHERE kind = @kind AND name = @name;
                """,
                row);
        }
        else
        {
            connection.Execute(
                """
                UPDATE objects SET version = @Version, stamp = @Stamp, role = @Role, document = CAST(@document AS TEXT) WHERE kind = @kind AND name = @name;
                DELETE FROM object_references WHERE from_kind = @kind AND from_name = @name;
                """,
                row);
        }

        connection.Execute(
            "INSERT INTO object_references (from_kind, from_name, to_kind, to_name) VALUES (@kind, @name, @toKind, @toName);",
            change.References.Distinct().Select(to => new { row.kind, row.name, toKind = (int)to.Kind, toName = to.Name }));
        return stored;
    }

    private StoredObject? Delete(ObjectKey key)
    {
        // What it refers to and what is counted about it goes with it.
        connection.Execute(
            """
            DELETE FROM objects WHERE kind = @kind AND name = @name;
            INSERT INTO object_removals (kind, name, stamp, removed_at) VALUES (@kind, @name, @stamp, @now)
            ON CONFLICT (kind, name) DO UPDATE SET stamp = excluded.stamp, removed_at = excluded.removed_at;
            """,
            new { kind = (int)key.Kind, name = key.Name, stamp = _stamp, now });
        return null;
    }

    private long NextId(ObjectKind kind)
    {
        connection.Execute("INSERT INTO object_ids (kind, last) VALUES (@kind, 1) ON CONFLICT (kind) DO UPDATE SET last = last + 1;", new { kind = (int)kind });
        return connection.ExecuteScalar<long>("SELECT last FROM object_ids WHERE kind = @kind;", new { kind = (int)kind });
    }

    private void ForgetRemovals()
    {
        var parameters = new { end = now - RemovalsKept };
        long? last = connection.ExecuteScalar<long?>("SELECT max(stamp) FROM object_removals WHERE removed_at < @end;", parameters);
        if (last is not null)
        {
            connection.Execute("UPDATE meta SET known_since = max(known_since, @last);", new { last });
            connection.Execute("DELETE FROM object_removals WHERE removed_at < @end;", parameters);
        }
    }

    // The foreign keys would refuse the commit, and with it the changes of others in the same transaction, and tell nothing of what is in the way.
    private ObjectStoreResult? FindBrokenReference()
    {
        HashSet<ObjectKey> changed = [.. changes.Select(change => change.Key)];
        for (int index = 0; index < changes.Count; index++)
        {
            ObjectChange change = changes[index];
            if (change.Document is null && FindReferring(change.Key, changed) is { } from)
            {
                return ObjectStoreResult.Failed(ObjectStoreOutcome.Referenced, index, new ObjectReference(from, change.Key));
            }

            if (change.Document is not null && change.References.Count > 0 && FindMissing(change.Key) is { } to)
            {
                return ObjectStoreResult.Failed(ObjectStoreOutcome.ReferenceMissing, index, new ObjectReference(change.Key, to));
            }
        }

        return null;
    }

    // Of those that are not changed themselves; the changed ones are looked at on their own.
    private ObjectKey? FindReferring(ObjectKey to, HashSet<ObjectKey> changed)
    {
        const string Sql =
            "SELECT from_kind AS Kind, from_name AS Name FROM object_references WHERE to_kind = @kind AND to_name = @name ORDER BY from_kind, from_name LIMIT @limit;";
        return connection.Query<KeyRow>(Sql, new { kind = (int)to.Kind, name = to.Name, limit = changed.Count + 1 })
            .Select(row => (ObjectKey?)row.ToKey()).FirstOrDefault(from => !changed.Contains(from!.Value));
    }

    private ObjectKey? FindMissing(ObjectKey from)
    {
        const string Sql =
            """
            SELECT r.to_kind AS Kind, r.to_name AS Name FROM object_references AS r
            WHERE r.from_kind = @kind AND r.from_name = @name AND NOT EXISTS (SELECT 1 FROM objects AS o WHERE o.kind = r.to_kind AND o.name = r.to_name)
            LIMIT 1;
            """;
        return connection.QueryFirstOrDefault<KeyRow>(Sql, Parameters(from))?.ToKey();
    }

    private static object Parameters(ObjectKey key) => new { kind = (int)key.Kind, name = key.Name };
}
