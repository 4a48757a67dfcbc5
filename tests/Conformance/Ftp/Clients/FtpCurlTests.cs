using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

[Trait(Category.Name, Category.Conformance)]
public sealed class FtpCurlTests(SharedFtpServer shared)
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
        await FtpScenario.MoveAsync(session, new Curl(session));
    }

    [Theory]
    [InlineData("--disable-epsv")]
    [InlineData("--ftp-port", "127.0.0.1")]
    [InlineData("--ftp-port", "127.0.0.1", "--disable-eprt")]
    [InlineData("--ftp-method", "nocwd")]
    [InlineData("--ftp-method", "singlecwd")]
    public async Task Files_move_whatever_way_data_connections_and_paths_are_said(params string[] options)
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        await FtpScenario.MoveAsync(session, new Curl(session, options));
    }

    [Theory]
    [InlineData("--tlsv1.2", "--tls-max", "1.2")]
    [InlineData("--tlsv1.3")]
    public async Task Either_version_of_TLS_resumes_the_session_for_data_connections(params string[] options)
    {
        using FtpSession session = await OpenAsync(TlsUse.Required);
        await FtpScenario.MoveAsync(session, new Curl(session, options));
    }

    [Fact]
    public async Task The_control_connection_goes_on_in_the_clear_after_CCC()
    {
        using FtpSession session = await OpenAsync(TlsUse.Explicit);
        await FtpScenario.MoveAsync(session, new Curl(session, "--ftp-ssl-ccc", "--ftp-ssl-ccc-mode", "active"));
    }

    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Required)]
    public async Task What_was_broken_off_goes_on_both_ways(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        var curl = new Curl(session);
        await FtpScenario.ContinueDownloadAsync(session, curl);
        await FtpScenario.ContinueUploadAsync(session, curl);
        await FtpScenario.AppendAsync(session, curl);
    }

    [Fact]
    public async Task Names_and_folders_change()
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        await FtpScenario.ManageAsync(session, new Curl(session));
    }

    [Fact]
    public async Task Folders_on_the_way_to_a_file_are_made()
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        string local = session.Local("file", 10);
        await new Curl(session, "--ftp-create-dirs").PutAsync(local, "a/b ä/c/file");
        FileTree.Checksum(session.Remote("a/b ä/c/file")).ShouldBe(FileTree.Checksum(local));
    }

    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Implicit)]
    public async Task Directories_are_listed(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        var curl = new Curl(session);
        await FtpScenario.ListAsync(session, curl);
        await FtpScenario.ListFactsAsync(session, curl);
        string[] names = (await curl.RunAsync(["--list-only", curl.Url("list/")])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        names.ShouldBe(["plain.txt", "name with spaces", "größe", "sub"], ignoreOrder: true);
    }

    [Fact]
    public async Task Sizes_and_times_are_told_and_times_are_set()
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        FtpScenario.MakeListing(session);
        var curl = new Curl(session);
        ClientResult head = await curl.RunAsync(["--head", curl.Url("list/plain.txt")]);
        head.Output.ShouldContain("Content-Length: 12345");
        head.Output.ShouldContain("Last-Modified: Mon, 03 Feb 2020 04:05:06 GMT");
        await curl.RunAsync(["--remote-time", "-o", session["dated"], curl.Url("list/plain.txt")]);
        File.GetLastWriteTimeUtc(session["dated"]).ShouldBe(new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        await curl.SayAsync("MFMT 20110102030405 list/plain.txt");
        File.GetLastWriteTimeUtc(session.Remote("list/plain.txt")).ShouldBe(new DateTime(2011, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    }

    [Fact]
    public async Task A_part_in_the_middle_of_a_file_comes_down_alone()
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        string local = session.Local("file", 2_000_000);
        File.Copy(local, session.Remote("file"));
        var curl = new Curl(session);
        await curl.RunAsync(["--range", "1000000-1000099", "-o", session["part"], curl.Url("file")]);
        (await File.ReadAllBytesAsync(session["part"])).ShouldBe((await File.ReadAllBytesAsync(local))[1_000_000..1_000_100]);
    }

    [Fact]
    public async Task Text_comes_down_with_line_ends_of_the_network_and_goes_up_with_those_of_Unix()
    {
        using FtpSession session = await OpenAsync(TlsUse.None);
        await File.WriteAllTextAsync(session.Remote("text"), "one\ntwo\n");
        var curl = new Curl(session, "--use-ascii");
        await curl.GetAsync("text", session["down"]);
        (await File.ReadAllTextAsync(session["down"])).ReplaceLineEndings("\n").ShouldBe("one\ntwo\n");

        // curl itself writes the line ends of the network.
        await File.WriteAllTextAsync(session["up"], "one\ntwo\n");
        await curl.PutAsync(session["up"], "sent");
        (await File.ReadAllTextAsync(session.Remote("sent"))).ShouldBe("one\ntwo\n");
    }

    private Task<FtpSession> OpenAsync(TlsUse tls)
    {
        Require.Tool("curl");
        return shared.OpenAsync(tls);
    }
}
