using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

/// <summary>The clients with a command line of their own and no TLS: NetBSD's ftp, and ncftp.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FtpShellTests(SharedFtpServer shared)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_go_up_and_come_down_by_ftp_unchanged(bool isPassive)
    {
        using FtpSession session = await OpenAsync("tnftp");
        await FtpScenario.MoveAsync(session, new Tnftp(session, isPassive));
    }

    [Fact]
    public async Task What_was_broken_off_goes_on_by_ftp_both_ways()
    {
        using FtpSession session = await OpenAsync("tnftp");
        var ftp = new Tnftp(session);
        await FtpScenario.ContinueDownloadAsync(session, ftp);
        await FtpScenario.ContinueUploadAsync(session, ftp);
        await FtpScenario.AppendAsync(session, ftp);
    }

    [Fact]
    public async Task Names_and_folders_change_by_ftp()
    {
        using FtpSession session = await OpenAsync("tnftp");
        await FtpScenario.ManageAsync(session, new Tnftp(session));
    }

    [Fact]
    public async Task Directories_are_listed_by_ftp()
    {
        using FtpSession session = await OpenAsync("tnftp");
        await FtpScenario.ListAsync(session, new Tnftp(session));
        await FtpScenario.ListFactsAsync(session, new Tnftp(session));
    }

    [Fact]
    public async Task Sizes_times_and_the_directory_are_told_to_ftp()
    {
        using FtpSession session = await OpenAsync("tnftp");
        FtpScenario.MakeListing(session);
        string said = (await new Tnftp(session).SayAsync("cd list\npwd\nsize plain.txt\nmodtime plain.txt\nmlst plain.txt\ncdup\npwd\nsystem\nrstatus\nfeatures\nquote HELP\nsite HELP\nchmod 600 list/plain.txt")).Output;
        said.ShouldContain("Remote directory: /list");
        said.ShouldContain("12345");
        said.ShouldContain("Mon, 03 Feb 2020 04:05:06 +0000");
        said.ShouldContain("215 UNIX Type: L8");
        said.ShouldContain("MLST");
        session.ModeOf("list/plain.txt").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        said.ShouldNotContain("\n50", Case.Sensitive);
    }

    [Fact]
    public async Task Files_go_up_and_come_down_by_ncftp_unchanged()
    {
        using FtpSession session = await OpenAsync("ncftp", "ncftpput", "ncftpget");
        await FtpScenario.MoveAsync(session, new NcFtp(session));
    }

    // ncftpput -z asks for REST and then sends the file from its beginning: nothing that a server could mend.
    [Fact]
    public async Task What_was_broken_off_goes_on_by_ncftp()
    {
        using FtpSession session = await OpenAsync("ncftpput", "ncftpget");
        var ncftp = new NcFtp(session);
        await FtpScenario.ContinueDownloadAsync(session, ncftp);
        await FtpScenario.AppendAsync(session, ncftp);
    }

    [Fact]
    public async Task Names_and_folders_change_by_ncftp()
    {
        using FtpSession session = await OpenAsync("ncftp", "ncftpput");
        await FtpScenario.ManageAsync(session, new NcFtp(session));
    }

    [Fact]
    public async Task Directories_are_listed_by_ncftp()
    {
        using FtpSession session = await OpenAsync("ncftpls");
        await FtpScenario.ListAsync(session, new NcFtp(session));
    }

    [Fact]
    public async Task A_tree_goes_up_and_comes_down_by_ncftp_with_its_times()
    {
        using FtpSession session = await OpenAsync("ncftpput", "ncftpget");
        string tree = session["tree"];
        FileTree.WriteRandom(Path.Combine(tree, "one"), 5000, 1);
        FileTree.WriteRandom(Path.Combine(tree, "sub", "größe"), 6000, 2);
        var time = new DateTime(2019, 8, 7, 6, 5, 4, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(tree, "one"), time);
        string[] login = ["-V", "-R", "-u", session.User.Name, "-p", session.User.Password, "-P", $"{session.Port}", ServerProcess.Host];
        await session.RunAsync("ncftpput", [.. login, ".", tree]);
        FileTree.Difference(FileTree.Describe(tree), FileTree.Describe(session.Remote("tree"))).ShouldBeEmpty();
        File.GetLastWriteTimeUtc(session.Remote("tree/one")).ShouldBe(time);
        string down = Directory.CreateDirectory(session["down"]).FullName;
        await session.RunAsync("ncftpget", [.. login, down, "tree"]);
        FileTree.Difference(FileTree.Describe(tree), FileTree.Describe(Path.Combine(down, "tree"))).ShouldBeEmpty();
        File.GetLastWriteTimeUtc(Path.Combine(down, "tree", "one")).ShouldBe(time);
    }

    private Task<FtpSession> OpenAsync(params string[] programs)
    {
        Require.Tool(programs);
        return shared.OpenAsync(TlsUse.None);
    }
}
