using Hpc.Accounts.Objects;
using static Hpc.Accounts.Tests.Groups.EffectiveUserFixture;

namespace Hpc.Accounts.Tests.Groups;

public sealed class GroupListTests
{
    public static TheoryData<string, Action<IBaseUserFilters, string[]>, Func<UserAccount, IReadOnlyList<string>>> Lists { get; } = new()
    {
        { "allowed_ip", (f, v) => f.AllowedIp = v, a => a.Logins.AllowedSources },
        { "denied_ip", (f, v) => f.DeniedIp = v, a => a.Logins.DeniedSources },
        { "denied_login_methods", (f, v) => f.DeniedLoginMethods = v, a => a.Logins.DeniedMethods },
        { "denied_protocols", (f, v) => f.DeniedProtocols = v, a => a.Logins.DeniedProtocols },
        { "two_factor_protocols", (f, v) => f.TwoFactorProtocols = v, a => a.Logins.SecondFactorProtocols },
        { "web_client", (f, v) => f.WebClient = v, a => a.WebClient },
        { "access_time", (f, v) => f.AccessTime = [.. v.Select(from => new TimePeriod { From = from })], a => [.. a.Logins.AccessTimes.Select(time => time.From)] },
        { "bandwidth_limits", (f, v) => f.BandwidthLimits = [.. v.Select(one => new BandwidthLimit { Sources = [one] })], a => Once(a.BandwidthLimits.Select(limit => limit.Sources[0])) },
        { "data_transfer_limits", (f, v) => f.DataTransferLimits = [.. v.Select(one => new DataTransferLimit { Sources = [one] })], a => Once(a.TransferLimits.Select(limit => limit.Sources[0])) },
    };

    [Theory(DisableDiscoveryEnumeration = true)]
    [MemberData(nameof(Lists))]
    public void Lists_of_primary_and_secondary_groups_are_appended_each_value_once(string field, Action<IBaseUserFilters, string[]> set, Func<UserAccount, IReadOnlyList<string>> read)
    {
        var own = new UserFilters();
        set(own, ["u"]);
        Group Of(string name, params string[] values)
        {
            var filters = new GroupUserFilters();
            set(filters, values);
            return Group(name, new GroupUserSettings { Filters = filters });
        }

        User user = User(one => one with { Filters = own }).In(("s2", 2), ("m", 3), ("p", 1), ("s1", 2));
        read(Account(user, Of("p", "u", "a"), Of("s1", "c"), Of("s2", "a", "b"), Of("m", "never"))).ShouldBe(["u", "a", "b", "c"], field);
    }

    [Fact]
    public void The_primary_groups_permissions_of_the_root_replace_the_users_and_others_are_added_where_missing()
    {
        UserAccount account = Account(
            User(user => user with { Permissions = Permissions(("/", ["*"]), ("/own", ["list"])) }).In(("p", 1), ("s", 2)),
            Group("p", new GroupUserSettings { Permissions = Permissions(("/", ["list"]), ("/own", ["upload"]), ("/%username%/in", ["upload"])) }),
            Group("s", new GroupUserSettings { Permissions = Permissions(("/", ["delete"]), ("/alice/in", ["delete"]), ("/more", ["copy"])) }));

        account.Permissions.ShouldBe(["list"]);
        account.DirectoryPermissions.ToDictionary(entry => entry.Path, entry => entry.Names[0]).ShouldBe(
            new Dictionary<string, string> { ["/own"] = "list", ["/alice/in"] = "upload", ["/more"] = "copy" }, ignoreOrder: true);
    }

    [Fact]
    public void A_secondary_group_says_nothing_of_the_root()
    {
        UserAccount account = Account(
            User().In(("s", 2)),
            Group(
                "s",
                new GroupUserSettings { Permissions = Permissions(("/", ["delete"])), Filters = new GroupUserFilters { FilePatterns = [new PatternsFilter { Path = "/" }, new PatternsFilter { Path = "/x" }] } },
                new FolderMapping { Name = "f", VirtualPath = "/" },
                new FolderMapping { Name = "f", VirtualPath = "/f" }));

        account.Permissions.ShouldBe(["*"]);
        account.FilePatterns.Select(rule => rule.Path).ShouldBe(["/x"]);
        account.Folders.Select(mount => mount.VirtualPath).ShouldBe(["/f"]);
    }

    [Fact]
    public void Patterns_and_folders_of_a_path_that_the_user_has_are_the_users()
    {
        UserAccount account = Account(
            User(user => user with
            {
                VirtualFolders = [new FolderMapping { Name = "own", VirtualPath = "/alice" }],
                Filters = new UserFilters { FilePatterns = [new PatternsFilter { Path = "/alice", DeniedPatterns = ["own"] }] },
            }).In(("p", 1)),
            Group(
                "p",
                new GroupUserSettings { Filters = new GroupUserFilters { FilePatterns = [new PatternsFilter { Path = "/%username%", DeniedPatterns = ["p"] }, new PatternsFilter { Path = "/%role%" }] } },
                new FolderMapping { Name = "p", VirtualPath = "/%username%" },
                new FolderMapping { Name = "p", VirtualPath = "/" }));

        account.FilePatterns.Select(rule => rule.Path).ShouldBe(["/alice", "/sales"]);
        account.FilePatterns[0].Denied.ShouldBe(["own"]);
        account.Folders.Select(mount => (mount.FolderName, mount.VirtualPath)).ShouldBe([("own", "/alice"), ("p", "/")]);
    }

    [Fact]
    public void A_folder_of_a_group_has_its_placeholders_filled()
    {
        var folder = new Folder
        {
            Name = "f",
            MappedPath = "/srv/%role%/%username%",
            Filesystem = new FilesystemConfig { Provider = FilesystemProvider.S3, S3 = new S3Config { KeyPrefix = "%username%/" } },
        };
        FolderMount mount = Account(User().In(("p", 1)), Group("p", new GroupUserSettings(), new FolderMapping { Name = "f", VirtualPath = "/f" }), folder).Folders.Single();
        (mount.MappedPath, mount.Filesystem.S3.KeyPrefix).ShouldBe(("/srv/sales/alice", "alice/"));
    }

    [Fact]
    public void All_groups_are_named_and_membership_alone_gives_nothing()
    {
        UserAccount account = Account(User().In(("m", 3)), Group("m", new GroupUserSettings { HomeDir = "/never", MaxSessions = 1 }, new FolderMapping { Name = "f", VirtualPath = "/f" }));
        account.Groups.ShouldBe(["m"]);
        (account.HomeDirectory, account.MaxSessions, account.Folders.Count).ShouldBe(("/srv/own", 0, 0));
    }

    [Fact]
    public void An_anonymous_group_makes_anonymous_members()
    {
        UserAccount account = Account(
            User().In(("p", 1)),
            Group("p", new GroupUserSettings { Permissions = Permissions(("/in", ["upload"])), Filters = new GroupUserFilters { IsAnonymous = true } }));
        account.Permissions.ShouldBe(["list", "download"]);
        account.DirectoryPermissions.Single().Names.ShouldBe(["list", "download"]);
        account.Logins.DeniedProtocols.ShouldBe(["SSH", "HTTP"]);
    }

    [Fact]
    public void Without_one_of_its_groups_there_is_no_account()
    {
        TryCreate(User().In(("gone", 2)), [], out _, out string error).ShouldBeFalse();
        error.ShouldContain("gone");
        TryCreate(User().In(("a", 1), ("b", 1)), [Group("a", new()), Group("b", new())], out _, out error).ShouldBeFalse();
        error.ShouldContain("two primary");
    }

    [Fact]
    public void Nothing_that_was_given_is_changed()
    {
        User user = User().In(("p", 1));
        Group group = Group("p", new GroupUserSettings { Permissions = Permissions(("/", ["list"]), ("/x", ["list"])), MaxSessions = 3 }, new FolderMapping { Name = "f", VirtualPath = "/%username%" });
        Account(user, group);
        user.Permissions.ShouldHaveSingleItem();
        user.MaxSessions.ShouldBe(0);
        user.VirtualFolders.ShouldBeEmpty();
        group.VirtualFolders.Single().VirtualPath.ShouldBe("/%username%");
    }

    // Limits by network are not told apart by what they hold.
    private static string[] Once(IEnumerable<string> values) => [.. values.Distinct()];
}
