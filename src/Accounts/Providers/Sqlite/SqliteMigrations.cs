using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>Brings a database to the schema of this program: embedded scripts <c>FOLDER/NNNN_name.sql</c>, each applied once and in order.</summary>
internal static class SqliteMigrations
{
    /// <summary>Scripts of the database of what is used.</summary>
    public const string Usage = "UsageMigrations/";

    /// <summary>Applies what is missing, all of it or nothing. Several processes may call this at once; one does the work.</summary>
    /// <exception cref="SqliteStoreException">The database was written by a newer program.</exception>
    public static int Apply(SqliteConnection connection, string path, string folder)
    {
        int latest = LatestOf(folder);
        connection.Execute("PRAGMA journal_mode = WAL;");

        // As a rule nothing is missing, and then nobody's write lock is waited for.
        if (IsAtVersion(connection, latest))
        {
            return latest;
        }

        // BEGIN IMMEDIATE: the write lock is the migration lock.
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        connection.Execute(
            "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL);", transaction: transaction);
        int current = connection.ExecuteScalar<int>("SELECT coalesce(max(version), 0) FROM schema_version;", transaction: transaction);
        if (current > latest)
        {
            throw new SqliteStoreException(
                $"The database '{path}' has schema version {current}, and this program knows versions up to {latest}. Use the newer program that wrote it, or restore a backup.");
        }

        foreach ((int version, string resource) in Scripts(folder).Where(script => script.Version > current).OrderBy(script => script.Version))
        {
            connection.Execute(Text(resource), transaction: transaction);
            connection.Execute(
                "INSERT INTO schema_version (version, applied_at) VALUES (@version, @appliedAt);",
                new { version, appliedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() },
                transaction);
        }

        transaction.Commit();
        return latest;
    }

    /// <summary>An embedded script.</summary>
    public static string Text(string resource)
    {
        Assembly assembly = typeof(SqliteMigrations).Assembly;
        using Stream stream = assembly.GetManifestResourceStream(resource) ?? throw new SqliteStoreException($"The migration '{resource}' is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static bool IsAtVersion(SqliteConnection connection, int version) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version';") > 0
        && connection.ExecuteScalar<int>("SELECT coalesce(max(version), 0) FROM schema_version;") == version;

    private static int LatestOf(string folder) => Scripts(folder).Max(script => script.Version);

    private static IEnumerable<(int Version, string Resource)> Scripts(string folder) =>
        typeof(SqliteMigrations).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name => (int.Parse(name.AsSpan(folder.Length, 4), NumberStyles.None, CultureInfo.InvariantCulture), name));
}
