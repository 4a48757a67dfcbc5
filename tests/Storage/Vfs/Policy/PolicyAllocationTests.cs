using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;
using Hpc.TestKit;
using static Hpc.Storage.Tests.Vfs.Policy.Policies;

namespace Hpc.Storage.Tests.Vfs.Policy;

public class PolicyAllocationTests
{
    private static readonly PermissionSet ManyPermissions =
        Permissions("*", [.. Enumerable.Range(0, 20).Select(static i => ($"/d{i}/x", "list,upload")), ("/*/in*/[a-c]", "download"), ("/d1/*", "")]);

    private static readonly PathPolicy ManyRules = For(
        ManyPermissions,
        Patterns([("/", "", "*.zip,*.exe,secret*", true), .. Enumerable.Range(0, 10).Select(static i => ($"/d{i}", "*.txt,Ä*", "*", i % 2 == 0))]),
        "/m1", "/m2", "/d1/m", "/d1/m/n", "/deep/er/m");

    [Theory]
    [InlineData("/")]
    [InlineData("/d1/inner/b/Ärger.TXT")]
    [InlineData("/d1/m/n/o/p/q/r.exe")]
    [InlineData("/nothing/is/said/of/this/ö")]
    public void A_look_up_allocates_nothing(string text)
    {
        VirtualPath path = Path(text);
        AllocatedBytes.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                _ = ManyRules.Find(path);
                _ = ManyRules.ViewOf(path);
                _ = ManyRules.HaveSameRules(path, path);
                _ = ManyPermissions.At(path);
            }
        }).ShouldBe(0);
    }

    [Fact]
    public void A_listed_name_is_judged_without_allocating()
    {
        byte[][] names = [.. ((string[])["a.txt", "ÄRGER", "x.zip", "m", ".hpc-upload.1", "deep", "\uDCFF"]).Select(static name => PathText.Encode(name))];
        DirectoryView[] views = [DirectoryView.Plain, .. ((string[])["/", "/d1", "/d2/x", "/d1/m"]).Select(static path => ManyRules.ViewOf(Path(path)))];
        int shown = 0;
        AllocatedBytes.Least(() =>
        {
            foreach (DirectoryView view in views)
            {
                foreach (byte[] name in names)
                {
                    shown += view.Shows(name) ? 1 : 0;
                }
            }
        }).ShouldBe(0);
        shown.ShouldBeGreaterThan(0);
    }
}
