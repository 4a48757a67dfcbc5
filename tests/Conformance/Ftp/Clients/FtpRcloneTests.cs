using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

[Trait(Category.Name, Category.Conformance)]
public sealed class FtpRcloneTests(SharedFtpServer shared)
{
    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Explicit)]
    [InlineData(TlsUse.Implicit)]
    public async Task Files_go_up_and_come_down_unchanged(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        await FtpScenario.MoveAsync(session, new Rclone(session));
    }

    // All of its connections share one cache of TLS sessions: where each has to resume its own, it fails.
    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Explicit)]
    [InlineData(TlsUse.Implicit)]
    public async Task A_tree_is_the_same_on_both_sides_with_its_times(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        var rclone = new Rclone(session);
        var time = new DateTime(2019, 8, 7, 6, 5, 4, DateTimeKind.Utc);
        foreach (string name in (string[])["tree/one", "tree/sub ä/two", "tree/sub ä/deep/three", "tree/[odd] name's"])
        {
            FileTree.WriteRandom(session[name], 10_000 + name.Length, name.Length);
            File.SetLastWriteTimeUtc(session[name], time);
        }

        await rclone.RunAsync("copy", session["tree"], Rclone.Name("up"));
        FileTree.Difference(FileTree.Describe(session["tree"]), FileTree.Describe(session.Remote("up"))).ShouldBeEmpty();
        File.GetLastWriteTimeUtc(session.Remote("up/sub ä/two")).ShouldBe(time);
        (await rclone.RunAsync("copy", session["tree"], Rclone.Name("up"), "--dry-run")).Error.ShouldContain("There was nothing to transfer");
        (await rclone.RunAsync("check", "--download", session["tree"], Rclone.Name("up"))).Error.ShouldContain("0 differences found");
        (await rclone.RunAsync("lsjson", "-R", Rclone.Name("up"))).Output.ShouldContain("2019-08-07T06:05:04Z");
    }

    [Fact]
    public async Task Names_and_folders_change()
    {
        using FtpSession session = await OpenAsync(TlsUse.Explicit);
        await FtpScenario.ManageAsync(session, new Rclone(session));
    }

    private Task<FtpSession> OpenAsync(TlsUse tls)
    {
        Require.Tool("rclone");
        return shared.OpenAsync(tls);
    }
}
