using Hpc.Accounts.Data;

namespace Hpc.Accounts.Sql;

/// <summary>Values with an end, in one table.</summary>
internal sealed class SqlEphemeralStore(SqlDialect dialect, SqlRunner runner, SqlTables tables, EphemeralRoom room, TimeProvider time) : IEphemeralStore
{
    private const int MaxList = 1000;

    // Between the attempt to add and the one to take the place of a value that has ended, another node may do either.
    private const int MaxAttempts = 5;

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct)
    {
        if (!IsPossible(name))
        {
            return null;
        }

        List<byte[]> found = await runner.ReadAsync(
            (scope, token) => scope.QueryAsync(
                scope.Statement($"SELECT value FROM {tables.Ephemeral} WHERE name = ").Name(name).Append(" AND expires_at > ").Number(Now),
                static reader => (byte[])reader.GetValue(0),
                token),
            ct).ConfigureAwait(false);
        return found.Count > 0 ? new ReadOnlyMemory<byte>(found[0]) : (ReadOnlyMemory<byte>?)null;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct)
    {
        Check(name, value);
        await room.MakeAsync(ct).ConfigureAwait(false);
        await runner.WriteAsync(
            async (scope, token) =>
            {
                SqlStatement statement = Insert(scope, "INSERT INTO", name, value, expiresAt).Append(dialect.OnConflictSet("name"))
                    .Append($" value = {dialect.Proposed("value")}, expires_at = {dialect.Proposed("expires_at")}");
                await scope.ExecuteAsync(statement, token).ConfigureAwait(false);
                return (true, true);
            },
            wasCommitted: null,
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct)
    {
        Check(name, value);
        await room.MakeAsync(ct).ConfigureAwait(false);
        return await runner.WriteAsync(
            async (scope, token) =>
            {
                bool isAdded = await TryAddAsync(scope, name, value, expiresAt, token).ConfigureAwait(false);
                return (isAdded, isAdded);
            },
            wasCommitted: null,
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct)
    {
        if (!IsPossible(name))
        {
            return false;
        }

        return await runner.WriteAsync(
            async (scope, token) =>
            {
                SqlStatement statement = scope.Statement($"DELETE FROM {tables.Ephemeral} WHERE name = ").Name(name).Append(" AND expires_at > ").Number(Now);
                bool isRemoved = await scope.ExecuteAsync(statement, token).ConfigureAwait(false) > 0;
                return (isRemoved, isRemoved);
            },
            wasCommitted: null,
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxList);
        if (!IsPossible(prefix) || !ObjectNames.IsPossible(after ?? "", int.MaxValue))
        {
            return [];
        }

        return await runner.ReadAsync(
            (scope, token) =>
            {
                SqlStatement statement = scope.Statement($"SELECT name FROM {tables.Ephemeral} WHERE name >= ").Name(prefix);
                if (ObjectNames.EndOfPrefix(prefix) is { } end)
                {
                    statement.Append(" AND name < ").Name(end);
                }

                if (after is not null)
                {
                    statement.Append(" AND name > ").Name(after);
                }

                statement.Append(" AND expires_at > ").Number(Now).Append(" ORDER BY name LIMIT ").Number(limit);
                return scope.QueryAsync(statement, reader => dialect.ReadName(reader, 0), token);
            },
            ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask PurgeAsync(CancellationToken ct)
    {
        long now = Now;
        while (await room.PurgeSomeAsync(now, ct).ConfigureAwait(false) == EphemeralRoom.PurgeRows)
        {
            ct.ThrowIfCancellationRequested();
        }
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool IsPossible(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ObjectNames.IsPossible(name);
    }

    private static void Check(string name, ReadOnlyMemory<byte> value)
    {
        ObjectNames.ThrowIfImpossible(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, IEphemeralStore.MaxValue, nameof(value));
    }

    private SqlStatement Insert(SqlScope scope, string verb, string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt) =>
        scope.Statement($"{verb} {tables.Ephemeral} (name, value, expires_at) VALUES (").Name(name).Append(", ").Bytes(value).Append(", ")
            .Number(expiresAt.ToUnixTimeMilliseconds()).Append(")");

    private async ValueTask<bool> TryAddAsync(SqlScope scope, string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct)
    {
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            SqlStatement add = Insert(scope, dialect.InsertOrIgnore, name, value, expiresAt).Append(dialect.DoNothing);
            if (await scope.ExecuteAsync(add, ct).ConfigureAwait(false) > 0)
            {
                return true;
            }

            long now = Now;
            SqlStatement replace = scope.Statement($"UPDATE {tables.Ephemeral} SET value = ").Bytes(value).Append(", expires_at = ").Number(expiresAt.ToUnixTimeMilliseconds())
                .Append(" WHERE name = ").Name(name).Append(" AND expires_at <= ").Number(now);
            if (await scope.ExecuteAsync(replace, ct).ConfigureAwait(false) > 0)
            {
                return true;
            }

            SqlStatement look = scope.Statement($"SELECT count(*) FROM {tables.Ephemeral} WHERE name = ").Name(name).Append(" AND expires_at > ").Number(now);
            if (await scope.NumberAsync(look, ct).ConfigureAwait(false) > 0)
            {
                return false;
            }
        }

        throw new DataProviderException($"A value could not be added in {MaxAttempts} attempts: others add and remove it all the time.");
    }
}
