using System.Globalization;
using System.Reflection;
using Npgsql;

namespace Hpc.Actors.Cluster.Postgres;

/// <summary>The schema hpc_cluster_*, step by step up and down. One node at a time: the others wait for the lock of the table of versions, which ends with the transaction.</summary>
internal static class PostgresMigrations
{
    private static readonly Assembly Assembly = typeof(PostgresMigrations).Assembly;

    /// <summary>The newest version that is known.</summary>
    public static int Newest { get; } = Names(".up.sql").Count;

    /// <summary>Goes to a version; 0 removes everything.</summary>
    public static async Task MigrateAsync(NpgsqlConnection connection, int version, CancellationToken ct)
    {
        await MakeTableAsync(connection, ct).ConfigureAwait(false);
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await ExecuteAsync(connection, "LOCK TABLE hpc_cluster_schema IN ACCESS EXCLUSIVE MODE", ct).ConfigureAwait(false);
            int current = await GetVersionAsync(connection, ct).ConfigureAwait(false);
            if (current > Newest)
            {
                throw new PostgresEngineException(
                    $"The cluster's tables have schema version {current}, and this program knows versions up to {Newest}. Use the newer program that wrote it.");
            }

            await StepAsync(connection, current, version, ct).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    // Who only looks takes no lock that a tick would wait for.
    public static async Task<bool> IsNewestAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        using var command = new NpgsqlCommand("SELECT to_regclass('hpc_cluster_schema') IS NOT NULL", connection);
        bool isThere = (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
        return isThere && await GetVersionAsync(connection, ct).ConfigureAwait(false) == Newest;
    }

    private static async Task MakeTableAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        try
        {
            await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS hpc_cluster_schema (version INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL)", ct).ConfigureAwait(false);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.DuplicateObject)
        {
            // Another node made it in the same moment.
            await ExecuteAsync(connection, "SELECT FROM hpc_cluster_schema", ct).ConfigureAwait(false);
        }
    }

    private static async Task StepAsync(NpgsqlConnection connection, int current, int version, CancellationToken ct)
    {
        List<string> ups = Names(".up.sql");
        List<string> downs = Names(".down.sql");
        for (; current < version; current++)
        {
            await ExecuteAsync(connection, await ReadAsync(ups[current], ct).ConfigureAwait(false), ct).ConfigureAwait(false);
            await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"INSERT INTO hpc_cluster_schema VALUES ({current + 1}, now())"), ct).ConfigureAwait(false);
        }

        for (; current > version; current--)
        {
            await ExecuteAsync(connection, await ReadAsync(downs[current - 1], ct).ConfigureAwait(false), ct).ConfigureAwait(false);
            await ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"DELETE FROM hpc_cluster_schema WHERE version = {current}"), ct).ConfigureAwait(false);
        }
    }

    private static async Task<int> GetVersionAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        using var command = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM hpc_cluster_schema", connection);
        return (int)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken ct)
    {
        using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        await SocketThread.Leave();
    }

    private static List<string> Names(string end) =>
        [.. Assembly.GetManifestResourceNames().Where(name => name.StartsWith("Migrations/", StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static async Task<string> ReadAsync(string name, CancellationToken ct)
    {
        using var reader = new StreamReader(Assembly.GetManifestResourceStream(name)!);
        return await reader.ReadToEndAsync(ct).ConfigureAwait(false);
    }
}
