using System.Text.Json;
using Hpc.Accounts;
using Hpc.Accounts.Data;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Providers.Tests.Sqlite;

public sealed class SqliteRestoreTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-restore-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_database_that_was_restored_under_the_server_is_believed_even_if_its_stamp_is_one_that_was_seen()
    {
        string path = Path.Combine(_directory.FullName, "hpc.db");
        string backup = Path.Combine(_directory.FullName, "backup.db");
        await using var provider = new SqliteDataProvider(path, TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        await PutAsync(provider, "/srv/ann", status: 1);
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            await connection.OpenAsync(Ct);
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // A path of this test.
            command.CommandText = $"VACUUM INTO '{backup}'";
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(Ct);
        }

        using var directory = new AccountDirectory(provider.Objects, new AccountDirectoryOptions(), TimeProvider.System, NullLoggerFactory.Instance);
        await directory.FindAsync("ann", Ct);
        long regretted = await PutAsync(provider, "/srv/wrong", status: 1);
        (await directory.FindAsync("ann", Ct)).ShouldNotBeNull().HomeDirectory.ShouldBe("/srv/wrong");
        long told = await directory.GetChangeStampAsync(Ct);

        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
        File.Move(backup, path, overwrite: true);
        (await PutAsync(provider, "/srv/ann", status: 0)).ShouldBe(regretted);

        UserAccount now = (await directory.FindAsync("ann", Ct)).ShouldNotBeNull();
        (now.IsEnabled, now.HomeDirectory).ShouldBe((false, "/srv/ann"));
        (await directory.ListChangesAsync(told, Ct)).Keys.ShouldBeNull();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private static async Task<long> PutAsync(SqliteDataProvider provider, string home, int status)
    {
        var user = new User { Username = "ann", Status = status, HomeDir = home, Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["*"] } };
        ObjectStoreResult result = await provider.Objects.ApplyAsync(
            [ObjectChange.Put(new(ObjectKind.User, "ann"), null, JsonSerializer.SerializeToUtf8Bytes(user, AccountsJson.Default.User), "", [])], Ct);
        result.Outcome.ShouldBe(ObjectStoreOutcome.Done);
        return result.Stamp;
    }
}
