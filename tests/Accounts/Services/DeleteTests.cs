using Hpc.Accounts.Data;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Services;
using Shouldly;

namespace Hpc.Accounts.Tests.Services;

public sealed class DeleteTests : ServicesTest
{
    private const int Mounts = 1100;

    [Fact]
    public async Task A_folder_of_many_users_is_removed_in_one_transaction()
    {
        await AddMountsAsync();
        var provider = new ScriptedProvider(Provider);

        (await New(provider).Folders.DeleteAsync("reports", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);

        provider.Applied.ShouldHaveSingleItem().Changes.Count.ShouldBe(Mounts + 1);
        Announced.ShouldContain(new ObjectKey(ObjectKind.User, "u1099"));
        (await Provider.Objects.ListReferringAsync(new(ObjectKind.Folder, "reports"), ObjectKind.User, null, 1, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_removal_that_fails_leaves_everything_as_it_was()
    {
        await AddMountsAsync();
        var provider = new ScriptedProvider(Provider) { BeforeApply = () => throw new DataProviderException("away") };

        await Should.ThrowAsync<DataProviderException>(async () => await New(provider).Folders.DeleteAsync("reports", null, Root, Ct));

        (await Services.Folders.FindAsync("reports", Root, Ct)).ShouldNotBeNull();
        (await Provider.Objects.ListReferringAsync(new(ObjectKind.Folder, "reports"), ObjectKind.User, null, 1000, Ct)).Count.ShouldBe(1000);
    }

    [Fact]
    public async Task Whoever_asked_for_a_removal_cannot_stop_it_half_way()
    {
        await AddRoleAsync();
        await AddUserAsync("alice", user => user with { Role = "sales" });
        using var client = new CancellationTokenSource();
        var provider = new ScriptedProvider(Provider) { BeforeApply = client.CancelAsync };

        (await New(provider).Roles.DeleteAsync("sales", null, Root, client.Token)).Status.ShouldBe(ObjectStatus.Done);

        provider.Applied.ShouldHaveSingleItem().Token.CanBeCanceled.ShouldBeFalse();
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.Role.ShouldBe("");
    }

    [Fact]
    public async Task A_removal_begins_anew_when_somebody_changes_one_of_the_others_meanwhile()
    {
        await AddRoleAsync();
        await AddUserAsync("alice", user => user with { Role = "sales" });
        var provider = new ScriptedProvider(Provider);
        provider.BeforeApply = async () =>
        {
            provider.BeforeApply = null;
            User alice = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
            Done(await Services.Users.UpdateAsync("alice", alice with { Description = "changed" }, null, Root, Ct));
            await AddUserAsync("bob", user => user with { Role = "sales" });
        };

        (await New(provider).Roles.DeleteAsync("sales", null, Root, Ct)).Status.ShouldBe(ObjectStatus.Done);

        provider.Applied.Count.ShouldBe(2);
        User changed = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
        (changed.Role, changed.Description).ShouldBe(("", "changed"));
        (await Services.Users.FindAsync("bob", Root, Ct))!.Value.Role.ShouldBe("");
    }

    [Fact]
    public async Task A_removal_that_others_keep_changing_gives_up()
    {
        await AddRoleAsync();
        await AddUserAsync("alice", user => user with { Role = "sales" });
        int changes = 0;
        var provider = new ScriptedProvider(Provider)
        {
            BeforeApply = async () =>
            {
                User alice = (await Services.Users.FindAsync("alice", Root, Ct))!.Value;
                Done(await Services.Users.UpdateAsync("alice", alice with { Description = $"{++changes}" }, null, Root, Ct));
            },
        };

        (await New(provider).Roles.DeleteAsync("sales", null, Root, Ct)).Status.ShouldBe(ObjectStatus.VersionConflict);

        changes.ShouldBeLessThan(20);
        (await Services.Users.FindAsync("alice", Root, Ct))!.Value.Role.ShouldBe("sales");
    }

    [Fact]
    public async Task What_too_many_refer_to_is_not_removed()
    {
        await AddUserAsync();
        var provider = new ScriptedProvider(Provider) { Referring = [.. Enumerable.Range(0, 250_001).Select(i => $"share{i:D6}")] };

        ObjectResult<User> result = await New(provider).Users.DeleteAsync("alice", null, Root, Ct);

        result.Status.ShouldBe(ObjectStatus.Referenced);
        result.Message.ShouldContain("More than 250000 objects");
        provider.Applied.ShouldBeEmpty();
    }

    private AccountServices New(ScriptedProvider provider) => new(provider, Hasher, new ReversingProtector(), Options, Time, Log, Usage, [this], this);

    private async Task AddMountsAsync()
    {
        await AddFolderAsync();
        for (int i = 0; i < Mounts; i++)
        {
            await AddUserAsync($"u{i}", user => user with { VirtualFolders = [new() { Name = "reports", VirtualPath = "/r" }] });
        }
    }
}
