using Hpc.Storage.Vfs;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class PermissionSetTests
{
    [Fact]
    public void Names_add_up()
    {
        PermissionSet.TryParse(["list", "delete_files", "delete_dirs"], out PermissionSet permissions, out string error).ShouldBeTrue();
        error.ShouldBe("");
        permissions.At(VirtualPath.Root).ShouldBe(Permission.List | Permission.Delete);
    }

    [Fact]
    public void A_star_is_everything()
    {
        PermissionSet.TryParse(["*"], out PermissionSet permissions, out _).ShouldBeTrue();
        permissions.At(VirtualPath.Root).ShouldBe(Permission.All);
    }

    [Fact]
    public void All_names_together_are_everything()
    {
        PermissionSet.TryParse(PermissionNames.All.Where(name => name != "*"), out PermissionSet permissions, out _).ShouldBeTrue();
        permissions.At(VirtualPath.Root).ShouldBe(Permission.All);
        PermissionNames.All.Count().ShouldBe(17);
    }

    [Theory]
    [InlineData("List")]
    [InlineData("write")]
    [InlineData("")]
    public void A_wrong_name_is_named_with_the_right_ones(string name)
    {
        PermissionSet.TryParse(["list", name], out PermissionSet permissions, out string error).ShouldBeFalse();
        error.ShouldContain($"'{name}'");
        error.ShouldContain("create_symlinks");
        permissions.At(VirtualPath.Root).ShouldBe(Permission.None);
    }

    [Fact]
    public void No_names_are_an_error_and_allow_nothing()
    {
        PermissionSet.TryParse([], out PermissionSet permissions, out string error).ShouldBeFalse();
        error.ShouldNotBeEmpty();
        permissions.At(VirtualPath.Root).ShouldBe(Permission.None);
    }

    [Fact] // R4.1
    public void The_closest_entry_holds_alone()
    {
        PermissionSet set = Policies.Permissions("*", ("/a", "list"), ("/a/b/c", "download,upload"));
        set.At(VirtualPath.Root).ShouldBe(Permission.All);
        set.At(Policies.Path("/ab")).ShouldBe(Permission.All);
        set.At(Policies.Path("/a")).ShouldBe(Permission.List);
        set.At(Policies.Path("/a/b")).ShouldBe(Permission.List);
        set.At(Policies.Path("/a/b/c")).ShouldBe(Permission.Download | Permission.Upload);
        set.At(Policies.Path("/a/b/c/d/e")).ShouldBe(Permission.Download | Permission.Upload);
        set.At(Policies.Path("/a/b/cc")).ShouldBe(Permission.List);
    }

    [Fact]
    public void An_empty_list_of_a_directory_allows_nothing()
    {
        PermissionSet set = Policies.Permissions("*", ("/closed", ""));
        set.At(Policies.Path("/closed/in")).ShouldBe(Permission.None);
        set.At(Policies.Path("/open")).ShouldBe(Permission.All);
    }

    [Fact] // R4.1, v2.5
    public void A_wildcard_stands_for_one_segment_and_what_is_below_it()
    {
        PermissionSet set = Policies.Permissions("list", ("/incoming/*", "upload"));
        set.At(Policies.Path("/incoming")).ShouldBe(Permission.List);
        set.At(Policies.Path("/incoming/x")).ShouldBe(Permission.Upload);
        set.At(Policies.Path("/incoming/x/y/z")).ShouldBe(Permission.Upload);
        set.At(Policies.Path("/incomings/x")).ShouldBe(Permission.List);
    }

    [Fact] // R4.1, v2.5
    public void At_one_depth_the_exact_entry_comes_first_and_a_deeper_one_before_it()
    {
        PermissionSet set = Policies.Permissions("list", ("/in/*", "upload"), ("/in/me", "download"), ("/*/me/deep", "copy"));
        set.At(Policies.Path("/in/me")).ShouldBe(Permission.Download);
        set.At(Policies.Path("/in/you")).ShouldBe(Permission.Upload);
        set.At(Policies.Path("/in/me/deep/er")).ShouldBe(Permission.Copy);
        set.At(Policies.Path("/in/me/other")).ShouldBe(Permission.Download);
    }

    [Fact]
    public void Of_wildcards_of_one_depth_the_longest_literal_beginning_wins_then_ordinal_order()
    {
        PermissionSet set = Policies.Permissions("list", ("/*/x", "upload"), ("/in*/x", "download"), ("/in?/x", "copy"));
        set.At(Policies.Path("/out/x")).ShouldBe(Permission.Upload);
        set.At(Policies.Path("/inn/x")).ShouldBe(Permission.Download);
        set.At(Policies.Path("/inner/x")).ShouldBe(Permission.Download);
    }

    [Fact]
    public void Case_counts_in_the_paths_of_permissions()
    {
        PermissionSet set = Policies.Permissions("list", ("/In", "upload"), ("/[a-c]*", "download"));
        set.At(Policies.Path("/in")).ShouldBe(Permission.List);
        set.At(Policies.Path("/In")).ShouldBe(Permission.Upload);
        set.At(Policies.Path("/box")).ShouldBe(Permission.Download);
        set.At(Policies.Path("/Box")).ShouldBe(Permission.List);
    }

    [Fact]
    public void A_backslash_is_itself_without_wildcards_and_an_escape_with_them()
    {
        PermissionSet set = Policies.Permissions("list", (@"/a\b", "upload"), (@"/a\*b", "download"));
        set.At(Policies.Path(@"/a\b")).ShouldBe(Permission.Upload);
        set.At(Policies.Path("/a*b")).ShouldBe(Permission.Download);
        set.At(Policies.Path(@"/a\xb")).ShouldBe(Permission.List);
    }

    [Fact]
    public void A_path_written_in_another_way_is_the_same_entry()
    {
        PermissionSet.TryCreate(["*"], [("/a/b", ["list"]), ("/a//c/../b/", ["list"])], out _, out string error).ShouldBeFalse();
        error.ShouldContain("'/a/b' has permissions twice");
        PermissionSet.TryCreate(["*"], [("//", ["list"])], out _, out error).ShouldBeFalse();
        error.ShouldContain("'/' has permissions twice");
    }

    [Theory]
    [InlineData("a/b", "'a/b' is not a path")]
    [InlineData("", "'' is not a path")]
    [InlineData("/a\0b", "is not a path")]
    [InlineData("/x/[ab", "'[ab' of '/x/[ab'")]
    public void A_wrong_path_is_named_and_leaves_nothing_allowed(string path, string said)
    {
        PermissionSet.TryCreate(["*"], [(path, ["list"])], out PermissionSet set, out string error).ShouldBeFalse();
        error.ShouldContain(said);
        error.ShouldContain(said.Contains("not a path") ? "absolute paths" : "[a-z]");
        set.At(VirtualPath.Root).ShouldBe(Permission.None);
    }

    [Fact]
    public void A_wrong_name_of_a_directory_is_named_with_the_directory()
    {
        PermissionSet.TryCreate(["*"], [("/in", ["list", "write"])], out PermissionSet set, out string error).ShouldBeFalse();
        error.ShouldContain("'write' for '/in' is not a permission");
        error.ShouldContain("create_symlinks");
        set.At(VirtualPath.Root).ShouldBe(Permission.None);
    }

    [Fact]
    public void There_are_bounds()
    {
        IEnumerable<(string, IReadOnlyList<string>)> Many(int count) => Enumerable.Range(0, count).Select(static i => ($"/d{i}", (IReadOnlyList<string>)["list"]));
        PermissionSet.TryCreate(["*"], Many(1024), out PermissionSet set, out _).ShouldBeTrue();
        set.At(Policies.Path("/d1023/x")).ShouldBe(Permission.List);
        PermissionSet.TryCreate(["*"], Many(1025), out _, out string error).ShouldBeFalse();
        error.ShouldContain("1024");

        string deep = string.Concat(Enumerable.Repeat("/d", 64));
        PermissionSet.TryCreate(["*"], [(deep + "/d", ["list"]), (deep[2..] + "/*", ["list"])], out _, out _).ShouldBeTrue();
        PermissionSet.TryCreate(["*"], [(deep + "/*", ["list"])], out _, out error).ShouldBeFalse();
        error.ShouldContain("64");
    }
}
