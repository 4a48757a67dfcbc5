using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <content>The rows of the objects themselves.</content>
internal sealed partial class ObjectBatch
{
    // A new object is inserted and nothing else: where its number is somebody's already, the server refuses it, and no other row is changed in its place.
    private async ValueTask WriteObjectsAsync(SqlScope scope, StoredObject?[] stored, CancellationToken ct)
    {
        await WriteObjectsAsync(scope, stored.OfType<StoredObject>().Where(static row => row.Version == 1), areNew: true, ct).ConfigureAwait(false);
        await WriteObjectsAsync(scope, stored.OfType<StoredObject>().Where(static row => row.Version > 1), areNew: false, ct).ConfigureAwait(false);
    }

    private async ValueTask WriteObjectsAsync(SqlScope scope, IEnumerable<StoredObject> stored, bool areNew, CancellationToken ct)
    {
        const int Parameters = 7;
        int maxRows = Math.Min(SqlObjectStore.NamesOfStatement, scope.Dialect.MaxParameters / Parameters);
        var rows = new List<StoredObject>(maxRows);
        int bytes = 0;
        foreach (StoredObject row in stored)
        {
            if (rows.Count == maxRows || (rows.Count > 0 && bytes + row.Document.Length > MaxStatementBytes))
            {
                await WriteAsync(scope, rows, areNew, ct).ConfigureAwait(false);
                rows.Clear();
                bytes = 0;
            }

            rows.Add(row);
            bytes += row.Document.Length;
        }

        if (rows.Count > 0)
        {
            await WriteAsync(scope, rows, areNew, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteAsync(SqlScope scope, List<StoredObject> rows, bool areNew, CancellationToken ct)
    {
        SqlDialect dialect = scope.Dialect;
        SqlStatement statement = scope.Statement($"INSERT INTO {_tables.Objects} (kind, name, id, version, stamp, role, document) VALUES ")
            .Many(rows, static (values, row) => values.Append("(")
                .Small((int)row.Key.Kind).Append(", ").Name(row.Key.Name).Append(", ").Number(row.Id).Append(", ").Number(row.Version).Append(", ")
                .Number(row.Stamp).Append(", ").Name(row.Role).Append(", ").Bytes(row.Document).Append(")"));
        if (!areNew)
        {
            statement.Append(dialect.OnConflictSet("kind, name"))
                .Append($" version = {dialect.Proposed("version")}, stamp = {dialect.Proposed("stamp")}, role = {dialect.Proposed("role")}, document = {dialect.Proposed("document")}");
        }

        await scope.ExecuteAsync(statement, ct).ConfigureAwait(false);
    }

    // Last: nothing refers to them any more. Their numbers go with them.
    private async ValueTask RemoveObjectsAsync(SqlScope scope, long stamp, CancellationToken ct)
    {
        bool isAny = false;
        foreach (KeysOfKind some in KeysOfKind.Split(RemovedKeys))
        {
            isAny = true;
            await scope.ExecuteAsync(
                scope.Statement($"DELETE FROM {_tables.Objects} WHERE kind = ").Small((int)some.Kind).Append(" AND name IN (").Names(some.Names).Append(")"),
                ct).ConfigureAwait(false);
            SqlStatement remember = scope.Statement($"INSERT INTO {_tables.Deletions} (kind, name, stamp, deleted_at) VALUES ")
                .Many(some.Names, (row, name) => row.Append("(").Small((int)some.Kind).Append(", ").Name(name).Append(", ").Number(stamp)
                    .Append(", ").Number(_now.ToUnixTimeMilliseconds()).Append(")"))
                .Append(scope.Dialect.OnConflictSet("kind, name"))
                .Append($" stamp = {scope.Dialect.Proposed("stamp")}, deleted_at = {scope.Dialect.Proposed("deleted_at")}");
            await scope.ExecuteAsync(remember, ct).ConfigureAwait(false);
        }

        if (isAny)
        {
            await ForgetDeletionsAsync(scope, ct).ConfigureAwait(false);
        }
    }

    // Who asks for changes since a stamp before the forgotten ones is told that all may have changed.
    private async ValueTask ForgetDeletionsAsync(SqlScope scope, CancellationToken ct)
    {
        long before = (_now - KeepDeletions).ToUnixTimeMilliseconds();
        long? purged = await scope.NumberAsync(
            scope.Statement($"SELECT max(stamp) FROM {_tables.Deletions} WHERE deleted_at < ").Number(before), ct).ConfigureAwait(false);
        if (purged is { } stamp)
        {
            await scope.ExecuteAsync(scope.Statement($"DELETE FROM {_tables.Deletions} WHERE deleted_at < ").Number(before), ct).ConfigureAwait(false);
            await scope.ExecuteAsync(
                scope.Statement($"UPDATE {_tables.Meta} SET purged_stamp = ").Number(stamp).Append(" WHERE id = 1 AND purged_stamp < ").Number(stamp), ct).ConfigureAwait(false);
        }
    }
}
