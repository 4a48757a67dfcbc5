using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;

namespace Hpc.Accounts.Sql;

/// <summary>Numbers about objects, in a table that the deletion of an object reaches.</summary>
internal sealed class SqlActivityStore(SqlDialect dialect, SqlRunner runner, SqlTables tables) : IActivityStore, IDisposable
{
    // Between the attempt to change a number and the one to make it, another node may make or remove it.
    private const int MaxAttempts = 5;

    // Logins write these, each for the row of its user, which a large change may hold for long: the other half of the connections is for whoever looks up.
    private readonly WriterGate _writers = new(Math.Max(1, dialect.Connections / 2));

    /// <inheritdoc/>
    public void Dispose() => _writers.Dispose();

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long>> FindAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keys.Count, IObjectStore.MaxPage, nameof(keys));
        KeysOfKind[] parts = [.. KeysOfKind.Split(keys)];
        if (parts.Length == 0)
        {
            return new Dictionary<(ObjectKey, ActivityField), long>();
        }

        return await runner.ReadAsync(
            async (scope, token) =>
            {
                var found = new Dictionary<(ObjectKey, ActivityField), long>();
                foreach (KeysOfKind some in parts)
                {
                    SqlStatement statement = scope.Statement($"SELECT name, field, value FROM {tables.Activity} WHERE kind = ").Small((int)some.Kind)
                        .Append(" AND name IN (").Names(some.Names).Append(")");
                    foreach ((string name, ActivityField field, long value) in await scope.QueryAsync(
                        statement, reader => (dialect.ReadName(reader, 0), (ActivityField)reader.GetInt16(1), reader.GetInt64(2)), token).ConfigureAwait(false))
                    {
                        found[(new ObjectKey(some.Kind, name), field)] = value;
                    }
                }

                return found;
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RaiseAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct) =>
        await WriteAsync(
            key,
            async (scope, token) =>
            {
                SqlStatement statement = Insert(scope, "INSERT INTO", key, field, value).Append(dialect.OnConflictSet("kind, name, field"))
                    .Append($" value = GREATEST({tables.Activity}.value, {dialect.Proposed("value")})");
                return await scope.ExecuteAsync(statement, token).ConfigureAwait(false) > 0;
            },
            ct).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<bool> TrySetOnceAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct) =>
        WriteAsync(key, (scope, token) => TryInsertAsync(scope, key, field, value, token), ct);

    /// <inheritdoc/>
    public ValueTask<bool> TryAddAsync(ObjectKey key, ActivityField field, long amount, long max, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        long limit = max == 0 ? long.MaxValue : max;

        // 0 <= value + amount <= limit without a sum that may be too large.
        long smallest = amount < 0 ? (amount == long.MinValue ? long.MaxValue : -amount) : 0;
        long largest = amount > 0 ? limit - amount : (limit > long.MaxValue + amount ? long.MaxValue : limit - amount);
        return WriteAsync(
            key,
            async (scope, token) =>
            {
                for (int attempt = 0; attempt < MaxAttempts; attempt++)
                {
                    SqlStatement add = WhereKey(scope.Statement($"UPDATE {tables.Activity} SET value = value + ").Number(amount), key, field)
                        .Append(" AND value >= ").Number(smallest).Append(" AND value <= ").Number(largest);
                    if (await scope.ExecuteAsync(add, token).ConfigureAwait(false) > 0)
                    {
                        return true;
                    }

                    SqlStatement look = WhereKey(scope.Statement($"SELECT count(*) FROM {tables.Activity}"), key, field);
                    if (await scope.NumberAsync(look, token).ConfigureAwait(false) > 0)
                    {
                        return false;
                    }

                    if (amount < 0 || amount > limit)
                    {
                        return false;
                    }

                    if (await TryInsertAsync(scope, key, field, amount, token).ConfigureAwait(false))
                    {
                        return true;
                    }
                }

                return false;
            },
            ct);
    }

    /// <inheritdoc/>
    public async ValueTask SetAsync(IReadOnlyList<(ObjectKey Key, ActivityField Field, long Value)> values, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(values);
        const int Rows = 200;

        // The last one for a number is the one that holds. In the order of their keys, so that two loads do not deadlock.
        (ObjectKey Key, ActivityField Field, long Value)[] last =
        [
            .. values.Where(value => ObjectNames.IsPossible(value.Key.Name)).GroupBy(value => (value.Key, value.Field)).Select(same => same.Last())
                .OrderBy(value => value.Key.Kind).ThenBy(value => value.Key.Name, StringComparer.Ordinal).ThenBy(value => value.Field),
        ];
        if (last.Length == 0)
        {
            return;
        }

        await _writers.RunAsync(() => runner.WriteAsync(
            async (scope, token) =>
            {
                foreach ((ObjectKey Key, ActivityField Field, long Value)[] some in last.Chunk(Rows))
                {
                    await SetSomeAsync(scope, some, token).ConfigureAwait(false);
                }

                return (true, true);
            },
            wasCommitted: null,
            ct), ct).ConfigureAwait(false);
    }

    private async ValueTask SetSomeAsync(SqlScope scope, (ObjectKey Key, ActivityField Field, long Value)[] some, CancellationToken ct)
    {
        HashSet<ObjectKey> there = [];
        foreach (KeysOfKind keys in KeysOfKind.Split(some.Select(value => value.Key)))
        {
            SqlStatement look = scope.Statement($"SELECT name FROM {tables.Objects} WHERE kind = ").Small((int)keys.Kind)
                .Append(" AND name IN (").Names(keys.Names).Append(") ORDER BY name FOR UPDATE");
            there.UnionWith((await scope.QueryAsync(look, reader => dialect.ReadName(reader, 0), ct).ConfigureAwait(false)).Select(name => new ObjectKey(keys.Kind, name)));
        }

        (ObjectKey Key, ActivityField Field, long Value)[] rows = [.. some.Where(value => there.Contains(value.Key))];
        if (rows.Length > 0)
        {
            SqlStatement statement = scope.Statement($"INSERT INTO {tables.Activity} (kind, name, field, value) VALUES ")
                .Many(rows, static (row, value) => row.Append("(").Small((int)value.Key.Kind).Append(", ").Name(value.Key.Name).Append(", ")
                    .Small((int)value.Field).Append(", ").Number(value.Value).Append(")"))
                .Append(dialect.OnConflictSet("kind, name, field")).Append($" value = {dialect.Proposed("value")}");
            await scope.ExecuteAsync(statement, ct).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> TryInsertAsync(SqlScope scope, ObjectKey key, ActivityField field, long value, CancellationToken ct) =>
        await scope.ExecuteAsync(Insert(scope, dialect.InsertOrIgnore, key, field, value).Append(dialect.DoNothing), ct).ConfigureAwait(false) > 0;

    // Nothing is made for an object that is not there.
    private SqlStatement Insert(SqlScope scope, string verb, ObjectKey key, ActivityField field, long value) =>
        scope.Statement($"{verb} {tables.Activity} (kind, name, field, value) SELECT kind, name, ").Small((int)field).Append(", ").Number(value)
            .Append($" FROM {tables.Objects} WHERE kind = ").Small((int)key.Kind).Append(" AND name = ").Name(key.Name);

    private static SqlStatement WhereKey(SqlStatement statement, ObjectKey key, ActivityField field) =>
        statement.Append(" WHERE kind = ").Small((int)key.Kind).Append(" AND name = ").Name(key.Name).Append(" AND field = ").Small((int)field);

    private async ValueTask<bool> WriteAsync(ObjectKey key, Func<SqlScope, CancellationToken, ValueTask<bool>> work, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(key.Name);
        if (!ObjectNames.IsPossible(key.Name))
        {
            return false;
        }

        try
        {
            return await _writers.RunAsync(
                () => runner.WriteAsync(
                    async (scope, token) =>
                    {
                        bool isChanged = await work(scope, token).ConfigureAwait(false);
                        return (isChanged, isChanged);
                    },
                    wasCommitted: null,
                    ct),
                ct).ConfigureAwait(false);
        }
        catch (DataProviderException exception) when (exception.InnerException is DbException cause && dialect.Classify(cause) == SqlFailure.ForeignKey)
        {
            // The object was removed in the same moment.
            return false;
        }
    }
}
