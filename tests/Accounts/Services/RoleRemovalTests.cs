using Hpc.Accounts.Data;
using Hpc.Accounts.Lookup;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Tests.Lookup;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class RoleRemovalTests : ServicesTest
{
    [Fact]
    public async Task Users_whose_role_is_removed_get_no_more_than_they_had()
    {
        await AddRoleAsync("acme");
        await AddGroupAsync("tenant", settings => settings with
        {
            HomeDir = "/data/%role%",
            Permissions = new Dictionary<string, IReadOnlyList<string>> { ["/"] = ["list"], ["/%role%"] = ["*"] },
        });
        await AddUserAsync("bob", user => user with { Role = "acme", Groups = [new() { Name = "tenant", Type = 1 }] });
        var log = new LineLog();
        using var directory = new AccountDirectory(Provider.Objects, new AccountDirectoryOptions(), TimeProvider.System, log);
        UserAccount before = (await directory.FindAsync("bob", Ct)).ShouldNotBeNull();
        before.HomeDirectory.ShouldBe("/data/acme");
        before.DirectoryPermissions.Single().Path.ShouldBe("/acme");
        before.Permissions.ShouldBe(["list"]);

        (await Services.Roles.DeleteAsync("acme", null, Root, Ct)).Status.ShouldBe(Accounts.Services.ObjectStatus.Done);

        (await directory.FindAsync("bob", Ct)).ShouldBeNull();
        log.Lines.ShouldContain(line => line.Contains("bob", StringComparison.Ordinal) && line.Contains("no role", StringComparison.Ordinal));
        Log.Lines.ShouldContain(line => line.Contains("tenant", StringComparison.Ordinal) && line.Contains("acme", StringComparison.Ordinal) && line.Contains("%role%", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_that_needs_a_role_is_told_to_the_log()
    {
        await Services.Folders.AddAsync(new() { Name = "shared", MappedPath = "/data/%role%/shared" }, Root, Ct);
        Done(await Services.Groups.AddAsync(new() { Name = "tenant", VirtualFolders = [new() { Name = "shared", VirtualPath = "/shared", QuotaSize = -1, QuotaFiles = -1 }] }, Root, Ct));
        await AddUserAsync("bob", user => user with { Groups = [new() { Name = "tenant", Type = 1 }] });
        var log = new LineLog();
        using var directory = new AccountDirectory(Provider.Objects, new AccountDirectoryOptions(), TimeProvider.System, log);
        (await directory.FindAsync("bob", Ct)).ShouldNotBeNull().Folders.Single().MappedPath.ShouldBeNull();
        log.Lines.ShouldContain(line => line.Contains("shared", StringComparison.Ordinal) && line.Contains("bob", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_login_from_a_clock_that_was_ahead_does_not_stay_the_last_one()
    {
        await AddUserAsync();
        var alice = new ObjectKey(ObjectKind.User, "alice");
        long now = Time.GetUtcNow().ToUnixTimeMilliseconds();
        await Provider.Activity.RaiseAsync(alice, ActivityField.LastUse, now + (365L * 24 * 3_600_000), Ct);
        await Services.UserUpkeep.RecordLoginAsync("alice", Ct);
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.LastLogin.ShouldBe(now);

        // The clocks of two nodes may differ a little.
        await Provider.Activity.RaiseAsync(alice, ActivityField.LastUse, now + 5_000, Ct);
        await Services.UserUpkeep.RecordLoginAsync("alice", Ct);
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.LastLogin.ShouldBe(now + 5_000);
    }
}
