using Hpc.Accounts.Groups;
using Hpc.Accounts.Objects;
using static Hpc.Accounts.Tests.Groups.EffectiveUserFixture;

namespace Hpc.Accounts.Tests.Groups;

/// <summary>What members of a group share is in their accounts, whatever the type of the membership.</summary>
public sealed class GroupBandwidthTests
{
    [Fact]
    public void Totals_of_all_groups_are_in_the_account()
    {
        User user = User().In(("first", 1), ("second", 2), ("member", 3), ("free", 2));
        EffectiveUser.GroupsOf(user).Order(StringComparer.Ordinal).ShouldBe(["first", "free", "member", "second"]);
        UserAccount account = Account(user, Total("first", 1, 2), Total("second", 0, 3), Total("member", 4, 0), Total("free", 0, 0));
        account.GroupBandwidths.ShouldBe([new GroupBandwidth("first", 1, 2), new GroupBandwidth("second", 0, 3), new GroupBandwidth("member", 4, 0)]);
        account.UploadBandwidth.ShouldBe(0);
    }

    [Fact]
    public void A_change_of_a_total_is_a_change_of_the_account()
    {
        User user = User().In(("member", 3));
        UserAccountDigest.Of(Account(user, Total("member", 4, 0))).ShouldNotBe(UserAccountDigest.Of(Account(user, Total("member", 5, 0))));
    }

    [Fact]
    public void A_total_below_zero_is_no_account() =>
        TryCreate(User().In(("member", 3)), [Total("member", -1, 0)], out _, out _).ShouldBeFalse();

    [Fact]
    public void Folders_of_a_group_that_gives_nothing_are_not_read()
    {
        User user = User().In(("member", 3));
        Group group = Total("member", 1, 1) with { VirtualFolders = [new FolderMapping { Name = "f", VirtualPath = "/f" }] };
        EffectiveUser.FoldersOf(user, new Dictionary<string, Group>(StringComparer.Ordinal) { ["member"] = group }).ShouldBeEmpty();
    }

    private static Group Total(string name, long upload, long download) =>
        Group(name, new GroupUserSettings()) with { TotalUploadBandwidth = upload, TotalDownloadBandwidth = download };
}
