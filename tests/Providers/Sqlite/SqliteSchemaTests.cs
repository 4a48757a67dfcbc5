using Dapper;
using Hpc.Accounts;
using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sqlite;
using Microsoft.Data.Sqlite;
using System.Text.Json;

namespace Hpc.Providers.Tests.Sqlite;

/// <summary>Users and folders of schema 2 become objects, and go back.</summary>
public sealed class SqliteSchemaTests : IDisposable
{
    private const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ ann";

    private static readonly string Hash = "$argon2id$v=19$m=65536,t=3,p=4$" + new string('A', 22) + "$" + new string('A', 43);

    private static readonly UserAccount Ann = new()
    {
        UserName = "ann",
        HomeDirectory = "/srv/ann",
        PasswordHash = Hash,
        PublicKeys = [Key],
        ExpiresAt = DateTimeOffset.FromUnixTimeMilliseconds(4_000_000_000_123),
        Permissions = ["list", "download"],
        DirectoryPermissions = [new DirectoryPermissions("/in", ["*"]), new DirectoryPermissions("/out", [])],
        FilePatterns = [new FilePatternRule("/", ["*.csv"], ["*.exe"], FilePatternPolicy.Hide)],
        Folders =
        [
            new FolderMount { FolderName = "files", VirtualPath = "/files", QuotaBytes = 5, QuotaFiles = 6, IsReadOnly = true },
            new FolderMount { FolderName = "été", VirtualPath = "/other", QuotaBytes = FolderMount.InUserQuota, QuotaFiles = FolderMount.InUserQuota },
        ],
        QuotaBytes = 1000,
        QuotaFiles = 10,
        UploadTransferBytes = 3 << 20,
        DownloadTransferBytes = 4 << 20,
        TotalTransferBytes = 5 << 20,
        MaxUploadBytes = 77,
        UserId = 1000,
        GroupId = 1001,
        StartDirectory = "/files",
    };

    private static readonly UserAccount Bob = new() { UserName = "bob", HomeDirectory = "/srv/bob", PasswordHash = Hash, IsEnabled = false };

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-schema-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_directory.FullName, "hpc.db");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Users_and_folders_become_objects()
    {
        await FillAsync();
        await using SqliteDataProvider provider = await OpenAsync();
        (await provider.GetSchemaAsync(Ct)).ShouldBe(3);
        StoredObject stored = (await provider.Objects.FindAsync(new ObjectKey(ObjectKind.User, "ann"), Ct)).ShouldNotBeNull();
        stored.Version.ShouldBe(2);
        stored.Stamp.ShouldBe(await provider.Objects.GetStampAsync(Ct));
        User ann = JsonSerializer.Deserialize(stored.Document.Span, AccountsJson.Default.User)!;
        (ann.Username, ann.HomeDir, ann.Password, ann.Status, ann.ExpirationDate).ShouldBe(("ann", "/srv/ann", Hash, 1, 4_000_000_000_123));
        (ann.QuotaSize, ann.QuotaFiles, ann.Uid, ann.Gid).ShouldBe((1000, 10, 1000, 1001));
        (ann.UploadDataTransfer, ann.DownloadDataTransfer, ann.TotalDataTransfer).ShouldBe((3, 4, 5));
        ann.PublicKeys.ShouldBe([Key]);
        ann.Permissions.Select(pair => $"{pair.Key} {string.Join(',', pair.Value)}").ShouldBe(["/ list,download", "/in *", "/out "]);
        ann.VirtualFolders.Select(folder => (folder.Name, folder.VirtualPath, folder.QuotaSize, folder.QuotaFiles, folder.ReadOnly))
            .ShouldBe([("files", "/files", 5, 6, true), ("été", "/other", -1, -1, false)]);
        PatternsFilter filter = ann.Filters.FilePatterns.ShouldHaveSingleItem();
        (filter.Path, filter.DenyPolicy).ShouldBe(("/", 1));
        (filter.AllowedPatterns, filter.DeniedPatterns).ShouldSatisfyAllConditions(lists => lists.AllowedPatterns.ShouldBe(["*.csv"]), lists => lists.DeniedPatterns.ShouldBe(["*.exe"]));
        (ann.Filters.MaxUploadFileSize, ann.Filters.StartDirectory).ShouldBe((77, "/files"));
        User bob = JsonSerializer.Deserialize((await provider.Objects.FindAsync(new ObjectKey(ObjectKind.User, "bob"), Ct))!.Document.Span, AccountsJson.Default.User)!;
        bob.Status.ShouldBe(0);
        Folder files = JsonSerializer.Deserialize((await provider.Objects.FindAsync(new ObjectKey(ObjectKind.Folder, "files"), Ct))!.Document.Span, AccountsJson.Default.Folder)!;
        (files.Name, files.MappedPath, files.Description).ShouldBe(("files", "/srv/files", "for all"));
        (await provider.Objects.ListReferringAsync(new ObjectKey(ObjectKind.Folder, "files"), ObjectKind.User, null, 10, Ct)).ShouldBe(["ann"]);
        (await provider.Objects.ApplyAsync([ObjectChange.Delete(new ObjectKey(ObjectKind.Folder, "files"), null)], Ct)).Outcome.ShouldBe(ObjectStoreOutcome.Referenced);
        ObjectStoreResult added = await provider.Objects.ApplyAsync([ObjectChange.Put(new ObjectKey(ObjectKind.User, "new"), 0, "{}"u8.ToArray(), "", [])], Ct);
        added.Stored[0]!.Id.ShouldBe(3);
    }

    [Fact]
    public async Task Days_that_a_group_or_a_password_ends_after_run_from_the_migration_on()
    {
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await FillAsync();
        OldTables.Add(Database, new UserAccount { UserName = "keyed", HomeDirectory = "/srv/keyed", PublicKeys = [Key], Version = 1 });

        await using SqliteDataProvider provider = await OpenAsync();
        User ann = await UserAsync(provider, "ann");
        ann.CreatedAt.ShouldBeInRange(before, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        (ann.UpdatedAt, ann.LastPasswordChange).ShouldBe((ann.CreatedAt, ann.CreatedAt));
        User keyed = await UserAsync(provider, "keyed");
        (keyed.CreatedAt, keyed.LastPasswordChange).ShouldBe((ann.CreatedAt, 0));
    }

    [Fact]
    public async Task A_user_whose_name_is_refused_now_is_kept_disabled_and_says_why()
    {
        string[] refused = ["DOM\\bob", "%username%", "a%role%"];
        await MakeAsync();
        foreach (string name in (string[])[.. refused, "100%"])
        {
            OldTables.Add(Database, Bob with { UserName = name, IsEnabled = true, Version = 1 });
        }

        await using SqliteDataProvider provider = await OpenAsync();
        foreach (string name in refused)
        {
            User user = await UserAsync(provider, name);
            user.Status.ShouldBe(0);
            user.Description.ShouldContain("Remove this user");
        }

        User plain = await UserAsync(provider, "100%");
        (plain.Status, plain.Description).ShouldBe((1, ""));
    }

    [Fact]
    public async Task They_go_back_as_they_were()
    {
        IReadOnlyList<UserAccount> before = await FillAsync();
        await using (SqliteDataProvider provider = await OpenAsync())
        {
            await provider.MigrateAsync(2, Ct);
        }

        OldTables.Users(Database).Select(Text).ShouldBe(before.Select(Text));
        VirtualFolder folder = OldTables.Folders(Database).Single(folder => folder.Name == "files");
        (folder.MappedPath, folder.Description, folder.Version).ShouldBe(("/srv/files", "for all", 1));
    }

    [Fact]
    public async Task A_user_whose_rules_the_old_tables_cannot_hold_goes_back_disabled()
    {
        await using (SqliteDataProvider provider = await OpenAsync())
        {
            User plain = new() { Username = "plain", Status = 1, HomeDir = "/srv/plain", Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["*"] }, Email = "a@b" };
            User[] users =
            [
                plain,
                plain with { Username = "ruled", Filters = new UserFilters { DeniedIp = ["10.0.0.0/8"] } },
                plain with { Username = "slow", UploadBandwidth = 5 },
                plain with { Username = "away", Filesystem = new FilesystemConfig { Provider = 1 } },
                plain with { Username = "grouped", Groups = [new GroupMapping { Name = "staff", Type = 1 }] },
            ];
            foreach (User user in users)
            {
                await provider.Objects.ApplyAsync(
                    [ObjectChange.Put(new ObjectKey(ObjectKind.User, user.Username), 0, JsonSerializer.SerializeToUtf8Bytes(user, AccountsJson.Default.User), "", [])], Ct);
            }

            await provider.MigrateAsync(2, Ct);
        }

        OldTables.Users(Database).Where(user => user.IsEnabled).Select(user => user.UserName).ShouldBe(["plain"]);
    }

    [Fact]
    public async Task What_an_older_schema_cannot_hold_is_counted_and_what_it_can_is_not()
    {
        await using SqliteDataProvider provider = await OpenAsync();
        User plain = new() { Username = "plain", Status = 1, HomeDir = "/srv/plain", Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["*"] } };
        await PutAsync(provider, ObjectKind.User, "plain", JsonSerializer.SerializeToUtf8Bytes(plain, AccountsJson.Default.User));
        await PutAsync(provider, ObjectKind.Folder, "near", JsonSerializer.SerializeToUtf8Bytes(new Folder { Name = "near", MappedPath = "/srv/near" }, AccountsJson.Default.Folder));
        await provider.Ephemeral.PutAsync("secrets:master-key", "x"u8.ToArray(), DateTimeOffset.UtcNow.AddDays(1), Ct);
        await provider.Ephemeral.PutAsync("old", "x"u8.ToArray(), DateTimeOffset.UnixEpoch.AddDays(1), Ct);
        (await provider.ListLossesAsync(2, Ct)).ShouldBeEmpty();
        (await provider.ListLossesAsync(3, Ct)).ShouldBeEmpty();
        (await provider.ListLossesAsync(1, Ct)).ShouldBe([new SchemaLoss("folders", 1)]);

        User ruled = plain with { Username = "ruled", Email = "a@b", Filters = new UserFilters { DeniedIp = ["10.0.0.0/8"] } };
        await PutAsync(provider, ObjectKind.User, "ruled", JsonSerializer.SerializeToUtf8Bytes(ruled, AccountsJson.Default.User));
        await PutAsync(provider, ObjectKind.Folder, "far", JsonSerializer.SerializeToUtf8Bytes(new Folder { Name = "far", Filesystem = new() { Provider = 1 } }, AccountsJson.Default.Folder));
        await PutAsync(provider, ObjectKind.Admin, "root", "{}"u8.ToArray());
        await PutAsync(provider, ObjectKind.Share, "s", "{}"u8.ToArray());
        await provider.Activity.SetAsync([(new ObjectKey(ObjectKind.User, "plain"), ActivityField.LastUse, 5)], Ct);
        await provider.Ephemeral.PutAsync("token", "x"u8.ToArray(), DateTimeOffset.UtcNow.AddDays(1), Ct);
        IReadOnlyList<SchemaLoss> losses = await provider.ListLossesAsync(2, Ct);
        losses.ShouldAllBe(static loss => loss.Count == 1);
        losses.Count.ShouldBe(7, string.Join(", ", losses));
        (await provider.GetSchemaAsync(Ct)).ShouldBe(3);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_and_left_alone()
    {
        await (await OpenAsync()).DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Execute("INSERT INTO schema_version VALUES (4, 0);");
        }

        await using var provider = new SqliteDataProvider(Database, TimeProvider.System);
        foreach (SchemaUpdate update in Enum.GetValues<SchemaUpdate>())
        {
            (await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(update, Ct))).Message.ShouldContain("schema version 4");
        }

        await Should.ThrowAsync<DataProviderException>(async () => await provider.MigrateAsync(2, Ct));
        await Should.ThrowAsync<DataProviderException>(async () => await provider.ResetAsync(Ct));
        (await provider.GetSchemaAsync(Ct)).ShouldBe(4);
    }

    [Fact]
    public async Task A_user_that_cannot_be_read_stops_the_migration_and_nothing_is_changed()
    {
        await FillAsync();
        using (var connection = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            connection.Execute("UPDATE users SET document = '{' WHERE user_name = 'bob';");
        }

        await using var provider = new SqliteDataProvider(Database, TimeProvider.System);
        (await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(SchemaUpdate.Automatic, Ct))).Message.ShouldContain("'bob'");
        (await provider.GetSchemaAsync(Ct)).ShouldBe(2);
        OldTables.Users(Database, "ann").Select(user => user.UserName).ShouldBe(["ann"]);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(Database, new string('?', 5000), Ct);
        await using var provider = new SqliteDataProvider(Database, TimeProvider.System);
        (await Should.ThrowAsync<DataProviderException>(async () => await provider.OpenAsync(SchemaUpdate.Automatic, Ct))).Message.ShouldContain("hpc.db");
    }

    [Fact]
    public async Task Removals_are_known_for_an_hour_and_forgotten_in_the_end()
    {
        var time = new Contract.ContractTime();
        await using var provider = new SqliteDataProvider(Database, time);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        ObjectKey[] keys = [.. "abc".Select(name => new ObjectKey(ObjectKind.User, $"{name}"))];
        await provider.Objects.ApplyAsync([.. keys.Select(key => ObjectChange.Put(key, 0, "{}"u8.ToArray(), "", []))], Ct);
        long since = await provider.Objects.GetStampAsync(Ct);
        await provider.Objects.ApplyAsync([ObjectChange.Delete(keys[0], null)], Ct);
        time.Advance(TimeSpan.FromMinutes(61));
        long second = (await provider.Objects.ApplyAsync([ObjectChange.Delete(keys[1], null)], Ct)).Stamp;
        (await provider.Objects.ListChangesAsync(since, Ct)).Keys.ShouldBe([keys[0], keys[1]], ignoreOrder: true);
        time.Advance(TimeSpan.FromMinutes(90));
        await provider.Objects.ApplyAsync([ObjectChange.Delete(keys[2], null)], Ct);
        (await provider.Objects.ListChangesAsync(since, Ct)).Keys.ShouldBeNull();
        (await provider.Objects.ListChangesAsync(second, Ct)).Keys.ShouldBe([keys[2]]);
    }

    private async Task<IReadOnlyList<UserAccount>> FillAsync()
    {
        await MakeAsync();
        OldTables.Add(Database, new VirtualFolder { Name = "files", MappedPath = "/srv/files", Description = "for all", Version = 1 });
        OldTables.Add(Database, new VirtualFolder { Name = "été", MappedPath = "/srv/other", Version = 1 });
        OldTables.Add(Database, Ann with { Version = 2 });
        OldTables.Add(Database, Bob with { Version = 1 });
        return OldTables.Users(Database);
    }

    // Schema 2, with nothing in it.
    private async Task MakeAsync()
    {
        await using var provider = new SqliteDataProvider(Database, TimeProvider.System);
        await provider.MigrateAsync(2, Ct);
    }

    private async Task<SqliteDataProvider> OpenAsync()
    {
        var provider = new SqliteDataProvider(Database, TimeProvider.System);
        await provider.OpenAsync(SchemaUpdate.Automatic, Ct);
        return provider;
    }

    private static async Task PutAsync(SqliteDataProvider provider, ObjectKind kind, string name, byte[] document) =>
        await provider.Objects.ApplyAsync([ObjectChange.Put(new ObjectKey(kind, name), 0, document, "", [])], Ct);

    private static async Task<User> UserAsync(SqliteDataProvider provider, string name) =>
        JsonSerializer.Deserialize((await provider.Objects.FindAsync(new ObjectKey(ObjectKind.User, name), Ct))!.Document.Span, AccountsJson.Default.User)!;

    private static string Text(UserAccount account) => JsonSerializer.Serialize(account);
}
