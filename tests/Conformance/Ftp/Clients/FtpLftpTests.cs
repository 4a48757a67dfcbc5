using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

[Trait(Category.Name, Category.Conformance)]
public sealed class FtpLftpTests(SharedFtpServer shared)
{
    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Explicit)]
    [InlineData(TlsUse.Control)]
    [InlineData(TlsUse.Required)]
    [InlineData(TlsUse.Implicit)]
    public async Task Files_go_up_and_come_down_unchanged(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        await FtpScenario.MoveAsync(session, new Lftp(session));
    }

    [Theory]
    [InlineData("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.2")]
    [InlineData("NORMAL:-VERS-TLS-ALL:+VERS-TLS1.3")]
    public async Task Either_version_of_TLS_resumes_the_session_for_data_connections(string priority)
    {
        using FtpSession session = await OpenAsync(TlsUse.Required);
        await FtpScenario.MoveAsync(session, new Lftp(session, $"ssl:priority \"{priority}\""));
    }

    // curl 7.88 speaks no TLS on data connections that the server makes (curl 8.0.0 mended it).
    [Fact]
    public async Task Active_data_connections_over_TLS_resume_the_session_too()
    {
        using FtpSession session = await OpenAsync(TlsUse.Required);
        await FtpScenario.MoveAsync(session, new Lftp(session, "ftp:passive-mode off"));
    }

    [Theory]
    [InlineData("ftp:passive-mode off")]
    [InlineData("ftp:prefer-epsv off")]
    [InlineData("ftp:use-feat off")]
    [InlineData("ftp:use-mlsd on")]
    [InlineData("ftp:use-stat on")]
    [InlineData("ftp:sync-mode off")]
    public async Task Mirrors_whatever_its_settings_say(string setting)
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        await MirrorAsync(session, new Lftp(session, setting));
    }

    [Theory]
    [InlineData(TlsUse.Explicit)]
    [InlineData(TlsUse.Required)]
    [InlineData(TlsUse.Implicit)]
    public async Task Mirrors_both_ways_with_several_connections_over_TLS(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        await MirrorAsync(session, new Lftp(session));
    }

    [Fact]
    public async Task Parts_of_a_file_come_down_side_by_side()
    {
        using FtpSession session = await OpenAsync(TlsUse.Explicit);
        string local = session.Local("file", 2_000_003);
        File.Copy(local, session.Remote("file"));
        await new Lftp(session).RunAsync($"pget -n 4 file -o \"{session["copy"]}\"");
        FileTree.Checksum(session["copy"]).ShouldBe(FileTree.Checksum(local));
    }

    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Required)]
    public async Task What_was_broken_off_goes_on_both_ways(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        var lftp = new Lftp(session);
        await FtpScenario.ContinueDownloadAsync(session, lftp);
        await FtpScenario.ContinueUploadAsync(session, lftp);
    }

    [Fact]
    public async Task Names_folders_and_modes_change()
    {
        using FtpSession session = await OpenAsync(TlsUse.Explicit);
        var lftp = new Lftp(session);
        await FtpScenario.ManageAsync(session, lftp);
        await lftp.RunAsync("mkdir -p a/b/c");
        Directory.Exists(session.Remote("a/b/c")).ShouldBeTrue();
        await File.WriteAllTextAsync(session.Remote("file"), "x");
        await lftp.RunAsync("chmod 600 file");
        session.ModeOf("file").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Directories_are_listed()
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        await FtpScenario.ListAsync(session, new Lftp(session));
        string shown = (await new Lftp(session, "ftp:use-mlsd on").RunAsync("cls -l --time-style=%Y%m%d%H%M%S list")).Output;
        shown.ShouldContain("12345 2020020304");
        shown.ShouldContain("größe");
    }

    // A tree goes up with its times, comes down with them, and a second run finds nothing to do.
    private static async Task MirrorAsync(FtpSession session, Lftp lftp)
    {
        var time = new DateTime(2019, 8, 7, 6, 5, 0, DateTimeKind.Utc);
        foreach (string name in (string[])["tree/one", "tree/sub ä/two", "tree/sub ä/deep/three", "tree/'quoted' name"])
        {
            FileTree.WriteRandom(session[name], 10_000 + name.Length, name.Length);
            File.SetLastWriteTimeUtc(session[name], time);
        }

        Directory.CreateDirectory(session["tree/empty"]);
        IReadOnlyList<string> expected = FileTree.Describe(session["tree"]);
        await lftp.RunAsync($"mirror -R -P 3 \"{session["tree"]}\" up");
        FileTree.Difference(expected, FileTree.Describe(session.Remote("up"))).ShouldBeEmpty();
        File.GetLastWriteTimeUtc(session.Remote("up/sub ä/two")).ShouldBe(time);
        await lftp.RunAsync($"mirror -P 3 up \"{session["down"]}\"");
        FileTree.Difference(expected, FileTree.Describe(session["down"])).ShouldBeEmpty();
        File.GetLastWriteTimeUtc(session["down/sub ä/two"]).ShouldBe(time);
        (await lftp.RunAsync($"mirror -R --dry-run \"{session["tree"]}\" up")).Output.ShouldNotContain("put ");
    }

    private Task<FtpSession> OpenAsync(TlsUse tls)
    {
        Require.Tool("lftp");
        return shared.OpenAsync(tls);
    }
}
