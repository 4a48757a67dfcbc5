using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sql;

/// <summary>The objects, in one table of all kinds.</summary>
internal sealed partial class SqlObjectStore(SqlDialect dialect, SqlRunner runner, SqlTables tables, TimeProvider time) : IObjectStore, IDisposable
{
    /// <summary>Names of one statement: a page is two of them.</summary>
    internal const int NamesOfStatement = 500;

    private const string Columns = "kind, name, id, version, stamp, role, document";

    /// <inheritdoc/>
    public async ValueTask<StoredObject?> FindAsync(ObjectKey key, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(key.Name);
        if (!ObjectNames.IsPossible(key.Name))
        {
            return null;
        }

        List<StoredObject> found = await runner.ReadAsync(
            (scope, token) => scope.QueryAsync(
                scope.Statement($"SELECT {Columns} FROM {tables.Objects} WHERE kind = ").Small((int)key.Kind).Append(" AND name = ").Name(key.Name),
                reader => ReadObject(scope, reader),
                token),
            ct).ConfigureAwait(false);
        return found.Count > 0 ? found[0] : null;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredObject>> FindManyAsync(ObjectKind kind, IReadOnlyCollection<string> names, CancellationToken ct)
    {
        string[] possible = PossibleNames(names);
        if (possible.Length == 0)
        {
            return [];
        }

        return await runner.ReadAsync<IReadOnlyList<StoredObject>>(
            async (scope, token) =>
            {
                var found = new List<StoredObject>(possible.Length);
                foreach (string[] some in possible.Chunk(NamesOfStatement))
                {
                    SqlStatement statement = scope.Statement($"SELECT {Columns} FROM {tables.Objects} WHERE kind = ").Small((int)kind)
                        .Append(" AND name IN (").Names(some).Append(")");
                    found.AddRange(await scope.QueryAsync(statement, reader => ReadObject(scope, reader), token).ConfigureAwait(false));
                }

                return found;
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<StoredObject>> ListAsync(ObjectQuery query, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, IObjectStore.MaxPage);
        ArgumentOutOfRangeException.ThrowIfNegative(query.Offset);
        if (!ObjectNames.IsPossible(query.Prefix) || !ObjectNames.IsPossible(query.Role ?? "") || !ObjectNames.IsPossible(query.After ?? "", int.MaxValue))
        {
            return [];
        }

        return await runner.ReadAsync(
            (scope, token) => scope.QueryAsync(ListStatement(scope, query), reader => ReadObject(scope, reader), token), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<long> CountAsync(ObjectKind kind, string? role, CancellationToken ct)
    {
        if (role is not null && !ObjectNames.IsPossible(role))
        {
            return 0;
        }

        return await runner.ReadAsync(
            async (scope, token) =>
            {
                SqlStatement statement = scope.Statement($"SELECT count(*) FROM {tables.Objects} WHERE kind = ").Small((int)kind);
                if (role is not null)
                {
                    statement.Append(" AND role = ").Name(role);
                }

                return await scope.NumberAsync(statement, token).ConfigureAwait(false) ?? 0;
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListReferringAsync(ObjectKey to, ObjectKind from, string? after, int limit, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, IObjectStore.MaxPage);
        ArgumentNullException.ThrowIfNull(to.Name);
        if (!ObjectNames.IsPossible(to.Name) || !ObjectNames.IsPossible(after ?? "", int.MaxValue))
        {
            return [];
        }

        return await runner.ReadAsync(
            (scope, token) =>
            {
                SqlStatement statement = scope.Statement($"SELECT from_name FROM {tables.References} WHERE to_kind = ").Small((int)to.Kind)
                    .Append(" AND to_name = ").Name(to.Name).Append(" AND from_kind = ").Small((int)from);
                if (after is not null)
                {
                    statement.Append(" AND from_name > ").Name(after);
                }

                statement.Append(" ORDER BY from_name LIMIT ").Number(limit);
                return scope.QueryAsync(statement, reader => scope.Dialect.ReadName(reader, 0), token);
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ObjectReference>> ListReferencesAsync(
        ObjectKind toKind, IReadOnlyCollection<string> toNames, ObjectKind fromKind, CancellationToken ct)
    {
        string[] possible = PossibleNames(toNames);
        if (possible.Length == 0)
        {
            return [];
        }

        return await runner.ReadAsync<IReadOnlyList<ObjectReference>>(
            async (scope, token) =>
            {
                var found = new List<ObjectReference>();
                foreach (string[] some in possible.Chunk(NamesOfStatement))
                {
                    SqlStatement statement = scope.Statement($"SELECT from_name, to_name FROM {tables.References} WHERE to_kind = ").Small((int)toKind)
                        .Append(" AND to_name IN (").Names(some).Append(") AND from_kind = ").Small((int)fromKind);
                    found.AddRange(await scope.QueryAsync(
                        statement,
                        reader => new ObjectReference(new(fromKind, scope.Dialect.ReadName(reader, 0)), new(toKind, scope.Dialect.ReadName(reader, 1))),
                        token).ConfigureAwait(false));
                }

                return found;
            },
            ct).ConfigureAwait(false);
    }

    private static string[] PossibleNames(IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(names.Count, IObjectStore.MaxPage, nameof(names));
        return [.. names.Where(name => ObjectNames.IsPossible(name)).Distinct(StringComparer.Ordinal)];
    }

    private static StoredObject ReadObject(SqlScope scope, DbDataReader reader) => new(
        new ObjectKey((ObjectKind)reader.GetInt16(0), scope.Dialect.ReadName(reader, 1)),
        reader.GetInt64(2),
        reader.GetInt64(3),
        reader.GetInt64(4),
        scope.Dialect.ReadName(reader, 5),
        (byte[])reader.GetValue(6));

    // Rows that are left out are counted in an index alone: the inner statement reads no document, however far the page is.
    private SqlStatement ListStatement(SqlScope scope, ObjectQuery query)
    {
        string order = query.IsDescending ? " DESC" : "";
        bool isFar = query.Offset > 0;
        SqlStatement statement = scope.Statement(
            isFar
                ? $"SELECT whole.kind, whole.name, whole.id, whole.version, whole.stamp, whole.role, whole.document FROM (SELECT kind, name FROM {tables.Objects} WHERE "
                : $"SELECT {Columns} FROM {tables.Objects} WHERE ");
        AppendFilter(statement, query);
        statement.Append($" ORDER BY name{order} LIMIT ").Number(query.Limit);
        return isFar
            ? statement.Append(" OFFSET ").Number(query.Offset)
                .Append($") AS page JOIN {tables.Objects} AS whole ON whole.kind = page.kind AND whole.name = page.name ORDER BY whole.name{order}")
            : statement;
    }

    private static void AppendFilter(SqlStatement statement, ObjectQuery query)
    {
        statement.Append("kind = ").Small((int)query.Kind);
        if (query.Role is not null)
        {
            statement.Append(" AND role = ").Name(query.Role);
        }

        if (query.Prefix.Length > 0)
        {
            statement.Append(" AND name >= ").Name(query.Prefix);
            if (ObjectNames.EndOfPrefix(query.Prefix) is { } end)
            {
                statement.Append(" AND name < ").Name(end);
            }
        }

        if (query.After is not null)
        {
            statement.Append(query.IsDescending ? " AND name < " : " AND name > ").Name(query.After);
        }
    }
}
