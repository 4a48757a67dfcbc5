using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Tests.Stores;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Tests.Sqlite;

public sealed class SqliteFolderStoreTests : FolderStoreContract, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hpc-folders-").FullName;
    private readonly List<SqliteUserStore> _stores = [];

    private string DatabasePath => Path.Combine(_directory, "hpc.db");

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_user_of_the_first_schema_is_read_with_the_defaults_of_what_it_did_not_know()
    {
        Execute(
            """
            CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL);
            INSERT INTO schema_version VALUES (1, 0);
            CREATE TABLE users (
                id INTEGER PRIMARY KEY, user_name TEXT NOT NULL UNIQUE, is_enabled INTEGER NOT NULL, expires_at INTEGER,
                version INTEGER NOT NULL, document TEXT NOT NULL);
            INSERT INTO users VALUES (1, 'alice', 1, NULL, 3, '{"home_directory":"/srv/alice","public_keys":[],"permissions":["list"]}');
            """);

        SqliteUserStore store = await OpenStoreAsync();
        UserAccount user = (await store.FindAsync("alice", Ct)).ShouldNotBeNull();

        user.ShouldHold(TestUsers.New() with { Permissions = ["list"], Version = 3 });
        (await store.UpdateAsync(user, Ct)).User!.Version.ShouldBe(4);
    }

    [Fact]
    public async Task A_user_with_nothing_new_is_stored_as_before()
    {
        SqliteUserStore store = await OpenStoreAsync();
        await store.AddAsync(TestUsers.New(), Ct);
        Text("SELECT document FROM users;").ShouldBe("""{"home_directory":"/srv/alice","public_keys":[],"permissions":["*"]}""");
    }

    [Fact]
    public async Task Where_a_folder_is_stands_with_the_folder_alone()
    {
        (IUserStore users, _) = await OpenFullAsync();
        await users.AddAsync((await users.AddAsync(TestUsers.Full(), Ct)).User! with { UserName = "bob" }, Ct);
        Text("SELECT document FROM users WHERE user_name = 'bob';").ShouldNotContain("/srv/reports");
    }

    [Fact]
    public async Task A_change_of_a_folder_by_another_process_is_seen_at_once_by_one_that_remembers_the_user()
    {
        (IUserStore users, _) = await OpenFullAsync();
        SqliteUserStore other = await OpenStoreAsync();
        await users.AddAsync(TestUsers.Full(), Ct);
        await users.FindAsync("alice", Ct);
        users.TryFindNow("alice", out UserAccount? known).ShouldBeTrue();
        known.Folders[0].MappedPath.ShouldBe("/srv/reports");

        await other.UpdateFolderAsync((await other.FindFolderAsync("reports", Ct))! with { MappedPath = "/mnt/new" }, Ct);

        users.TryFindNow("alice", out _).ShouldBeFalse();
        (await users.FindAsync("alice", Ct))!.Folders[0].MappedPath.ShouldBe("/mnt/new");
    }

    [Fact]
    public async Task A_folder_that_was_removed_by_hand_leaves_a_mount_without_a_path()
    {
        (IUserStore users, IFolderStore folders) = await OpenFullAsync();
        await users.AddAsync(TestUsers.Full(), Ct);
        Execute("PRAGMA foreign_keys = OFF; DELETE FROM folders WHERE name = 'reports';");

        UserAccount user = (await users.FindAsync("alice", Ct))!;

        user.Folders.Select(mount => mount.MappedPath).ShouldBe([null, "/srv/ålbum"]);
        (await users.UpdateAsync(user, Ct)).Errors.ShouldHaveSingleItem().Field.ShouldBe("Folders[0].FolderName");
        (await folders.AddFolderAsync(TestUsers.Folders[0], Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
        (await users.FindAsync("alice", Ct))!.Folders[0].MappedPath.ShouldBe("/srv/reports");
    }

    [Fact]
    public async Task A_user_that_was_removed_by_hand_leaves_nothing_that_stands_in_the_way()
    {
        (IUserStore users, IFolderStore folders) = await OpenFullAsync();
        await users.AddAsync(TestUsers.Full(), Ct);
        Execute("PRAGMA foreign_keys = OFF; DELETE FROM users;");

        (await folders.ListFolderUsersAsync("reports", 10, Ct)).ShouldBeEmpty();
        (await users.AddAsync(TestUsers.New() with { Folders = [TestUsers.Full().Folders[1]] }, Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
        (await folders.ListFolderUsersAsync("reports", 10, Ct)).ShouldBeEmpty();
        (await folders.DeleteFolderAsync("reports", Ct)).ShouldBe(UserStoreOutcome.Done);
    }

    [Fact]
    public async Task The_users_of_a_folder_are_found_by_an_index()
    {
        await OpenStoreAsync();
        foreach (string sql in new[] { "SELECT user_name FROM user_folders WHERE folder_name = 'a' ORDER BY user_name", "DELETE FROM user_folders WHERE folder_name = 'a'" })
        {
            Text("EXPLAIN QUERY PLAN " + sql, column: 3).ShouldContain("user_folders_by_folder");
        }
    }

    [Fact]
    public async Task A_document_that_lacks_what_it_must_have_is_not_half_read()
    {
        SqliteUserStore store = await OpenStoreAsync();
        await store.AddAsync(TestUsers.New(), Ct);
        foreach (string document in new[]
        {
            """{"home_directory":"/srv","public_keys":[],"permissions":null}""",
            """{"home_directory":"/srv","public_keys":[],"permissions":["*"],"directory_permissions":[{"path":"/a"}]}""",
            """{"home_directory":"/srv","public_keys":[],"permissions":["*"],"file_patterns":[{"path":"/a","allowed":[],"denied":[],"kind":"regex"}]}""",
        })
        {
            Execute($"UPDATE users SET document = '{document}';");
            await Should.ThrowAsync<SqliteStoreException>(async () => await store.FindAsync("alice", Ct));
        }
    }

    [Fact]
    public async Task A_folder_with_more_users_than_a_page_is_taken_from_all_of_them()
    {
        (IUserStore users, IFolderStore folders) = await OpenFullAsync();
        await users.AddAsync(TestUsers.Full(), Ct);
        Execute(
            """
            WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1100)
            INSERT INTO users (user_name, is_enabled, version, document) SELECT 'user' || n, 1, 1, (SELECT document FROM users WHERE user_name = 'alice') FROM numbers;
            INSERT INTO user_folders (user_name, folder_name) SELECT user_name, 'reports' FROM users WHERE user_name LIKE 'user%';
            """);

        (await folders.DeleteFolderAsync("reports", Ct)).ShouldBe(UserStoreOutcome.Done);

        Text("SELECT count(*) FROM users WHERE version = 2 AND document NOT LIKE '%\"reports\"%';").ShouldBe("1101");
    }

    protected override async Task<(IUserStore Users, IFolderStore Folders)> OpenAsync()
    {
        SqliteUserStore store = await OpenStoreAsync();
        return (store, store);
    }

    private async Task<SqliteUserStore> OpenStoreAsync()
    {
        SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        _stores.Add(store);
        return store;
    }

    private void Execute(string sql)
    {
        _ = SqliteUserStore.LibraryVersion;
        using SqliteConnection connection = OpenConnection();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private string Text(string sql, int column = 0)
    {
        using SqliteConnection connection = OpenConnection();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using SqliteDataReader reader = command.ExecuteReader();
        reader.Read().ShouldBeTrue();
        return reader.GetString(column);
    }

    private SqliteConnection OpenConnection()
    {
        var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        return connection;
    }
}
