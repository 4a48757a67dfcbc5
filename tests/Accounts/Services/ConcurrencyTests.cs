using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class ConcurrencyTests : ServicesTest
{
    [Fact]
    public async Task Of_many_changes_of_one_version_one_is_made_and_none_is_lost_silently()
    {
        User user = await AddUserAsync();

        ObjectResult<User>[] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
            await Services.Users.UpdateAsync("alice", user with { Description = $"{i}" }, 1, Root, Ct))));

        ObjectResult<User> done = results.Where(result => result.Status == ObjectStatus.Done).ShouldHaveSingleItem();
        results.Where(result => result.Status != ObjectStatus.Done).ShouldAllBe(result => result.Status == ObjectStatus.VersionConflict);
        Versioned<User> stored = (await Services.Users.FindAsync("alice", Root, Ct))!;
        (stored.Version, stored.Value.Description).ShouldBe((2, done.Value!.Value.Description));
    }

    [Fact]
    public async Task Of_many_who_add_one_name_one_does()
    {
        ObjectResult<User>[] results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () => await Services.Users.AddAsync(NewUser(), Root, Ct))));

        results.Count(result => result.Status == ObjectStatus.Done).ShouldBe(1);
        results.Count(result => result.Status == ObjectStatus.AlreadyExists).ShouldBe(15);
    }

    [Fact]
    public async Task What_the_server_changes_itself_goes_in_between()
    {
        await AddUserAsync("alice", user => user with { Password = "secret" });
        ChangeContext self = UserContext(new() { UserName = "alice", HomeDirectory = "/srv/alice" });

        await Task.WhenAll(
            Task.Run(async () => Done(await Services.Profiles.UpdateUserAsync(new() { Email = "a@example.com" }, self, Ct))),
            Task.Run(async () => Done(await Services.Profiles.UpdateUserAsync(new() { Description = "me" }, self, Ct))),
            Task.Run(async () => Done(await Services.Profiles.ChangeUserPasswordAsync("other", self, Ct))));

        User user = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
        (user.Email, user.Description, IsHashOf(user.Password, "other")).ShouldBe(("a@example.com", "me", true));
    }

    [Fact]
    public async Task A_folder_that_is_mounted_while_it_is_removed_leaves_no_mount_behind()
    {
        for (int round = 0; round < 10; round++)
        {
            await AddFolderAsync();
            Task<ObjectResult<User>>[] adding = [.. Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
                await Services.Users.AddAsync(NewUser($"u{round}-{i}") with { VirtualFolders = [new() { Name = "reports", VirtualPath = "/r" }] }, Root, Ct)))];
            ObjectResult<Folder> removed = await Services.Folders.DeleteAsync("reports", null, Root, Ct);
            await Task.WhenAll(adding);
            if (removed.Status != ObjectStatus.Done)
            {
                removed.Status.ShouldBeOneOf(ObjectStatus.VersionConflict, ObjectStatus.Referenced);
                (await Services.Folders.DeleteAsync("reports", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);
            }

            (await Services.Users.ListAsync(new() { Prefix = $"u{round}-" }, Root, Ct)).ShouldAllBe(user => user.Value.VirtualFolders.Count == 0);
        }
    }
}
