using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class UserServiceTests : ServicesTest
{
    [Fact]
    public async Task A_user_that_is_added_is_found_listed_changed_and_removed()
    {
        User added = await AddUserAsync("alice", user => user with { Password = "secret", Email = "alice@example.com" });

        added.Id.ShouldBe(1);
        added.HasPassword.ShouldBe(true);
        added.CreatedAt.ShouldBe(Time.GetUtcNow().ToUnixTimeMilliseconds());
        IsHashOf(added.Password, "secret").ShouldBeTrue();
        Versioned<User> found = (await Services.Users.FindAsync("alice", Root, Ct)).ShouldNotBeNull();
        found.Version.ShouldBe(1);
        found.Value.Email.ShouldBe("alice@example.com");
        (await Services.Users.ListAsync(new(), Root, Ct)).ShouldHaveSingleItem().Value.Username.ShouldBe("alice");

        Time.Advance(TimeSpan.FromMinutes(1));
        User changed = Done(await Services.Users.UpdateAsync("alice", found.Value with { Description = "new", Password = null }, 1, Root, Ct));
        changed.Description.ShouldBe("new");
        changed.CreatedAt.ShouldBe(added.CreatedAt);
        changed.UpdatedAt.ShouldBeGreaterThan(added.UpdatedAt);
        changed.Password.ShouldBe(added.Password);
        changed.LastPasswordChange.ShouldBe(added.LastPasswordChange);

        (await Services.Users.DeleteAsync("alice", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        (await Services.Users.FindAsync("alice", Root, Ct)).ShouldBeNull();
        Events.Select(change => change.Action).ShouldBe([ObjectAction.Add, ObjectAction.Update, ObjectAction.Delete]);
        Events.ShouldAllBe(change => ((User)change.Value).Password == null);
        Announced.ShouldBe([new(ObjectKind.User, "alice"), new(ObjectKind.User, "alice"), new(ObjectKind.User, "alice")]);
        Log.Lines.ShouldBe(["Add of User alice by root from (null).", "Update of User alice by root from (null).", "Delete of User alice by root from (null)."]);
    }

    [Fact]
    public async Task A_version_that_is_not_the_stored_one_changes_and_removes_nothing()
    {
        User user = await AddUserAsync();

        (await Services.Users.UpdateAsync("alice", user, 2, Root, Ct)).Status.ShouldBe(ObjectStatus.VersionConflict);
        (await Services.Users.DeleteAsync("alice", 2, Root, Ct)).Status.ShouldBe(ObjectStatus.VersionConflict);
        (await Services.Users.UpdateAsync("bob", user, null, Root, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
        (await Services.Users.AddAsync(user, Root, Ct)).Status.ShouldBe(ObjectStatus.AlreadyExists);
    }

    [Theory]
    [InlineData("$2a$14$ajq8Q7fbtFRQvXpdCq7Jcuy.Rx1h/L4J60Otx.gyNLbAYctGMJ9tK")]
    [InlineData("$argon2id$v=19$m=65536,t=1,p=2$c29tZXNhbHRzb21lc2FsdA$qLml7cDnUcSyGZbTnYgSgRGCbDLYCZjyX5lTtV3xkDY")]
    public async Task A_hash_is_stored_as_it_is(string hash) // H20
    {
        (await AddUserAsync("alice", user => user with { Password = hash })).Password.ShouldBe(hash);
        Hasher.Hashed.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_begins_as_a_hash_and_is_none_is_refused_and_not_shown()
    {
        ObjectResult<User> result = await Services.Users.AddAsync(NewUser() with { Password = "$2a$nonsense" }, Root, Ct);

        ShouldBeWrongAt(result, "password");
        result.Message.ShouldNotContain("nonsense");
    }

    [Fact]
    public async Task Too_many_waiting_passwords_store_nothing()
    {
        Hasher.IsBusy = true;

        (await Services.Users.AddAsync(NewUser() with { Password = "secret" }, Root, Ct)).Status.ShouldBe(ObjectStatus.Busy);
        (await Services.Users.FindAsync("alice", Root, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task Numbers_that_are_counted_are_read_and_never_written()
    {
        await AddUserAsync("alice", user => user with { UsedQuotaSize = 5, LastLogin = 7, FirstUpload = 8, Id = 99 });
        await Usage.SetAsync(UsageScope.OfUser("alice"), 3, 4, 5, 6, Ct);
        await Provider.Activity.RaiseAsync(new(ObjectKind.User, "alice"), ActivityField.LastUse, 1234, Ct);

        User user = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;

        (user.UsedQuotaFiles, user.UsedQuotaSize, user.UsedUploadDataTransfer, user.UsedDownloadDataTransfer).ShouldBe((3, 4, 5, 6));
        (user.LastLogin, user.FirstUpload, user.Id).ShouldBe((1234, 0, 1));
        user.LastQuotaUpdate.ShouldBe(86_400_000);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once_with_its_path()
    {
        var user = new User
        {
            Username = "a/b",
            Status = 2,
            Email = "nobody",
            ExpirationDate = -1,
            PublicKeys = ["ssh-rsa nonsense"],
            HomeDir = "srv/alice",
            Uid = -1,
            Gid = 1L << 31,
            MaxSessions = -1,
            QuotaSize = -1,
            UploadBandwidth = -1,
            TotalDataTransfer = -1,
            Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/in"] = ["fly"] },
            Filters = new() { AllowedIp = ["10.0.0.1", "10.0.0.0/33"], DeniedProtocols = ["SSH", "FTP", "DAV", "HTTP"], WebClient = ["nothing"], PasswordExpiration = -1, AccessTime = [new() { DayOfWeek = 7, From = "9:00", To = "10:00" }] },
            Groups = [new() { Name = "g", Type = 4 }],
            VirtualFolders = [new() { Name = "f", VirtualPath = "x", QuotaSize = -1 }],
            Filesystem = new() { Provider = 9 },
        };

        ObjectResult<User> result = await Services.Users.AddAsync(user, Root, Ct);

        ShouldBeWrongAt(
            result,
            "username", "status", "email", "expiration_date", "public_keys[0]", "home_dir", "uid", "gid", "max_sessions", "quota_size", "upload_bandwidth", "total_data_transfer",
            "permissions['/in'][0]", "permissions['/']", "filters.allowed_ip[1]", "filters.denied_protocols", "filters.web_client[0]", "filters.password_expiration",
            "filters.access_time[0].day_of_week", "filters.access_time[0].from", "groups[0].type", "groups[0].name", "virtual_folders[0].virtual_path",
            "virtual_folders[0].quota_size", "virtual_folders[0].name", "filesystem.provider");
    }

    [Fact]
    public async Task Everything_is_stored_in_one_spelling()
    {
        User user = await AddUserAsync("alice", value => value with
        {
            HomeDir = "/srv//alice/./",
            Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["list", "list"], ["/a/../b/"] = ["download", "*", "list"] },
            Filters = value.Filters with { AllowedIp = ["::ffff:10.1.2.3/104", "10.0.0.0/8", "192.0.2.77/24", "192.0.2.1"], StartDirectory = "/in/", WebClient = ["write-disabled", "write-disabled"] },
        });

        user.HomeDir.ShouldBe("/srv/alice");
        user.Permissions.Keys.ShouldBe(["/", "/b"]);
        user.Permissions["/"].ShouldBe(["list"]);
        user.Permissions["/b"].ShouldBe(["*"]);
        user.Filters.AllowedIp.ShouldBe(["10.0.0.0/8", "192.0.2.0/24", "192.0.2.1/32"]);
        user.Filters.StartDirectory.ShouldBe("/in");
        user.Filters.WebClient.ShouldBe(["write-disabled"]);
    }

    [Fact]
    public async Task Placeholders_may_stand_in_paths_and_in_no_name()
    {
        await AddGroupAsync("staff", settings => settings with
        {
            HomeDir = "/srv/%role%/%username%",
            Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/%username%"] = ["list"] },
            Filters = settings.Filters with { StartDirectory = "/%username%" },
        });

        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser("%username%"), Root, Ct), "username");
    }

    [Fact]
    public async Task Lists_are_paged_in_the_order_of_names()
    {
        foreach (string name in (string[])["c", "a", "d", "b", "é"])
        {
            await AddUserAsync(name);
        }

        async Task<string[]> Names(ObjectPage page) => [.. (await Services.Users.ListAsync(page, Root, Ct)).Select(user => user.Value.Username)];

        (await Names(new())).ShouldBe(["a", "b", "c", "d", "é"]);
        (await Names(new() { Offset = 1, Limit = 2 })).ShouldBe(["b", "c"]);
        (await Names(new() { IsDescending = true, Limit = 2 })).ShouldBe(["é", "d"]);
        (await Names(new() { After = "b", Limit = 1 })).ShouldBe(["c"]);
    }

    [Fact]
    public async Task A_page_of_users_asks_as_much_as_one_user()
    {
        await AddFolderAsync();
        for (int i = 0; i < 20; i++)
        {
            await AddUserAsync($"u{i:00}", user => user with { VirtualFolders = [new() { Name = "reports", VirtualPath = "/r" }] });
        }

        int before = Usage.Queries;
        IReadOnlyList<Versioned<User>> page = await Services.Users.ListAsync(new(), Root, Ct);

        page.Count.ShouldBe(20);
        page.ShouldAllBe(user => user.Value.VirtualFolders[0].MappedPath == "/srv/folders/reports");
        (Usage.Queries - before).ShouldBe(2);
    }
}
