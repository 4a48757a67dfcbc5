using Hpc.SshProtocol.Ssh;
using Hpc.TestKit;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>How bulk output uses a window that the peer opens in small steps.</summary>
public sealed class WindowTests
{
    private const int FileLength = 5 * 1024 * 1024;
    private const int ReadLength = 256 * 1000;
    private const int Window = 2 * 1024 * 1024;
    private const int Worthwhile = 256 * 1024;

    private readonly ManualTimeProvider _clock = new();
    private readonly byte[] _content = new byte[FileLength];

    public WindowTests() => new Random(7).NextBytes(_content);

    [Fact]
    public async Task A_large_window_that_opens_a_little_is_used_when_it_is_worth_it()
    {
        using var host = new SshTestHost();
        (RawPeer peer, RawChannel channel) = await ReadAsync(host, Window);
        await using (peer)
        {
            await TakeAsync(peer, channel, Window - Worthwhile + 1);
            long first = channel.Received;

            // What is left of the window with two steps is not worth a packet; with three it is.
            await channel.AdjustAsync((uint)(Worthwhile - (Window - first) - 2));
            await TakeAsync(peer, channel, 0);
            await channel.AdjustAsync(1);
            await TakeAsync(peer, channel, 0);
            channel.Received.ShouldBe(first);
            await channel.AdjustAsync(1);
            await TakeAsync(peer, channel, first + 1);
        }
    }

    [Fact]
    public async Task A_window_that_does_not_open_further_is_used_to_its_end()
    {
        using var host = new SshTestHost();
        (RawPeer peer, RawChannel channel) = await ReadAsync(host, Window);
        await using (peer)
        {
            await TakeAsync(peer, channel, Window - Worthwhile + 1);
            await channel.AdjustAsync(1000);
            await TakeAsync(peer, channel, 0);
            channel.Received.ShouldBeLessThan(Window);
            await TakeAsync(peer, channel, Window + 1000, inBetween: () => _clock.Advance(TimeSpan.FromMilliseconds(20)));
            channel.Received.ShouldBe(Window + 1000);
        }
    }

    [Fact]
    public async Task A_peer_that_keeps_its_window_small_waits_twice_and_then_no_more()
    {
        const int Length = 32_000;
        using var host = new SshTestHost();
        (RawPeer peer, RawChannel channel, byte[] handle) = await OpenAsync(host, Window);
        await using (peer)
        {
            ulong offset = 0;
            while (channel.Received <= Window - Worthwhile)
            {
                await channel.AskAsync(5, handle, offset, (uint)Length);
                offset += Length;
            }

            // From here on one READ at a time, and the window stays what it is.
            for (int read = 0; read < 10; read++, offset += Length)
            {
                long before = channel.Received;
                await channel.SendDataAsync(channel.Request(5, handle, offset, (uint)Length));
                if (read < 2)
                {
                    await TakeAsync(peer, channel, 0);
                    channel.Received.ShouldBe(before);
                    await TakeAsync(peer, channel, before + Length, inBetween: () => _clock.Advance(TimeSpan.FromMilliseconds(20)));
                }

                Msg.StringAt(await channel.ReceivePacketAsync().WaitAsync(TimeSpan.FromSeconds(20)), 5).ShouldBe(_content[(int)offset..((int)offset + Length)]);
                await channel.AdjustAsync((uint)(channel.Received - before));
            }

            // A window that was wide again is one to wait for again.
            await channel.AdjustAsync(Length);
            long wide = channel.Received;
            await channel.AskAsync(5, handle, offset, (uint)(2 * Length));
            channel.Received.ShouldBeGreaterThan(wide);
            await channel.SendDataAsync(channel.Request(5, handle, offset, (uint)Length));
            await TakeAsync(peer, channel, 0);
            long held = channel.Received;
            await TakeAsync(peer, channel, 0);
            channel.Received.ShouldBe(held);
            await TakeAsync(peer, channel, held + Length, inBetween: () => _clock.Advance(TimeSpan.FromMilliseconds(20)));
        }
    }

    [Fact]
    public async Task A_window_that_opens_in_large_steps_is_used_at_once_to_its_last_byte()
    {
        using var host = new SshTestHost();
        (RawPeer peer, RawChannel channel) = await ReadAsync(host, Window);
        await using (peer)
        {
            // A client that opens its window when it is used up, and then all of it.
            await TakeAsync(peer, channel, Window - Worthwhile + 1);
            await channel.AdjustAsync(Window);
            await TakeAsync(peer, channel, 2 * Window);
            channel.Received.ShouldBe(2 * Window);
        }
    }

    [Fact]
    public async Task On_a_long_line_a_window_is_used_at_once_to_its_last_byte()
    {
        using var host = new SshTestHost();
        (RawPeer peer, RawChannel channel) = await ReadAsync(host, Window, TimeSpan.FromMilliseconds(50));
        await using (peer)
        {
            await TakeAsync(peer, channel, Window);
            await channel.AdjustAsync(1000);
            await TakeAsync(peer, channel, Window + 1000);
            channel.Received.ShouldBe(Window + 1000);
        }
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(64 * 1024)]
    [InlineData((1024 * 1024) - 1)]
    public async Task A_small_window_is_used_at_once_to_its_last_byte(int window)
    {
        using var host = new SshTestHost();
        (RawPeer peer, RawChannel channel) = await ReadAsync(host, (uint)window);
        await using (peer)
        {
            await TakeAsync(peer, channel, window);
            channel.Received.ShouldBe(window);
            await channel.AdjustAsync(1);
            await TakeAsync(peer, channel, window + 1);
            channel.Received.ShouldBe(window + 1);
        }
    }

    [Theory]
    [InlineData(2 * 1024 * 1024, 96 * 1024)]
    [InlineData(2 * 1024 * 1024, 1_000)]
    [InlineData(1024 * 1024, 32 * 1024)]
    [InlineData(300_000, 50_000)]
    public async Task Content_is_whole_whatever_the_steps(int window, int step)
    {
        using var host = new SshTestHost();
        (RawPeer peer, RawChannel channel) = await ReadAsync(host, (uint)window);
        await using (peer)
        {
            long credited = window;
            byte[] got = new byte[FileLength];
            for (int reply = 0; reply < (FileLength + ReadLength - 1) / ReadLength;)
            {
                if (channel.TakePacket() is { } packet)
                {
                    packet[0].ShouldBe((byte)103);
                    Msg.StringAt(packet, 5).CopyTo(got, reply * ReadLength);
                    reply++;
                }
                else if (credited - channel.Received < window - step)
                {
                    await channel.AdjustAsync((uint)step);
                    credited += step;
                }
                else
                {
                    _clock.Advance(TimeSpan.FromMilliseconds(20));
                    channel.Take(await peer.ReceiveAsync()).ShouldBeTrue();
                }
            }

            got.AsSpan().SequenceEqual(_content).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(10_000, true)]
    public async Task The_window_of_an_upload_grows_if_a_round_trip_is_longer_than_a_quarter_takes(int roundTripMilliseconds, bool grows)
    {
        using var host = new SshTestHost();
        RawPeer peer = host.ConnectRaw(out _, out MemoryConnection serverEnd);
        serverEnd.RoundTripTime = TimeSpan.FromMilliseconds(roundTripMilliseconds);
        await peer.LogInAsync(SshTestHost.User, host.Password);
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync("/up", 0x1A);
            for (int i = 0; i < 400; i++)
            {
                byte[] reply = await channel.AskAsync(6, handle, (ulong)i * 32_000, _content[..32_000]);
                reply[0].ShouldBe((byte)101);
                Msg.UInt32At(reply, 5).ShouldBe(0u);
            }

            await TakeAsync(peer, channel, 0);
            (channel.RemoteWindow > Window).ShouldBe(grows);
        }
    }

    /// <summary>All of the file is asked for at once.</summary>
    private async Task<(RawPeer Peer, RawChannel Channel)> ReadAsync(SshTestHost host, uint window, TimeSpan? roundTrip = null)
    {
        (RawPeer peer, RawChannel channel, byte[] handle) = await OpenAsync(host, window, roundTrip);
        for (int offset = 0; offset < FileLength; offset += ReadLength)
        {
            await channel.SendDataAsync(channel.Request(5, handle, (ulong)offset, (uint)ReadLength));
        }

        return (peer, channel);
    }

    private async Task<(RawPeer Peer, RawChannel Channel, byte[] Handle)> OpenAsync(SshTestHost host, uint window, TimeSpan? roundTrip = null)
    {
        host.WriteFile("f", _content);
        RawPeer peer = host.ConnectRaw(out _, out MemoryConnection serverEnd, options => options with { Clock = _clock });
        serverEnd.RoundTripTime = roundTrip;
        await peer.LogInAsync(SshTestHost.User, host.Password);
        RawChannel channel = await RawChannel.OpenSftpAsync(peer, window: window);
        await channel.InitAsync();
        byte[] handle = await channel.OpenFileAsync("/f", 1);

        // What the replies so far took of it.
        await channel.AdjustAsync((uint)channel.Received);
        channel.ResetReceived();
        return (peer, channel, handle);
    }

    /// <summary>Takes what comes until that much has come, and what came with it.</summary>
    private static async Task TakeAsync(RawPeer peer, RawChannel channel, long atLeast, Action? inBetween = null)
    {
        do
        {
            inBetween?.Invoke();
            foreach (byte[] payload in await peer.PingAsync())
            {
                channel.Take(payload).ShouldBeTrue();
            }
        }
        while (channel.Received < atLeast);
    }
}
