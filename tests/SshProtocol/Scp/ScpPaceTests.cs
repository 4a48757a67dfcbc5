using Hpc.SshProtocol.Tests.Sftp;

namespace Hpc.SshProtocol.Tests.Scp;

/// <summary>Content that waits for a limit of speed.</summary>
public sealed class ScpPaceTests
{
    private const int Size = 200_000;

    private readonly Behaviour _behaviour = new(1);
    private readonly MemoryFiles _files;

    public ScpPaceTests()
    {
        _files = new MemoryFiles(_behaviour);
        _files.Files["/a"] = new MemoryFile { Content = new byte[Size] };
    }

    [Fact]
    public async Task A_limit_whose_bytes_come_one_by_one_is_read_in_whole_pieces()
    {
        _behaviour.Pace = new FakePace { Drip = 1, Serves = true };
        using var transfer = new ScpTransfer("scp -f a", _files);
        (await transfer.RunAsync([0, 0, 0])).ShouldBe(0u);
        transfer.Grant.Meter.BytesSent.ShouldBe(Size);

        // A piece is cut where a packet's block ends, too.
        _files.Reads.ShouldBeLessThan(2 * (Size / 4096) + 10);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_download_that_waits_ends_with_its_session_or_its_channel(bool isKick)
    {
        var pace = new FakePace();
        _behaviour.Pace = pace;
        using var transfer = new ScpTransfer("scp -f a", _files);
        transfer.Channel.Deliver([0, 0]);
        await Ssh.Eventually.Async(() => pace.Waiting == 1);
        (transfer.Grant.Meter.IsWaiting, transfer.Pool.Budget.Rented).ShouldBe((true, 0));
        if (isKick)
        {
            transfer.Grant.End();
        }

        await transfer.CloseAsync();
        (pace.Waiting, transfer.Grant.Meter.IsWaiting, _files.Reads).ShouldBe((0, false, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_waits_ends_with_its_session_or_its_channel(bool isKick)
    {
        var pace = new FakePace();
        _behaviour.Pace = pace;
        using var transfer = new ScpTransfer("scp -t b", _files);
        transfer.Channel.Deliver(ScpTransfer.Bytes("C0644 5000 b\n"));
        transfer.Channel.Deliver(new byte[5001]);
        await Ssh.Eventually.Async(() => pace.Waiting == 1 && transfer.Grant.Meter.IsWaiting);
        if (isKick)
        {
            transfer.Grant.End();
        }

        await transfer.CloseAsync();
        (pace.Waiting, transfer.Grant.Meter.IsWaiting, _files.Files["/b"].Length).ShouldBe((0, false, 0));
    }

    [Theory]
    [InlineData("scp -f a")]
    [InlineData("scp -t b")]
    public async Task A_transfer_that_waits_goes_on_at_once_when_the_limit_is_gone(string command)
    {
        var pace = new FakePace();
        _behaviour.Pace = pace;
        using var transfer = new ScpTransfer(command, _files);
        transfer.Channel.Deliver(command == "scp -f a" ? [0, 0] : [.. ScpTransfer.Bytes("C0644 5000 b\n"), .. new byte[5001]]);
        await Ssh.Eventually.Async(() => pace.Waiting == 1);
        _behaviour.Pace = null;
        pace.End();
        (await transfer.RunAsync(command == "scp -f a" ? [0] : [])).ShouldBe(0u);
    }
}
