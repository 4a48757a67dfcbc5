using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;
using static Hpc.Storage.Tests.Vfs.Policy.Policies;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class PathPolicyTests
{
    [Fact] // R4.2
    public void A_path_is_decided_where_it_lies_and_its_entries_in_it()
    {
        PathPolicy policy = For(Permissions("list", ("/in", "upload"), ("/in/*", "download")));
        Place root = policy.Find(VirtualPath.Root);
        (root.Around, root.Within).ShouldBe((Permission.List, Permission.List));
        Place directory = policy.Find(Path("/in"));
        (directory.Around, directory.Within).ShouldBe((Permission.List, Permission.Upload));
        Place below = policy.Find(Path("/in/x"));
        (below.Around, below.Within).ShouldBe((Permission.Upload, Permission.Download));
        Place deep = policy.Find(Path("/in/x/y"));
        (deep.Around, deep.Within).ShouldBe((Permission.Download, Permission.Download));
    }

    [Fact] // R3.15
    public void A_path_belongs_to_the_deepest_mount_at_or_above_it()
    {
        string[] mounts = ["/a", "/a/b", "/u1", "/x/y/z"];
        PathPolicy policy = For(null, null, mounts);
        Owner("/").ShouldBe("/");
        Owner("/a").ShouldBe("/a");
        Owner("/a/c").ShouldBe("/a");
        Owner("/a/b/c/d").ShouldBe("/a/b");
        Owner("/u1/f").ShouldBe("/u1");
        Owner("/u10/f").ShouldBe("/");
        Owner("/x/y").ShouldBe("/");
        Owner("/U1").ShouldBe("/");

        string Owner(string path) => Mounts(mounts)[policy.Find(Path(path)).Mount].ToString();
    }

    [Fact] // R3.18, R4.6
    public void Mount_points_and_what_holds_them_are_known()
    {
        PathPolicy policy = For(null, null, "/a", "/a/b", "/x/y/z");
        foreach ((string path, bool isMountPoint, bool holdsMounts) in ((string, bool, bool)[])
            [("/", true, true), ("/a", true, true), ("/a/b", true, false), ("/a/b/c", false, false), ("/x", false, true), ("/x/y", false, true), ("/x/y/z", true, false), ("/xx", false, false)])
        {
            Place place = policy.Find(Path(path));
            (place.IsMountPoint, place.HoldsMounts).ShouldBe((isMountPoint, holdsMounts), path);
        }
    }

    [Fact] // R4.12
    public void A_denied_name_is_seen_and_what_is_below_it_is_judged_by_itself()
    {
        PathPolicy policy = For(null, Patterns(("/", "", "*.zip,secret", false)), "/m.zip");
        Verdict(policy, "/a.txt").ShouldBe(NameVerdict.Allowed);
        Verdict(policy, "/A.ZIP").ShouldBe(NameVerdict.Denied);
        Verdict(policy, "/secret").ShouldBe(NameVerdict.Denied);
        Verdict(policy, "/secret/a.txt").ShouldBe(NameVerdict.Allowed);
        Verdict(policy, "/secret/a.zip").ShouldBe(NameVerdict.Denied);
        Verdict(policy, "/m.zip").ShouldBe(NameVerdict.Denied);
        Verdict(policy, "/m.zip/in").ShouldBe(NameVerdict.Allowed);
        Verdict(policy, "/").ShouldBe(NameVerdict.Allowed);
    }

    [Fact] // R4.12
    public void Nothing_below_a_hidden_name_exists()
    {
        PathPolicy policy = For(null, Patterns(("/", "", "secret", true), ("/secret/open", "*", "", false)), "/x/secret");
        Verdict(policy, "/Secret").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/secret/a").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/secret/open/a").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/x/secret").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/x/secret/y").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/secrets").ShouldBe(NameVerdict.Allowed);
    }

    [Fact] // R4.10
    public void The_closest_rule_holds_alone_for_the_names_in_its_directory()
    {
        PathPolicy policy = For(null, Patterns(("/", "", "*.zip", true), ("/zips", "*.zip", "", false), ("/zips/all", "*", "", false)));
        Verdict(policy, "/a.zip").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/zips").ShouldBe(NameVerdict.Allowed);
        Verdict(policy, "/zips/a.zip").ShouldBe(NameVerdict.Allowed);
        Verdict(policy, "/zips/a.txt").ShouldBe(NameVerdict.Denied);
        Verdict(policy, "/zips/all").ShouldBe(NameVerdict.Denied);
        Verdict(policy, "/zips/all/a.txt").ShouldBe(NameVerdict.Allowed);
        Verdict(policy, "/zipss/a.txt").ShouldBe(NameVerdict.Allowed);
    }

    [Fact]
    public void A_name_of_a_temporary_is_hidden_everywhere()
    {
        PathPolicy policy = For();
        Verdict(policy, "/.hpc-upload.00000000-1.a").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/a/.hpc-upload.x/b").ShouldBe(NameVerdict.Hidden);
        Verdict(policy, "/a/.hpc-uploads").ShouldBe(NameVerdict.Allowed);
    }

    [Theory] // Links are judged in a mount whose rules differ anywhere in it.
    [InlineData("", "", "", false, false)]
    [InlineData("/m", "", "", true, true)]
    [InlineData("/a/b", "", "", true, false)]
    [InlineData("/m/a", "", "", true, true)]
    [InlineData("/*/a", "", "", true, true)]
    [InlineData("/x*/a", "", "", true, false)]
    [InlineData("/*/*/*", "", "", true, true)]
    [InlineData("", "/", "", true, true)]
    [InlineData("", "/a", "", true, false)]
    [InlineData("", "/m/a/b", "", true, true)]
    [InlineData("", "", "/m/n", true, true)]
    [InlineData("", "", "/a", true, false)]
    public void Links_are_judged_where_they_could_lead_to_other_rules(string permissionAt, string patternAt, string mountAt, bool inRoot, bool inMount)
    {
        PathPolicy policy = PathPolicy.Create(
            permissionAt.Length == 0 ? PermissionSet.Full : Permissions("*", (permissionAt, "list")),
            patternAt.Length == 0 ? PatternSet.Empty : Patterns((patternAt, "", "*.zip", false)),
            [.. new[] { "/m", mountAt }.Where(static path => path.Length > 0).Select(Path), VirtualPath.Root]);
        policy.Find(Path("/m/q/r")).NeedsJudgedLinks.ShouldBe(inMount);

        // The root holds the mount, so its links are judged whatever else there is.
        policy.Find(Path("/q/r")).NeedsJudgedLinks.ShouldBeTrue();
        PathPolicy alone = PathPolicy.Create(
            permissionAt.Length == 0 ? PermissionSet.Full : Permissions("*", (permissionAt, "list")),
            patternAt.Length == 0 ? PatternSet.Empty : Patterns((patternAt, "", "*.zip", false)),
            mountAt.Length == 0 ? Mounts() : Mounts(mountAt));
        alone.Find(Path("/q/r")).NeedsJudgedLinks.ShouldBe(inRoot);
    }

    [Fact]
    public void Entries_that_allow_the_same_do_not_make_links_differ() =>
        For(Permissions("*", ("/a", "*"), ("/*/b", "*"))).Find(Path("/a/b")).NeedsJudgedLinks.ShouldBeFalse();

    [Fact] // R4.4
    public void A_tree_is_uniform_if_nothing_is_said_of_what_is_below_it()
    {
        PathPolicy policy = For(Permissions("*", ("/p/q", "list"), ("/w/*/x", "list")), Patterns(("/r/s", "*", "", false)), "/m/n");
        foreach ((string path, bool isUniform) in ((string, bool)[])
            [("/", false), ("/p", false), ("/p/q", true), ("/pp", true), ("/w", false), ("/w/any", false), ("/w/any/x", true), ("/w/any/y", true), ("/r", false), ("/r/s", true), ("/m", false), ("/m/n", true)])
        {
            policy.Find(Path(path)).IsUniformBelow.ShouldBe(isUniform, path);
        }
    }

    [Fact]
    public void Two_directories_have_the_same_rules_if_both_permissions_and_pattern_rule_are_the_same()
    {
        PathPolicy policy = For(Permissions("*", ("/a", "list"), ("/b", "list"), ("/c", "*")), Patterns(("/c", "", "x", false)));
        policy.HaveSameRules(Path("/a/1"), Path("/b/2")).ShouldBeTrue();
        policy.HaveSameRules(Path("/a"), Path("/d")).ShouldBeFalse();
        policy.HaveSameRules(Path("/c"), Path("/d")).ShouldBeFalse();
        policy.HaveSameRules(Path("/c"), Path("/c/e")).ShouldBeTrue();
        policy.HaveSameRules(Path("/"), Path("/d/e")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("/m", "/m", "/")]
    [InlineData("/m", "/m/a/b", "/a/b")]
    [InlineData("/m/n", "/m/n/a", "/a")]
    [InlineData("/", "/a", "/a")]
    [InlineData("/", "/", "/")]
    public void A_path_in_a_mount_has_two_names(string mount, string outer, string inner)
    {
        PathPolicy.Inner(Mount(mount), Path(outer)).ShouldBe(Path(inner));
        PathPolicy.Outer(Mount(mount), Path(inner)).ShouldBe(Path(outer));
    }

    [Fact]
    public void A_path_beside_a_mount_has_no_name_in_it() =>
        Should.Throw<ArgumentException>(() => PathPolicy.Inner(Mount("/u1"), Path("/u10")));

    [Fact]
    public void Mounts_that_make_no_tree_are_refused()
    {
        Should.Throw<ArgumentException>(() => PathPolicy.Create(PermissionSet.Full, PatternSet.Empty, [Path("/a")]));
        Should.Throw<ArgumentException>(() => PathPolicy.Create(PermissionSet.Full, PatternSet.Empty, Mounts("/a", "/a/")));
    }

    private static NameVerdict Verdict(PathPolicy policy, string path) => policy.Find(Path(path)).Verdict;
}
