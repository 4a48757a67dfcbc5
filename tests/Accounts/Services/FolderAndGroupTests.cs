using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Hpc.Accounts.Usage;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class FolderAndGroupTests : ServicesTest
{
    [Fact]
    public async Task A_folder_tells_who_mounts_it_and_what_it_holds()
    {
        await AddFolderAsync();
        await AddGroupAsync();
        await AddUserAsync("alice", user => user with { VirtualFolders = [new() { Name = "reports", VirtualPath = "/r" }] });
        await Services.Groups.UpdateAsync("staff", new() { Name = "staff", VirtualFolders = [new() { Name = "reports", VirtualPath = "/g" }] }, null, Root, Ct);
        await Usage.SetAsync(UsageScope.OfFolder("reports"), 2, 3, null, null, Ct);

        Folder folder = (await Services.Folders.FindAsync("reports", Root, Ct))!.Value;

        folder.Users.ShouldBe(["alice"]);
        folder.Groups.ShouldBe(["staff"]);
        (folder.UsedQuotaFiles, folder.UsedQuotaSize).ShouldBe((2, 3));
    }

    [Fact]
    public async Task Removing_a_folder_takes_it_from_many_users_and_groups()
    {
        await AddFolderAsync();
        await AddFolderAsync("kept");
        Done(await Services.Groups.AddAsync(new() { Name = "staff", VirtualFolders = [new() { Name = "reports", VirtualPath = "/g" }] }, Root, Ct));
        for (int i = 0; i < 1100; i++)
        {
            await AddUserAsync($"u{i}", user => user with { VirtualFolders = [new() { Name = "reports", VirtualPath = "/r" }, new() { Name = "kept", VirtualPath = "/k" }] });
        }

        (await Services.Folders.DeleteAsync("reports", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);

        (await Services.Users.FindAsync("u1099", Root, Ct))!.Value.VirtualFolders.ShouldHaveSingleItem().Name.ShouldBe("kept");
        (await Services.Groups.FindAsync("staff", Root, Ct))!.Value.VirtualFolders.ShouldBeEmpty();
        (await Provider.Objects.ListReferringAsync(new(ObjectKind.Folder, "reports"), ObjectKind.User, null, 1, Ct)).ShouldBeEmpty();
        Announced.ShouldContain(new ObjectKey(ObjectKind.User, "u1099"));
    }

    [Fact]
    public async Task A_folder_that_is_given_in_full_is_made_with_its_user_and_one_that_is_not_is_missing()
    {
        await AddUserAsync("alice", user => user with { VirtualFolders = [new() { Name = "new", VirtualPath = "/n", MappedPath = "/srv/new/" }] });

        (await Services.Folders.FindAsync("new", Root, Ct))!.Value.MappedPath.ShouldBe("/srv/new");
        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser("bob") with { VirtualFolders = [new() { Name = "other", VirtualPath = "/n" }] }, Root, Ct), "virtual_folders[0].name");
        ChangeContext clerk = AdminContext(new() { Username = "clerk", Permissions = ["add_users"] });
        (await Services.Users.AddAsync(NewUser("bob") with { VirtualFolders = [new() { Name = "other", VirtualPath = "/n", MappedPath = "/srv/o" }] }, clerk, Ct)).Status.ShouldBe(ObjectStatus.Forbidden);
        (await Services.Folders.FindAsync("other", Root, Ct)).ShouldBeNull();
    }

    [Fact]
    public async Task A_folder_in_full_that_is_there_already_is_left_as_it_is()
    {
        await AddFolderAsync();

        await AddUserAsync("alice", user => user with { VirtualFolders = [new() { Name = "reports", VirtualPath = "/n", MappedPath = "/etc" }] });

        (await Services.Folders.FindAsync("reports", Root, Ct))!.Value.MappedPath.ShouldBe("/srv/folders/reports");
    }

    [Fact]
    public async Task Mounts_are_each_folder_and_each_path_once_and_may_be_nested()
    {
        await AddFolderAsync("a");
        await AddFolderAsync("b");
        FolderMapping a = new() { Name = "a", VirtualPath = "/m" };

        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser() with { VirtualFolders = [a, a with { VirtualPath = "/n" }] }, Root, Ct), "virtual_folders[1].name");
        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser() with { VirtualFolders = [a, a with { Name = "b", VirtualPath = "/m/" }] }, Root, Ct), "virtual_folders[1].virtual_path");
        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser() with { VirtualFolders = [a with { QuotaFiles = -1 }] }, Root, Ct), "virtual_folders[0].quota_files");
        await AddUserAsync("alice", user => user with { VirtualFolders = [a with { QuotaFiles = -1, QuotaSize = -1 }, a with { Name = "b", VirtualPath = "/m/x" }] });
    }

    [Fact]
    public async Task A_group_with_members_stays_and_goes_without()
    {
        await AddGroupAsync();
        User alice = await AddUserAsync("alice", user => user with { Groups = [new() { Name = "staff", Type = 3 }] });
        Done(await Services.Admins.AddAsync(new() { Username = "boss", Status = 1, Permissions = ["*"], Groups = [new() { Name = "staff" }] }, Root, Ct));

        Group group = (await Services.Groups.FindAsync("staff", Root, Ct))!.Value;
        group.Users.ShouldBe(["alice"]);
        group.Admins.ShouldBe(["boss"]);
        (await Services.Groups.DeleteAsync("staff", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Referenced);
        Done(await Services.Users.UpdateAsync("alice", alice with { Groups = [] }, null, Root, Ct));
        (await Services.Groups.DeleteAsync("staff", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        (await Services.Admins.FindAsync("boss", Root, Ct))!.Value.Groups.ShouldBeEmpty();
    }

    [Fact]
    public async Task Groups_of_a_user_are_there_once_and_one_is_primary()
    {
        await AddGroupAsync("a");
        await AddGroupAsync("b");

        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser() with { Groups = [new() { Name = "a", Type = 1 }, new() { Name = "b", Type = 1 }] }, Root, Ct), "groups");
        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser() with { Groups = [new() { Name = "a", Type = 1 }, new() { Name = "a", Type = 2 }] }, Root, Ct), "groups[1].name");
        ShouldBeWrongAt(await Services.Users.AddAsync(NewUser() with { Groups = [new() { Name = "c", Type = 2 }] }, Root, Ct), "groups[0].name");
    }

    [Fact]
    public async Task A_role_with_administrators_stays_and_its_users_are_of_none_when_it_goes()
    {
        await AddRoleAsync();
        await AddUserAsync("alice", user => user with { Role = "sales" });
        Done(await Services.Admins.AddAsync(new() { Username = "boss", Status = 1, Permissions = ["add_users"], Role = "sales" }, Root, Ct));

        Role role = (await Services.Roles.FindAsync("sales", Root, Ct))!.Value;
        role.Users.ShouldBe(["alice"]);
        role.Admins.ShouldBe(["boss"]);
        (await Services.Roles.DeleteAsync("sales", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Referenced);
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.Role.ShouldBe("sales");
        (await Services.Admins.DeleteAsync("boss", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        (await Services.Roles.DeleteAsync("sales", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.Role.ShouldBe("");
    }

    [Fact]
    public async Task What_a_user_has_goes_with_it()
    {
        await AddUserAsync();
        Share share = Done(await Services.Shares.AddAsync(new() { Name = "s", Scope = 1, Paths = ["/"], Username = "alice" }, Root, Ct));
        ApiKey key = Done(await Services.ApiKeys.AddAsync(new() { Name = "k", Scope = 2, User = "alice" }, Root, Ct));
        await Usage.SetAsync(UsageScope.OfUser("alice"), 1, 1, 1, 1, Ct);
        await Provider.Activity.RaiseAsync(new(ObjectKind.User, "alice"), ActivityField.LastUse, 5, Ct);

        (await Services.Users.DeleteAsync("alice", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);

        (await Services.Shares.FindAsync(share.Id, Root, Ct)).ShouldBeNull();
        (await Services.ApiKeys.FindAsync(key.Id, Root, Ct)).ShouldBeNull();
        Usage.Records.ShouldBeEmpty();
        (await AddUserAsync()).LastLogin.ShouldBe(0);
    }
}
