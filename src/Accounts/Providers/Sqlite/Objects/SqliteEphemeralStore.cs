using Dapper;
using Hpc.Accounts.Data;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>Full: no value gives way before its end, as one may be the mark that something must not be used again.</summary>
internal sealed class SqliteEphemeralStore(SqliteSession session) : IEphemeralStore
{
    /// <summary>Most values, nearly: it is looked at now and then.</summary>
    private const int MaxValues = 1_000_000;

    private const int WritesBetweenLooks = 1000;
    private const string Upsert =
        """
        INSERT INTO ephemeral (name, expires_at, value) VALUES (@name, @end, @value)
        ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at, value = excluded.value
        """;

    // Touched by the one transaction at a time.
    private int _writes;
    private bool _isFull;

    public async ValueTask<ReadOnlyMemory<byte>?> FindAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        const string Sql = "SELECT value FROM ephemeral WHERE name = @name AND expires_at > @now;";
        byte[]? value = DataArguments.IsName(name)
            ? await session.ReadAsync(connection => connection.QuerySingleOrDefault<byte[]>(Sql, new { name, now = session.Now }), ct).ConfigureAwait(false)
            : null;
        return value is null ? (ReadOnlyMemory<byte>?)null : value;
    }

    public async ValueTask PutAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
        await PutAsync($"{Upsert};", name, value, expiresAt, ct).ConfigureAwait(false);

    public async ValueTask<bool> TryAddAsync(string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct) =>
        await PutAsync($"{Upsert} WHERE ephemeral.expires_at <= @now;", name, value, expiresAt, ct).ConfigureAwait(false);

    public async ValueTask<bool> TryRemoveAsync(string name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(name);
        const string Sql = "DELETE FROM ephemeral WHERE name = @name AND expires_at > @now;";
        return await session.WriteAsync(connection => connection.Execute(Sql, new { name, now = session.Now }) == 1, static _ => true, ct).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<string>> ListAsync(string prefix, string? after, int limit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        DataArguments.ThrowIfNoPage(limit);
        string? end = NameRange.End(prefix);
        string sql =
            $"""
            SELECT name FROM ephemeral
            WHERE name >= @prefix{(end is null ? "" : " AND name < @end")}{(after is null ? "" : " AND name > @after")} AND expires_at > @now
            ORDER BY name LIMIT @limit;
            """;
        return await session.ReadAsync(connection => connection.Query<string>(sql, new { prefix, end, after, now = session.Now, limit }).AsList(), ct).ConfigureAwait(false);
    }

    public async ValueTask PurgeAsync(CancellationToken ct) => await session.WriteAsync(Purge, static _ => true, ct).ConfigureAwait(false);

    private async Task<bool> PutAsync(string sql, string name, ReadOnlyMemory<byte> value, DateTimeOffset expiresAt, CancellationToken ct)
    {
        DataArguments.ThrowIfInvalid(name, value);
        byte[] copy = value.ToArray();
        return await session.WriteAsync(
            connection =>
            {
                ThrowIfFull(connection);
                return connection.Execute(sql, new { name, end = expiresAt.ToUnixTimeMilliseconds(), value = copy, now = session.Now }) == 1;
            },
            static _ => true,
            ct).ConfigureAwait(false);
    }

    private int Purge(SqliteConnection connection) => connection.Execute("DELETE FROM ephemeral WHERE expires_at <= @now;", new { now = session.Now });

    private void ThrowIfFull(SqliteConnection connection)
    {
        if (_isFull || ++_writes % WritesBetweenLooks == 0)
        {
            Purge(connection);
            _isFull = connection.ExecuteScalar<long>("SELECT count(*) FROM ephemeral;") >= MaxValues;
        }

        if (_isFull)
        {
            throw new DataProviderException($"The data provider is full: it holds at most {MaxValues} values that have an end.");
        }
    }
}
