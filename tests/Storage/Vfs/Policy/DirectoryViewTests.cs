using System.Text;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;
using static Hpc.Storage.Tests.Vfs.Policy.Policies;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class DirectoryViewTests
{
    [Fact]
    public void Where_nothing_is_said_only_temporaries_are_not_shown()
    {
        DirectoryView view = For().ViewOf(Path("/a/b"));
        view.ShouldBeSameAs(DirectoryView.Plain);
        view.MountPoints.ShouldBeEmpty();
        Shows(view, "a").ShouldBeTrue();
        Shows(view, ".hpc-upload.00000000-1.a").ShouldBeFalse();
    }

    [Fact] // R4.12
    public void Hidden_names_are_not_shown_and_denied_ones_are()
    {
        PathPolicy policy = For(null, Patterns(("/", "", "*.zip", true), ("/seen", "", "*.zip", false)));
        foreach (string directory in (string[])["/", "/a", "/a/b"])
        {
            Shows(policy.ViewOf(Path(directory)), "a.ZIP").ShouldBeFalse();
            Shows(policy.ViewOf(Path(directory)), "a.txt").ShouldBeTrue();
        }

        Shows(policy.ViewOf(Path("/seen/b")), "a.zip").ShouldBeTrue();
        Shows(policy.ViewOf(Path("/seen")), ".hpc-upload.1").ShouldBeFalse();
    }

    [Fact]
    public void Mount_points_and_what_leads_to_them_are_shown_once_in_order()
    {
        PathPolicy policy = For(null, null, "/zoo", "/a/b/c", "/a/b/d", "/a/x", "/ä", "/a");
        DirectoryView root = policy.ViewOf(VirtualPath.Root);
        root.MountPoints.Select(static path => path.ToString()).ShouldBe(["/a", "/zoo", "/ä"]);
        policy.ViewOf(Path("/a")).MountPoints.Select(static path => path.ToString()).ShouldBe(["/a/b", "/a/x"]);
        policy.ViewOf(Path("/a/b")).MountPoints.Select(static path => path.ToString()).ShouldBe(["/a/b/c", "/a/b/d"]);
        policy.ViewOf(Path("/a/b/c")).MountPoints.ShouldBeEmpty();
        foreach (string covered in (string[])["a", "zoo", "ä"])
        {
            Shows(root, covered).ShouldBeFalse();
        }

        foreach (string name in (string[])["A", "b", "zo", "zooo", "Ä"])
        {
            Shows(root, name).ShouldBeTrue();
        }
    }

    [Fact]
    public void A_mount_point_with_a_hidden_name_is_not_shown_and_one_with_a_denied_name_is()
    {
        PathPolicy policy = For(null, Patterns(("/", "", "h*", true), ("/d", "", "h*", false)), "/hidden", "/seen", "/d/hidden", "/.hpc-upload.m");
        policy.ViewOf(VirtualPath.Root).MountPoints.Select(static path => path.ToString()).ShouldBe(["/d", "/seen"]);
        policy.ViewOf(Path("/d")).MountPoints.Select(static path => path.ToString()).ShouldBe(["/d/hidden"]);
        Shows(policy.ViewOf(VirtualPath.Root), "hidden").ShouldBeFalse();
    }

    [Fact]
    public void Names_that_are_not_utf8_are_covered_too()
    {
        VirtualPath.TryParse([(byte)'/', 0xFF, 0xE2], VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        PathPolicy policy = PathPolicy.Create(PermissionSet.Full, PatternSet.Empty, [VirtualPath.Root, path]);
        DirectoryView view = policy.ViewOf(VirtualPath.Root);
        view.MountPoints.ShouldBe([path]);
        view.Shows([0xFF, 0xE2]).ShouldBeFalse();
        view.Shows([0xFF]).ShouldBeTrue();
    }

    private static bool Shows(DirectoryView view, string name) => view.Shows(Encoding.UTF8.GetBytes(name));
}
