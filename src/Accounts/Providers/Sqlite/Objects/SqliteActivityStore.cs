using Dapper;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

internal sealed class SqliteActivityStore(SqliteSession session) : IActivityStore
{
    // Of an object that is there; the condition also keeps the parser from taking ON for a join's.
    private const string Insert =
        """
        INSERT INTO object_activity (kind, name, field, value)
        SELECT @kind, @name, @field, @value WHERE EXISTS (SELECT 1 FROM objects WHERE kind = @kind AND name = @name)
        """;

    public async ValueTask<IReadOnlyDictionary<(ObjectKey Key, ActivityField Field), long>> FindAsync(IReadOnlyCollection<ObjectKey> keys, CancellationToken ct)
    {
        DataArguments.ThrowIfTooMany(keys);
        const string Sql = "SELECT name, field, value FROM object_activity WHERE kind = @kind AND name IN (SELECT value FROM json_each(@names));";
        return await session.ReadAsync(
            connection =>
            {
                var numbers = new Dictionary<(ObjectKey Key, ActivityField Field), long>();
                foreach (IGrouping<ObjectKind, string> names in keys.Where(key => DataArguments.IsName(key.Name)).GroupBy(key => key.Kind, key => key.Name))
                {
                    foreach ((string name, long field, long value) in connection.Query<(string, long, long)>(Sql, new { kind = (int)names.Key, names = NameRange.List(names) }))
                    {
                        numbers[(new ObjectKey(names.Key, name), (ActivityField)field)] = value;
                    }
                }

                return numbers;
            },
            ct).ConfigureAwait(false);
    }

    public async ValueTask RaiseAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct)
    {
        const string Sql = $"{Insert} ON CONFLICT (kind, name, field) DO UPDATE SET value = excluded.value WHERE value < excluded.value;";
        await WriteAsync(connection => connection.Execute(Sql, Parameters(key, field, value)) == 1, ct).ConfigureAwait(false);
    }

    public async ValueTask<bool> TrySetOnceAsync(ObjectKey key, ActivityField field, long value, CancellationToken ct)
    {
        const string Sql = $"{Insert} ON CONFLICT (kind, name, field) DO NOTHING;";
        return await WriteAsync(connection => connection.Execute(Sql, Parameters(key, field, value)) == 1, ct).ConfigureAwait(false);
    }

    public async ValueTask<bool> TryAddAsync(ObjectKey key, ActivityField field, long amount, long max, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(max);
        const string Sql = "SELECT value FROM object_activity WHERE kind = @kind AND name = @name AND field = @field;";
        return await WriteAsync(
            connection =>
            {
                long number = connection.ExecuteScalar<long?>(Sql, Parameters(key, field, 0)) ?? 0;
                Int128 sum = (Int128)number + amount;
                return sum >= 0 && sum <= (max == 0 ? long.MaxValue : max) && Set(connection, key, field, (long)sum);
            },
            ct).ConfigureAwait(false);
    }

    public async ValueTask SetAsync(IReadOnlyList<(ObjectKey Key, ActivityField Field, long Value)> values, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(values);
        await WriteAsync(
            connection =>
            {
                bool isChanged = false;
                foreach ((ObjectKey key, ActivityField field, long value) in values)
                {
                    isChanged |= Set(connection, key, field, value);
                }

                return isChanged;
            },
            ct).ConfigureAwait(false);
    }

    private static bool Set(SqliteConnection connection, ObjectKey key, ActivityField field, long value) =>
        connection.Execute($"{Insert} ON CONFLICT (kind, name, field) DO UPDATE SET value = excluded.value;", Parameters(key, field, value)) == 1;

    private Task<bool> WriteAsync(Func<SqliteConnection, bool> write, CancellationToken ct) => session.WriteAsync(write, static _ => true, ct);

    private static object Parameters(ObjectKey key, ActivityField field, long value) => new { kind = (int)key.Kind, name = key.Name, field = (int)field, value };
}
