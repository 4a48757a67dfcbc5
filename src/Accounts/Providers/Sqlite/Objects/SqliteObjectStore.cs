using Dapper;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

internal sealed class SqliteObjectStore(SqliteSession session) : IObjectStore
{
    public async ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(key.Name);
        const string Sql = $"SELECT {ObjectRow.Columns} FROM objects AS o WHERE o.kind = @kind AND o.name = @name;";
        return DataArguments.IsName(key.Name)
            ? await session.ReadAsync(
                connection => connection.QuerySingleOrDefault<ObjectRow>(Sql, new { kind = (int)key.Kind, name = key.Name })?.ToStored(), ct).ConfigureAwait(false)
            : null;
    }

    public async ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        DataArguments.ThrowIfTooMany(names);
        const string Sql = $"SELECT {ObjectRow.Columns} FROM objects AS o WHERE o.kind = @kind AND o.name IN (SELECT value FROM json_each(@names));";
        string list = NameRange.List(names.Where(DataArguments.IsName));
        return await session.ReadAsync(connection => ToStored(connection.Query<ObjectRow>(Sql, new { kind = (int)kind, names = list })), ct).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct)
    {
        DataArguments.ThrowIfInvalid(query);
        string? end = NameRange.End(query.Prefix);
        string direction = query.IsDescending ? "DESC" : "ASC";
        string conditions = (query.Role is null ? "" : " AND role = @Role")
            + (query.Prefix.Length == 0 ? "" : " AND name >= @Prefix")
            + (query.Prefix.Length == 0 || end is null ? "" : " AND name < @end")
            + (query.After is null ? "" : query.IsDescending ? " AND name < @After" : " AND name > @After");

        // The names of the page come from an index alone.
        string sql =
            $"""
            SELECT {ObjectRow.Columns}
            FROM (SELECT rowid AS row, name FROM objects WHERE kind = @kind{conditions} ORDER BY name {direction} LIMIT @Limit OFFSET @Offset) AS page
            JOIN objects AS o ON o.rowid = page.row
            ORDER BY page.name {direction};
            """;
        var parameters = new { kind = (int)query.Kind, query.Role, query.Prefix, end, query.After, query.Limit, query.Offset };
        return await session.ReadAsync(connection => ToStored(connection.Query<ObjectRow>(sql, parameters)), ct).ConfigureAwait(false);
    }

    public async ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct)
    {
        string sql = $"SELECT count(*) FROM objects WHERE kind = @kind{(role is null ? "" : " AND role = @role")};";
        return await session.ReadAsync(connection => connection.ExecuteScalar<long>(sql, new { kind = (int)kind, role }), ct).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct)
    {
        DataArguments.ThrowIfNoPage(limit);
        const string Sql =
            """
            SELECT from_name FROM object_references
            WHERE to_kind = @toKind AND to_name = @toName AND from_kind = @fromKind AND from_name > @after
            ORDER BY from_name LIMIT @limit;
            """;
        var parameters = new { toKind = (int)to.Kind, toName = to.Name, fromKind = (int)from, after = after ?? "", limit };
        return await session.ReadAsync(connection => connection.Query<string>(Sql, parameters).AsList(), ct).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(
        ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct)
    {
        DataArguments.ThrowIfTooMany(toNames);
        const string Sql =
            """
            SELECT from_name, to_name FROM object_references
            WHERE to_kind = @toKind AND to_name IN (SELECT value FROM json_each(@names)) AND from_kind = @fromKind;
            """;
        var parameters = new { toKind = (int)toKind, fromKind = (int)fromKind, names = NameRange.List(toNames.Where(DataArguments.IsName)) };
        return await session.ReadAsync(
            connection => connection.Query<(string From, string To)>(Sql, parameters)
                .Select(row => new ObjectReference(new ObjectKey(fromKind, row.From), new ObjectKey(toKind, row.To))).ToList(),
            ct).ConfigureAwait(false);
    }

    public async ValueTask<ObjectStoreResult> ApplyAsync(IReadOnlyList<ObjectChange> changes, CancellationToken ct)
    {
        DataArguments.ThrowIfInvalid(changes);
        ct.ThrowIfCancellationRequested();
        if (changes.Count == 0)
        {
            return ObjectStoreResult.Done([], await GetStampAsync(ct).ConfigureAwait(false));
        }

        return await session.WriteAsync(
            connection => new ObjectChangeSet(connection, changes, session.Now).Apply(),
            static result => result.Outcome == ObjectStoreOutcome.Done,
            ct).ConfigureAwait(false);
    }

    public async ValueTask<long> GetStampAsync(CancellationToken ct) => await session.ReadStampAsync(ct).ConfigureAwait(false);

    public bool TryGetStampNow(out long stamp) => session.TryReadStampNow(out stamp);

    public uint Generation => session.KnownFile;

    public async ValueTask<ObjectChanges> ListChangesAsync(long since, CancellationToken ct)
    {
        // One statement is of one moment.
        const string Sql =
            """
            SELECT 0 AS Kind, '' AS Name, stamp AS Stamp, known_since AS KnownSince FROM meta
            UNION ALL
            SELECT * FROM (
                SELECT kind, name, stamp, 0 FROM objects WHERE stamp > @since
                UNION ALL
                SELECT kind, name, stamp, 0 FROM object_removals WHERE stamp > @since
                LIMIT @limit);
            """;
        return await session.ReadAsync(
            connection =>
            {
                List<(long Kind, string Name, long Stamp, long KnownSince)> rows =
                    connection.Query<(long Kind, string Name, long Stamp, long KnownSince)>(Sql, new { since, limit = IObjectStore.MaxChanges + 1 }).AsList();
                (_, _, long stamp, long knownSince) = rows.Single(row => row.Kind == 0);
                bool isKnown = since >= knownSince && since <= stamp && rows.Count - 1 <= IObjectStore.MaxChanges;
                return new ObjectChanges(
                    stamp, isKnown ? [.. rows.Where(row => row.Kind != 0).Select(row => new ObjectKey((ObjectKind)row.Kind, row.Name))] : null);
            },
            ct).ConfigureAwait(false);
    }

    private static List<StoredObject> ToStored(IEnumerable<ObjectRow> rows) => [.. rows.Select(row => row.ToStored())];
}
