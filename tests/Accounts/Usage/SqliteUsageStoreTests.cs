using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Tests.Usage;

public sealed class SqliteUsageStoreTests : UsageStoreContract, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-usage-");
    private readonly List<SqliteUsageStore> _stores = [];

    private string Database => Path.Combine(_directory.FullName, "usage.db");

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        _directory.Delete(recursive: true);
    }

    protected override async Task<IUsageStore> OpenAsync()
    {
        SqliteUsageStore store = await SqliteUsageStore.OpenAsync(Database, TimeProvider.System, Ct);
        _stores.Add(store);
        return store;
    }

    [Fact]
    public async Task The_file_is_its_owners_alone()
    {
        await OpenAsync();
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Database).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task What_was_settled_is_there_after_it_was_opened_again()
    {
        IUsageStore store = await OpenAsync();
        await store.SettleAsync(new("one", "1"), 1, [new UsageRequest { Scope = Scope, Consumed = new(1, 2, 3, 4), Use = UsageUse.Files }], Ct);
        _stores[0].Dispose();
        UsageRecord record = (await (await OpenAsync()).FindAsync(Scope, Ct))!;
        record.Used.ShouldBe(new UsageAmount(1, 2, 3, 4));
    }

    [Fact]
    public async Task The_last_thousand_runs_are_remembered()
    {
        IUsageStore store = await OpenAsync();
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO usage_epochs SELECT 'one', 'e' || i, i FROM n;";
            command.ExecuteNonQuery();
        }

        IReadOnlySet<string> earlier = await store.BeginAsync(new("one", "now"), Ct);
        earlier.Count.ShouldBe(1000);
        earlier.ShouldContain("e1001");
        earlier.ShouldContain("e2000");
    }

    [Fact]
    public async Task A_database_of_a_newer_program_is_refused()
    {
        await OpenAsync();
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_version (version, applied_at) VALUES (9999, 0);";
            command.ExecuteNonQuery();
        }

        (await Should.ThrowAsync<SqliteStoreException>(OpenAsync)).Message.ShouldContain("9999");
    }
}
