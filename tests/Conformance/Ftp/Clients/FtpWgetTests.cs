using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

[Trait(Category.Name, Category.Conformance)]
public sealed class FtpWgetTests(SharedFtpServer shared)
{
    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Explicit)]
    [InlineData(TlsUse.Required)]
    [InlineData(TlsUse.Implicit)]
    public async Task Files_come_down_unchanged(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        await FtpScenario.MoveAsync(session, new Wget(session), canSend: false);
    }

    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Required)]
    public async Task What_was_broken_off_goes_on(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        await FtpScenario.ContinueDownloadAsync(session, new Wget(session));
    }

    [Theory]
    [InlineData(TlsUse.None)]
    [InlineData(TlsUse.Explicit)]
    public async Task A_tree_is_found_by_its_listings_and_comes_down_with_its_times(TlsUse tls)
    {
        using FtpSession session = await OpenAsync(tls);
        var time = new DateTime(2019, 8, 7, 0, 0, 0, DateTimeKind.Utc);
        foreach (string name in (string[])["tree/one", "tree/sub folder/two", "tree/sub folder/deep/größe"])
        {
            FileTree.WriteRandom(session.Remote(name), 10_000 + name.Length, name.Length);
            File.SetLastWriteTimeUtc(session.Remote(name), time);
        }

        await new Wget(session).GetTreeAsync("tree", session["down"]);
        FileTree.Difference(FileTree.Describe(session.Remote("tree")), FileTree.Describe(session["down/tree"])).ShouldBeEmpty();
        File.GetLastWriteTimeUtc(session["down/tree/sub folder/two"]).Date.ShouldBe(time);
    }

    private Task<FtpSession> OpenAsync(TlsUse tls)
    {
        Require.Tool("wget");
        return shared.OpenAsync(tls);
    }
}
