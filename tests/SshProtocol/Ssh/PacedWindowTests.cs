using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Tests.Sftp;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>What a peer may send ahead of a limit of its speed.</summary>
public sealed class PacedWindowTests
{
    private const int Small = 64 * 1024;
    private const int Body = 8 * 1024;

    private readonly Behaviour _behaviour = new(1);
    private FakePace _pace = new();

    [Fact]
    public async Task An_upload_that_waits_holds_a_small_window_and_goes_on_with_the_limit()
    {
        _pace = new FakePace { Rate = Small };
        using SshTestHost host = Start(isPaced: true);
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer);
            channel.RemoteWindow.ShouldBe(Small);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync("/b", 2 | 8);
            long before = host.Pool.Budget.Rented;
            int sent = 0;
            while (channel.RemoteWindow > Body + 100)
            {
                await channel.SendDataAsync(channel.Request(6, handle, (ulong)(sent++ * Body), new byte[Body]));
            }

            await Eventually.Async(() => _pace.Waiting == 1);
            (host.Pool.Budget.Rented - before).ShouldBeLessThan(4 * Small);
            _pace.Allow(1 << 20);
            for (int i = 0; i < sent; i++)
            {
                (await channel.ReceivePacketAsync())[0].ShouldBe((byte)101);
            }

            // What was written has come back as window, and nothing is stuck after it.
            byte[] answer = await channel.AskAsync(6, handle, (ulong)(sent * Body), new byte[Body]);
            answer[0].ShouldBe((byte)101);
        }
    }

    [Fact]
    public async Task A_request_that_is_longer_than_the_small_window_is_still_answered()
    {
        using SshTestHost host = Start(isPaced: true);
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer);
            await channel.InitAsync();
            byte[] request = channel.Request(200, new byte[200_000]);
            int first = (int)channel.RemoteWindow;
            await channel.SendDataAsync(request[..first]);
            byte[] adjust = await peer.ExpectAsync(MessageNumber.ChannelWindowAdjust);
            Msg.UInt32At(adjust, 5).ShouldBeGreaterThanOrEqualTo((uint)(request.Length - first));
            await channel.SendDataAsync(request[first..]);
            (await channel.ReceivePacketAsync())[0].ShouldBe((byte)101);
        }
    }

    [Fact]
    public async Task A_session_without_a_limit_begins_with_the_whole_window()
    {
        using SshTestHost host = Start(isPaced: false);
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            (await RawChannel.OpenSftpAsync(peer)).RemoteWindow.ShouldBe(2 * 1024 * 1024);
        }
    }

    [Theory]
    [InlineData(0, Small)]
    [InlineData(Small, Small)]
    [InlineData(1_000_000, 500_000)]
    [InlineData(1L << 40, 2 * 1024 * 1024)]
    public async Task A_window_begins_with_half_a_second_of_the_limit(long rate, int window)
    {
        _pace = new FakePace { Rate = rate };
        using SshTestHost host = Start(isPaced: true);
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            (await RawChannel.OpenSftpAsync(peer)).RemoteWindow.ShouldBe(window);
        }
    }

    [Fact]
    public async Task A_limit_that_comes_to_a_running_upload_takes_its_window_back()
    {
        using SshTestHost host = Start(isPaced: false);
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync("/b", 2 | 8);
            _pace.Allow(1 << 30);
            _behaviour.Pace = _pace;
            ulong offset = 0;

            // Half a second of the limit is left of it.
            for (int sent = 0; sent < 4 << 20; sent += Body, offset += Body)
            {
                (await channel.AskAsync(6, handle, offset, new byte[Body]))[0].ShouldBe((byte)101);
            }

            channel.RemoteWindow.ShouldBeLessThanOrEqualTo(25 * 4096);
            channel.RemoteWindow.ShouldBeGreaterThan(25 * 4096 / 2);
        }
    }

    private SshTestHost Start(bool isPaced)
    {
        _behaviour.Pace = isPaced ? _pace : null;
        var host = new SshTestHost();
        host.Gate.Files = new MemoryFiles(_behaviour);
        return host;
    }
}
