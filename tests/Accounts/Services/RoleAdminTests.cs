using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

/// <summary>Security case 74: what an administrator with a role may not do, whatever its permissions let it call.</summary>
public sealed class RoleAdminTests : ServicesTest
{
    protected override AccountServicesOptions Options => new() { UsersBaseDirectory = "/srv/users" };

    private static User Below(string name) => NewUser(name) with { HomeDir = "" };

    [Fact]
    public async Task It_sees_and_changes_users_of_its_role_alone()
    {
        await AddRoleAsync("sales");
        await AddUserAsync("global");
        await AddUserAsync("seller", user => user with { Role = "sales" });
        ChangeContext sales = RoleContext("sales");

        (await Services.Users.ListAsync(new(), sales, Ct)).ShouldHaveSingleItem().Value.Username.ShouldBe("seller");
        (await Services.Users.FindAsync("global", sales, Ct)).ShouldBeNull();
        (await Services.Users.UpdateAsync("global", NewUser("global"), null, sales, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
        (await Services.Users.DeleteAsync("global", null, sales, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
        Done(await Services.Users.UpdateAsync("seller", NewUser("seller") with { Description = "x" }, null, sales, Ct)).Role.ShouldBe("sales");
        (await Services.SecondFactors.DisableAsync(ObjectKind.User, "global", sales, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
    }

    [Fact]
    public async Task Users_that_it_makes_are_of_its_role_and_of_no_other()
    {
        await AddRoleAsync("sales");
        await AddRoleAsync("other");

        Done(await Services.Users.AddAsync(Below("a"), RoleContext("sales"), Ct)).Role.ShouldBe("sales");
        (await Services.Users.AddAsync(Below("b") with { Role = "other" }, RoleContext("sales"), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task It_gives_a_user_the_home_of_its_name_and_no_other()
    {
        await AddRoleAsync("sales");
        ChangeContext sales = RoleContext("sales");

        Done(await Services.Users.AddAsync(Below("a"), sales, Ct)).HomeDir.ShouldBe("/srv/users/a");
        Done(await Services.Users.AddAsync(Below("b") with { HomeDir = "/srv/users/b" }, sales, Ct)).HomeDir.ShouldBe("/srv/users/b");
        foreach (string home in (string[])["/etc", "/srv/users", "/srv/users2", "/", "/srv/users/b", "/srv/users/b/link", "/srv/users/c/d", "/srv/users/sales/c", "/srv/users/C", "/srv/users/../../etc"])
        {
            (await Services.Users.AddAsync(Below("c") with { HomeDir = home }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden, home);
        }
    }

    [Fact]
    public async Task Without_a_base_directory_it_names_no_place_at_all()
    {
        await AddRoleAsync("sales");

        (await New(new()).Users.AddAsync(NewUser("a"), RoleContext("sales"), Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task What_an_administrator_without_a_role_gave_may_stay()
    {
        await AddRoleAsync("sales");
        await AddGroupAsync("staff");
        await AddUserAsync("seller", user => user with { Role = "sales", HomeDir = "/opt/special", Groups = [new() { Name = "staff", Type = 1 }] });

        User seller = (await Services.Users.FindAsync("seller", RoleContext("sales"), Ct))!.Value;
        Done(await Services.Users.UpdateAsync("seller", seller with { Description = "x" }, null, RoleContext("sales"), Ct)).HomeDir.ShouldBe("/opt/special");
    }

    [Fact]
    public async Task It_gives_the_groups_that_its_account_lists_alone()
    {
        await AddRoleAsync("sales");
        await AddGroupAsync("staff");
        await AddGroupAsync("root");
        ChangeContext sales = AdminContext(new() { Username = "boss", Role = "sales", Permissions = ["add_users", "manage_groups"], Groups = [new() { Name = "staff" }] });

        Done(await Services.Users.AddAsync(Below("a") with { Groups = [new() { Name = "staff", Type = 1 }] }, sales, Ct));
        (await Services.Users.AddAsync(Below("b") with { Groups = [new() { Name = "root", Type = 1 }] }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Groups.ListAsync(new(), sales, Ct)).ShouldHaveSingleItem().Value.Name.ShouldBe("staff");
        (await Services.Groups.FindAsync("root", sales, Ct)).ShouldBeNull();
        (await Services.Groups.UpdateAsync("staff", new() { Name = "staff", UserSettings = new() { HomeDir = "/" } }, null, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Groups.AddAsync(new() { Name = "new" }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Groups.DeleteAsync("staff", null, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task It_sees_makes_and_mounts_folders_of_its_role_alone()
    {
        await AddRoleAsync("sales");
        await AddFolderAsync("global");
        ChangeContext sales = RoleContext("sales", "add_users", "manage_folders");

        Folder own = Done(await Services.Folders.AddAsync(new() { Name = "own", MappedPath = "/srv/users/sales/own" }, sales, Ct));
        own.Role.ShouldBe("sales");
        (await Services.Folders.ListAsync(new(), sales, Ct)).ShouldHaveSingleItem().Value.Name.ShouldBe("own");
        foreach (string path in (string[])["/etc", "/srv/users/etc", "/srv/users/sales", "/srv/users/sales/other", "/srv/users/sales/own/etc", "/srv/users/alice/etc"])
        {
            (await Services.Folders.AddAsync(new() { Name = "etc", MappedPath = path }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden, path);
        }

        (await Services.Folders.UpdateAsync("own", own with { MappedPath = "/srv/users/alice" }, null, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Folders.UpdateAsync("own", own with { Description = "x" }, null, sales, Ct)).MappedPath.ShouldBe("/srv/users/sales/own");
        (await Services.Folders.DeleteAsync("global", null, sales, Ct)).Status.ShouldBe(ObjectStatus.NotFound);
        Done(await Services.Users.AddAsync(Below("a") with { VirtualFolders = [new() { Name = "own", VirtualPath = "/own" }] }, sales, Ct));
        (await Services.Users.AddAsync(Below("b") with { VirtualFolders = [new() { Name = "global", VirtualPath = "/g" }] }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.AddAsync(Below("c") with { VirtualFolders = [new() { Name = "new", VirtualPath = "/n", MappedPath = "/etc" }] }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.AddAsync(Below("c") with { VirtualFolders = [new() { Name = "new", VirtualPath = "/n", MappedPath = "/srv/users/new" }] }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Users.AddAsync(Below("d") with { VirtualFolders = [new() { Name = "new", VirtualPath = "/n", MappedPath = "/srv/users/sales/new" }] }, sales, Ct));
        (await Services.Folders.FindAsync("new", sales, Ct))!.Value.Role.ShouldBe("sales");
    }

    [Fact]
    public async Task No_home_is_the_directory_of_a_roles_folders()
    {
        await AddRoleAsync("sales");
        await AddRoleAsync("other");
        await AddUserAsync("alice");

        ShouldBeWrongAt(await Services.Users.AddAsync(Below("other"), RoleContext("sales"), Ct), "username");
        ShouldBeWrongAt(await Services.Users.AddAsync(Below("sales"), RoleContext("sales"), Ct), "username");
        ShouldBeWrongAt(await Services.Users.AddAsync(Below("other"), Root, Ct), "username");
        ShouldBeWrongAt(await Services.Roles.AddAsync(new() { Name = "alice" }, Root, Ct), "name");
        Done(await Services.Users.AddAsync(NewUser("other"), Root, Ct)).HomeDir.ShouldBe("/srv/other");
        Done(await Services.Roles.UpdateAsync("other", new() { Name = "other", Description = "x" }, null, Root, Ct));
    }

    [Fact]
    public async Task It_gives_local_disks_alone()
    {
        await AddRoleAsync("sales");
        ChangeContext sales = RoleContext("sales", "add_users", "edit_users", "manage_folders");
        var remote = new FilesystemConfig { Provider = 5, Sftp = new() { Endpoint = "127.0.0.1:22", Username = "u", Fingerprints = ["SHA256:abcdefgh"], Password = new() { Status = "Plain", Payload = "secret" } } };
        await AddUserAsync("seller", user => user with { Role = "sales", Filesystem = remote });

        (await Services.Users.AddAsync(Below("a") with { Filesystem = remote }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Folders.AddAsync(new() { Name = "f", Filesystem = remote }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Users.AddAsync(Below("a") with { VirtualFolders = [new() { Name = "f", VirtualPath = "/f", Filesystem = remote }] }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        Done(await Services.Users.AddAsync(Below("a") with { Filesystem = new() { Provider = 4, Crypt = new() { Passphrase = new() { Status = "Plain", Payload = "secret" } } } }, sales, Ct));
        User seller = Services.Users.Redact((await Services.Users.FindAsync("seller", sales, Ct))!.Value);
        Done(await Services.Users.UpdateAsync("seller", seller with { Description = "x" }, null, sales, Ct)).Filesystem.Sftp.Password.Payload.ShouldBe("terces");
        FilesystemConfig moved = seller.Filesystem with { Sftp = seller.Filesystem.Sftp with { Endpoint = "127.0.0.1:23" } };
        (await Services.Users.UpdateAsync("seller", seller with { Filesystem = moved }, null, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task It_has_nothing_to_do_with_what_holds_for_all_roles()
    {
        await AddRoleAsync("sales");
        await AddRoleAsync("other");
        await Services.Admins.AddAsync(new() { Username = "root", Status = 1, Permissions = ["*"], Password = "x" }, Root, Ct);
        await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 1 }, Root, Ct);
        await Services.EventActions.AddAsync(new() { Name = "a", Type = 4 }, Root, Ct);
        ChangeContext sales = RoleContext("sales", [.. AdminPermissionNames.Everything]);

        (await Services.Admins.ListAsync(new(), sales, Ct)).ShouldBeEmpty();
        (await Services.ApiKeys.ListAsync(new(), sales, Ct)).ShouldBeEmpty();
        (await Services.EventActions.ListAsync(new(), sales, Ct)).ShouldBeEmpty();
        (await Services.Roles.ListAsync(new(), sales, Ct)).ShouldHaveSingleItem().Value.Name.ShouldBe("sales");
        (await Services.Admins.AddAsync(new() { Username = "x", Status = 1, Permissions = ["view_users"] }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.ApiKeys.AddAsync(new() { Name = "x", Scope = 2 }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.EventActions.AddAsync(new() { Name = "x", Type = 4 }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.EventRules.AddAsync(new() { Name = "x" }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.IpLists.AddAsync(new() { IpOrNet = "10.0.0.1", Type = 1, Mode = 1 }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Roles.AddAsync(new() { Name = "x" }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Roles.DeleteAsync("sales", null, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Configurations.UpdateAsync("configs", new(), null, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Shares.AddAsync(new() { Name = "x", Scope = 1, Paths = ["/"], Username = "a" }, sales, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
    }

    [Fact]
    public async Task It_learns_nothing_of_who_else_is_there()
    {
        await AddRoleAsync("sales");
        await AddUserAsync("seller", user => user with { Role = "sales" });

        (await Services.Roles.FindAsync("sales", Root, Ct))!.Value.Users.ShouldBe(["seller"]);
        (await Services.Roles.FindAsync("sales", RoleContext("sales"), Ct))!.Value.Users.ShouldBeEmpty();
    }
}
