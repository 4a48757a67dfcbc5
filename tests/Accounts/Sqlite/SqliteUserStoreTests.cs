using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Stores;
using Hpc.Accounts.Tests.Stores;
using Microsoft.Data.Sqlite;

namespace Hpc.Accounts.Tests.Sqlite;

public sealed class SqliteUserStoreTests : UserStoreContract, IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("hpc-sqlite-").FullName;
    private readonly List<SqliteUserStore> _stores = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string DatabasePath => Path.Combine(_directory, "hpc.db");

    public void Dispose()
    {
        _stores.ForEach(store => store.Dispose());
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_was_committed_is_there_for_another_that_opens_the_file_while_the_first_never_closed_it()
    {
        await (await OpenAsync()).AddAsync(TestUsers.New(password: "secret"), Ct);

        IUserStore second = await OpenAsync();

        (await second.FindAsync("alice", Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_copy_of_the_files_as_a_killed_process_leaves_them_holds_what_was_committed()
    {
        await (await OpenAsync()).AddAsync(TestUsers.New(), Ct);
        string copy = Path.Combine(_directory, "copy.db");
        File.Copy(DatabasePath, copy);
        File.Copy(DatabasePath + "-wal", copy + "-wal");

        using SqliteUserStore store = await SqliteUserStore.OpenAsync(copy, Ct);

        (await store.FindAsync("alice", Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_database_that_is_opened_again_keeps_its_users_and_its_schema()
    {
        IUserStore first = await OpenAsync();
        await first.AddAsync(TestUsers.New(), Ct);
        _stores[0].Dispose();
        _stores.Clear();

        IUserStore second = await OpenAsync();

        (await second.FindAsync("alice", Ct)).ShouldNotBeNull();
        Scalar("SELECT count(*) FROM schema_version;").ShouldBe(SqliteMigrations.Latest);
    }

    [Fact]
    public async Task Many_that_open_a_new_database_at_once_migrate_it_once()
    {
        SqliteUserStore[] stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SqliteUserStore.OpenAsync(DatabasePath, Ct))));
        _stores.AddRange(stores);

        Scalar("SELECT count(*) FROM schema_version;").ShouldBe(SqliteMigrations.Latest);
        (await stores[0].AddAsync(TestUsers.New(), Ct)).Outcome.ShouldBe(UserStoreOutcome.Done);
        (await stores[7].FindAsync("alice", Ct)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_versions_named()
    {
        await OpenAsync();
        Execute("INSERT INTO schema_version (version, applied_at) VALUES (999, 0);");

        SqliteStoreException exception = await Should.ThrowAsync<SqliteStoreException>(OpenAsync);

        exception.Message.ShouldContain("999");
        exception.Message.ShouldContain($"up to {SqliteMigrations.Latest}");
        Scalar("SELECT max(version) FROM schema_version;").ShouldBe(999);
    }

    [Fact]
    public async Task The_file_and_its_journal_are_for_their_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        File.WriteAllBytes(DatabasePath, []);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(DatabasePath, (UnixFileMode)0b110_100_100);
            await (await OpenAsync()).AddAsync(TestUsers.New(), Ct);

            foreach (string file in Directory.GetFiles(_directory))
            {
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
            }
        }
    }

    [Fact]
    public async Task Commits_are_synchronised_in_a_write_ahead_log()
    {
        await OpenAsync();
        using var database = new SqliteDatabase(DatabasePath);
        (long synchronous, string mode, long foreignKeys, long timeout) = await database.RunAsync(
            connection => (Read<long>(connection, "PRAGMA synchronous;"), Read<string>(connection, "PRAGMA journal_mode;"), Read<long>(connection, "PRAGMA foreign_keys;"), Read<long>(connection, "PRAGMA busy_timeout;")),
            Ct);

        synchronous.ShouldBe(2);
        mode.ShouldBe("wal");
        foreignKeys.ShouldBe(1);
        timeout.ShouldBeGreaterThanOrEqualTo(1000);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        byte[] content = TestUsers.Utf8(string.Concat(Enumerable.Repeat("This is no database. ", 100)));
        File.WriteAllBytes(DatabasePath, content);

        SqliteStoreException exception = await Should.ThrowAsync<SqliteStoreException>(OpenAsync);

        exception.Message.ShouldContain(DatabasePath);
        File.ReadAllBytes(DatabasePath).ShouldBe(content);
    }

    [Fact]
    public async Task A_directory_that_does_not_exist_is_said_so()
    {
        string path = Path.Combine(_directory, "missing", "hpc.db");
        SqliteStoreException exception = await Should.ThrowAsync<SqliteStoreException>(() => SqliteUserStore.OpenAsync(path, Ct));
        exception.Message.ShouldContain(path);
    }

    [Fact]
    public async Task A_user_disabled_by_hand_in_the_database_is_disabled()
    {
        IUserStore store = await OpenAsync();
        await store.AddAsync(TestUsers.New(), Ct);
        Execute("UPDATE users SET is_enabled = 0 WHERE user_name = 'alice';");
        (await store.FindAsync("alice", Ct))!.IsEnabled.ShouldBeFalse();
    }

    [Fact]
    public async Task The_change_stamp_sees_what_others_commit()
    {
        IUserStore store = await OpenAsync();
        IUserStore other = await OpenAsync();
        long first = await store.GetChangeStampAsync(Ct);
        await other.AddAsync(TestUsers.New(), Ct);
        long second = await store.GetChangeStampAsync(Ct);
        Execute("UPDATE users SET is_enabled = 0 WHERE user_name = 'alice';");
        long third = await store.GetChangeStampAsync(Ct);

        new[] { first, second, third }.ShouldBeUnique();
        (await store.GetChangeStampAsync(Ct)).ShouldBe(third);
    }

    [Fact]
    public async Task A_change_stamp_is_asked_of_no_store_that_is_closed()
    {
        IUserStore store = await OpenAsync();
        await store.GetChangeStampAsync(Ct);
        _stores[0].Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await store.GetChangeStampAsync(Ct));
    }

    [Fact]
    public async Task A_document_with_a_member_that_is_not_known_is_not_half_read()
    {
        IUserStore store = await OpenAsync();
        await store.AddAsync(TestUsers.New(), Ct);
        Execute("""UPDATE users SET document = '{"home_directory":"/x","public_keys":[],"permissions":["*"],"denied_addresses":["0.0.0.0/0"]}';""");
        await Should.ThrowAsync<SqliteStoreException>(async () => await store.FindAsync("alice", Ct));
    }

    [Fact]
    public void The_systems_library_is_used_where_there_is_one()
    {
        Assert.SkipUnless(System.Runtime.InteropServices.NativeLibrary.TryLoad("libsqlite3.so.0", out nint library), "libsqlite3.so.0 is not installed");
        nint version = System.Runtime.InteropServices.NativeLibrary.GetExport(library, "sqlite3_version");
        SqliteUserStore.LibraryVersion.ShouldBe(System.Runtime.InteropServices.Marshal.PtrToStringUTF8(version));
    }

    protected override async Task<IUserStore> OpenAsync()
    {
        SqliteUserStore store = await SqliteUserStore.OpenAsync(DatabasePath, Ct);
        _stores.Add(store);
        return store;
    }

    private static T Read<T>(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    private long Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        return Read<long>(connection, sql);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
