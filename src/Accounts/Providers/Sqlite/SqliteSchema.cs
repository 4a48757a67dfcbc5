using Dapper;
using Hpc.Accounts.Data;
using Hpc.Accounts.Sqlite.Legacy;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Sqlite;

/// <summary>The schema of the accounts' database, version by version, up and down. Several processes may ask at once; one does the work while the others wait.</summary>
internal static class SqliteSchema
{
    /// <summary>The version that this program works with.</summary>
    public const int Newest = 3;

    private static readonly SqliteSchemaStep[] Steps =
    [
        new(1, connection => Run(connection, "Migrations/0001_users.sql"), connection => Run(connection, "Schema/0001_users.down.sql")),
        new(2, connection => Run(connection, "Migrations/0002_folders.sql"), connection => Run(connection, "Schema/0002_folders.down.sql")),
        new(3, UpToObjects, DownFromObjects),
    ];

    /// <summary>The version that is there; 0 if there is none.</summary>
    public static int Read(SqliteConnection connection) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version';") > 0
            ? connection.ExecuteScalar<int>("SELECT coalesce(max(version), 0) FROM schema_version;")
            : 0;

    /// <summary>Refuses a version that this program does not work with.</summary>
    public static void ThrowUnlessNewest(int version, string path)
    {
        ThrowIfTooNew(version, path);
        if (version < Newest)
        {
            throw new DataProviderException(version == 0
                ? $"The database '{path}' has no schema yet. Make it with 'hpc initprovider', or let the server do it (data_provider.update_mode 0)."
                : $"The database '{path}' has schema version {version}, and this program needs {Newest}. Bring it up to date with 'hpc initprovider', or let the server do it (data_provider.update_mode 0).");
        }
    }

    /// <summary>Brings the schema to a version, all of the way or not at all.</summary>
    public static int Migrate(SqliteConnection connection, string path, int version)
    {
        connection.Execute("PRAGMA journal_mode = WAL;");

        // As a rule nothing is missing, and then nobody's write lock is waited for.
        if (Read(connection) == version)
        {
            return version;
        }

        // The write lock is the migration lock.
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL);");
        int current = Read(connection);
        ThrowIfTooNew(current, path);
        for (; current < version; current++)
        {
            Steps[current].Up(connection);
            connection.Execute(
                "INSERT INTO schema_version (version, applied_at) VALUES (@version, @now);",
                new { version = current + 1, now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() });
        }

        for (; current > version; current--)
        {
            Steps[current - 1].Down(connection);
            connection.Execute("DELETE FROM schema_version WHERE version = @current;", new { current });
        }

        transaction.Commit();
        return version;
    }

    /// <summary>Removes all tables, of whatever version, and overwrites what they held.</summary>
    public static int Reset(SqliteConnection connection, string path)
    {
        // Not within a transaction: the pragma is ignored there.
        connection.Execute("PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON;");
        try
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            ThrowIfTooNew(Read(connection), path);
            foreach (string table in connection.Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\';").AsList())
            {
                Execute(connection, $"DROP TABLE \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\";");
            }

            transaction.Commit();
        }
        finally
        {
            connection.Execute("PRAGMA foreign_keys = ON; PRAGMA secure_delete = OFF;");
        }

        // The log still holds the pages as they were.
        return connection.ExecuteScalar<int>("PRAGMA wal_checkpoint(TRUNCATE);");
    }

    private static void ThrowIfTooNew(int version, string path)
    {
        if (version > Newest)
        {
            throw new DataProviderException(
                $"The database '{path}' has schema version {version}, and this program knows versions up to {Newest}. Use the newer program that wrote it, or restore a backup.");
        }
    }

    private static void UpToObjects(SqliteConnection connection)
    {
        Run(connection, "Schema/0003_objects.up.sql");

        // Larger than all stamps of a database that stood here before, as after a reset: who has seen those takes none of the new ones for an old one.
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        long stamp = now * 1000;
        connection.Execute("INSERT INTO meta (id, stamp, known_since) VALUES (1, @stamp, @stamp);", new { stamp });
        LegacyAccounts.CarryOver(connection, stamp, now);
        Run(connection, "Schema/0003_objects.moved.sql");
    }

    private static void DownFromObjects(SqliteConnection connection)
    {
        Run(connection, "Migrations/0001_users.sql");
        Run(connection, "Migrations/0002_folders.sql");
        LegacyAccounts.CarryBack(connection);
        Run(connection, "Schema/0003_objects.down.sql");
    }

    private static void Run(SqliteConnection connection, string resource) => Execute(connection, SqliteMigrations.Text(resource));

    private static void Execute(SqliteConnection connection, string sql) => connection.Execute(sql);
}
