using Dapper;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Tests.Sqlite;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hpc-database-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string DatabasePath => Path.Combine(_directory, "hpc.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_log_that_was_deleted_while_it_was_in_use_makes_a_new_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Identity of files is known on Linux alone.");
        using var database = new SqliteDatabase(DatabasePath);
        database.EnsureFile();
        await WriteAsync(database);
        uint first = database.CurrentFile();
        await WriteAsync(database);
        database.CurrentFile().ShouldBe(first);

        File.Delete(DatabasePath + "-wal");
        File.Delete(DatabasePath + "-shm");

        database.CurrentFile().ShouldNotBe(first);
        await WriteAsync(database);
        (await database.RunAsync(connection => connection.ExecuteScalar<long>("SELECT count(*) FROM t;"), Ct)).ShouldBeGreaterThan(0);
        uint second = database.CurrentFile();
        database.CurrentFile().ShouldBe(second);
    }

    [Fact]
    public async Task A_schema_that_is_up_to_date_does_not_wait_for_somebody_elses_write()
    {
        using SqliteUsageStore first = await SqliteUsageStore.OpenAsync(DatabasePath, TimeProvider.System, Ct);
        await first.CorrectAsync(new UsageCorrection("user:ann", 1, 2, DateTimeOffset.UnixEpoch), Ct);
        using var writer = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        writer.Open();
        writer.Execute("BEGIN IMMEDIATE;");

        // With the write lock it would be refused after its time-out.
        using SqliteUsageStore second = await SqliteUsageStore.OpenAsync(DatabasePath, TimeProvider.System, Ct);
        (await second.FindAsync("user:ann", Ct)).ShouldNotBeNull().Used.Files.ShouldBe(1);
        writer.Execute("ROLLBACK;");
    }

    [Fact]
    public async Task A_damaged_usage_database_says_what_to_do()
    {
        await File.WriteAllTextAsync(DatabasePath, new string('x', 8192), Ct);
        (await Should.ThrowAsync<SqliteStoreException>(() => SqliteUsageStore.OpenAsync(DatabasePath, TimeProvider.System, Ct)))
            .Message.ShouldContain("Move it away");
    }

    private static Task<int> WriteAsync(SqliteDatabase database) => database.RunAsync(
        connection => connection.Execute("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (a INTEGER); INSERT INTO t VALUES (1);"), Ct);
}
