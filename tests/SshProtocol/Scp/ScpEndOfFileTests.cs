using Hpc.SshProtocol.Tests.Sftp;
using Hpc.Storage;

namespace Hpc.SshProtocol.Tests.Scp;

/// <summary>A file is closed where it arrived or left whole, and given up in every other case.</summary>
public sealed class ScpEndOfFileTests
{
    private readonly Behaviour _behaviour = new(1);
    private readonly MemoryFiles _files;

    public ScpEndOfFileTests()
    {
        _files = new MemoryFiles(_behaviour);
        _files.Files["/old"] = new MemoryFile { Content = "0123456789"u8.ToArray() };
    }

    [Theory]
    [InlineData("C0644 5 x\nhello\0", "closed /new")]
    [InlineData("C0644 0 x\n\0", "closed /new")]
    [InlineData("C0644 5 x\nhel", "given up /new")]
    [InlineData("C0644 5 x\nhello", "given up /new")]
    [InlineData("C0644 5 x\nhello\u0001scp: cannot read\n", "given up /new")]
    [InlineData("C0644 5 x\nhello\u0002scp: cannot read\n", "given up /new")]
    [InlineData("C0644 5 x\nhellosurprise\n", "given up /new")]
    public async Task A_file_that_comes_in_is_closed_if_the_peer_says_that_it_is_whole(string input, string end)
    {
        using var transfer = new ScpTransfer("scp -t /new", _files);
        await transfer.RunAsync(ScpTransfer.Bytes(input));
        _files.Ends.ShouldBe([end]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task A_file_that_could_not_be_written_is_given_up_and_the_peer_is_told_why(int notNow)
    {
        (_behaviour.NotNow, _behaviour.WriteError, _behaviour.WriteErrorFrom) = (notNow, StorageError.QuotaExceeded, 3);
        using var transfer = new ScpTransfer("scp -t /new", _files);
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 5 x\nhello\0"))).ShouldBe(1u);
        transfer.Output.ShouldContain("x: Quota exceeded");
        _files.Ends.ShouldBe(["given up /new"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_on_its_way_in_is_given_up_when_its_session_ends(bool isKicked)
    {
        using var transfer = new ScpTransfer("scp -t /new", _files);
        transfer.Channel.Deliver(ScpTransfer.Bytes("C0644 5 x\nhel"));
        await transfer.Channel.WaitForAsync(() => transfer.Output == "\0\0");
        if (isKicked)
        {
            transfer.Grant.End();
        }

        await transfer.CloseAsync();
        _files.Ends.ShouldBe(["given up /new"]);
    }

    [Theory]
    [InlineData("\0\0\0", "closed /old")]
    [InlineData("\0\0", "given up /old")]
    [InlineData("\0\0\u0001no room\n", "given up /old")]
    [InlineData("\0\u0001no room\n", "given up /old")]
    public async Task A_file_that_goes_out_is_closed_if_the_peer_has_it(string answers, string end)
    {
        using var transfer = new ScpTransfer("scp -f /old", _files);
        await transfer.RunAsync(ScpTransfer.Bytes(answers));
        _files.Ends.ShouldBe([end]);
        transfer.Grant.Protocols.ShouldBe(["SCP"]);
    }

    [Fact]
    public async Task Relative_paths_begin_at_the_start_directory()
    {
        using var transfer = new ScpTransfer("scp -t new", _files, "/in");
        (await transfer.RunAsync(ScpTransfer.Bytes("C0644 0 x\n\0"))).ShouldBe(0u);
        _files.Ends.ShouldBe(["closed /in/new"]);
    }
}
