using System.Buffers.Binary;
using System.Text;
using Hpc.Crypto.Keys;
using Hpc.SshProtocol.Ssh;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class ChannelTests
{
    [Fact]
    public async Task Ten_thousand_opens_make_ten_channels()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            int confirmed = 0;
            int refused = 0;
            for (uint i = 0; i < 10_000; i += 100)
            {
                for (uint j = 0; j < 100; j++)
                {
                    peer.Queue(Msg.Open(i + j));
                }

                foreach (byte[] payload in await peer.PingAsync())
                {
                    confirmed += payload[0] == (byte)MessageNumber.ChannelOpenConfirmation ? 1 : 0;
                    refused += payload[0] == (byte)MessageNumber.ChannelOpenFailure ? 1 : 0;
                }
            }

            confirmed.ShouldBe(10);
            refused.ShouldBe(9_990);
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task Channels_that_are_closed_make_room_again()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            for (uint i = 0; i < 200; i++)
            {
                RawChannel channel = await RawChannel.OpenSftpAsync(peer, i);
                await peer.SendAsync(Msg.Of(MessageNumber.ChannelClose, channel.RemoteId));
                await peer.ExpectAsync(MessageNumber.ChannelClose);
            }
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }

    [Theory]
    [InlineData("direct-tcpip", 1u)]
    [InlineData("x11", 1u)]
    [InlineData("auth-agent@openssh.com", 1u)]
    [InlineData("tun@openssh.com", 1u)]
    [InlineData("whatever", 3u)]
    [InlineData("", 3u)]
    public async Task Other_channel_types_are_refused(string type, uint reason)
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            await peer.SendAsync(Msg.Of(MessageNumber.ChannelOpen, type, 5u, 100u, 100u, "127.0.0.1", 22u, "127.0.0.1", 1u));
            byte[] failure = await peer.ExpectAsync(MessageNumber.ChannelOpenFailure);
            Msg.UInt32At(failure, 1).ShouldBe(5u);
            Msg.UInt32At(failure, 5).ShouldBe(reason);
            await peer.PingAsync();
        }
    }

    [Fact]
    public async Task After_no_more_sessions_none_is_opened()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            await peer.SendAsync(Msg.Of(MessageNumber.GlobalRequest, "no-more-sessions@openssh.com", false));
            await peer.SendAsync(Msg.Open());
            Msg.UInt32At(await peer.ExpectAsync(MessageNumber.ChannelOpenFailure), 5).ShouldBe(1u);
        }
    }

    [Theory]
    [InlineData(MessageKind.Unknown)]
    [InlineData(MessageKind.Closed)]
    [InlineData(MessageKind.EofTwice)]
    [InlineData(MessageKind.DataAfterEof)]
    [InlineData(MessageKind.CloseTwice)]
    [InlineData(MessageKind.WindowOverflow)]
    [InlineData(MessageKind.BeyondWindow)]
    [InlineData(MessageKind.LargerThanPacket)]
    [InlineData(MessageKind.LongString)]
    [InlineData(MessageKind.ShortRequest)]
    [InlineData(MessageKind.BadSubsystem)]
    public async Task What_cannot_be_said_on_a_channel_ends_the_connection(MessageKind kind)
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenAsync(peer);
            uint id = channel.RemoteId;
            byte[][] messages = kind switch
            {
                MessageKind.Unknown => [Msg.Of(MessageNumber.ChannelData, id + 1, "x")],
                MessageKind.Closed => [Msg.Of(MessageNumber.ChannelClose, id), Msg.Of(MessageNumber.ChannelWindowAdjust, id, 1u)],
                MessageKind.EofTwice => [Msg.Of(MessageNumber.ChannelEof, id), Msg.Of(MessageNumber.ChannelEof, id)],
                MessageKind.DataAfterEof => [Msg.Of(MessageNumber.ChannelEof, id), Msg.Of(MessageNumber.ChannelData, id, "x")],
                MessageKind.CloseTwice => [Msg.Of(MessageNumber.ChannelClose, id), Msg.Of(MessageNumber.ChannelClose, id)],
                MessageKind.WindowOverflow => [Msg.Of(MessageNumber.ChannelWindowAdjust, id, uint.MaxValue)],
                MessageKind.BeyondWindow => [.. Enumerable.Repeat(Msg.Of(MessageNumber.ChannelData, id, new byte[32 * 1024]), 65)],
                MessageKind.LargerThanPacket => [Msg.Of(MessageNumber.ChannelData, id, new byte[(64 * 1024) + 1])],
                MessageKind.LongString => [Msg.Of(MessageNumber.ChannelData, id, uint.MaxValue)],
                MessageKind.ShortRequest => [Msg.Of(MessageNumber.ChannelRequest, id, "subsystem")],
                _ => [Msg.Request(id, "subsystem", true, new Msg.Raw([0, 0, 0, 9, (byte)'s']))],
            };
            foreach (byte[] message in messages)
            {
                await peer.SendNowAsync(message);
            }

            (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.ProtocolError);
            (await server).ShouldBe(ConnectionEndReason.ProtocolError);
        }

        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }

    public enum MessageKind
    {
        Unknown,
        Closed,
        EofTwice,
        DataAfterEof,
        CloseTwice,
        WindowOverflow,
        BeyondWindow,
        LargerThanPacket,
        LongString,
        ShortRequest,
        BadSubsystem,
    }

    [Fact]
    public async Task Requests_for_what_there_is_not_are_refused_and_nothing_else_happens()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenAsync(peer);
            (await channel.RequestAsync("env", "LD_PRELOAD", "x.so")).ShouldBeFalse();
            (await channel.RequestAsync("pty-req", "xterm", 80u, 24u, 0u, 0u, "")).ShouldBeFalse();
            (await channel.RequestAsync("x11-req", false, "MIT-MAGIC-COOKIE-1", "00", 0u)).ShouldBeFalse();
            (await channel.RequestAsync("auth-agent-req@openssh.com")).ShouldBeFalse();
            (await channel.RequestAsync("shell")).ShouldBeFalse();
            (await channel.RequestAsync("exec", "rm -rf /")).ShouldBeFalse();
            (await channel.RequestAsync("subsystem", "netconf")).ShouldBeFalse();
            (await channel.RequestAsync("signal", "KILL")).ShouldBeFalse();
            foreach (string name in new[] { "tcpip-forward", "streamlocal-forward@openssh.com", "whatever", "keepalive@openssh.com" })
            {
                await peer.SendAsync(Msg.Of(MessageNumber.GlobalRequest, name, true, "0.0.0.0", 22u));
                await peer.ExpectAsync(MessageNumber.RequestFailure);
            }

            (await channel.RequestAsync("subsystem", "sftp")).ShouldBeTrue();
            (await channel.RequestAsync("subsystem", "sftp")).ShouldBeFalse();
            (await channel.RequestAsync("exec", "pwd")).ShouldBeFalse();
            await channel.InitAsync();
        }
    }

    [Fact]
    public async Task A_command_ends_with_status_eof_and_close_in_this_order()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenAsync(peer);
            (await channel.RequestAsync("exec", "pwd")).ShouldBeTrue();
            while (!channel.IsClosed)
            {
                channel.Take(await peer.ReceiveAsync()).ShouldBeTrue();
            }

            channel.Log.ShouldBe([MessageNumber.ChannelData, MessageNumber.ChannelRequest, MessageNumber.ChannelEof, MessageNumber.ChannelClose]);
            channel.ExitStatus.ShouldBe(0u);

            // After CLOSE nothing is said on the channel, whatever is asked.
            await peer.SendAsync(Msg.Request(channel.RemoteId, "exec", true, "pwd"));
            await peer.SendAsync(Msg.Of(MessageNumber.ChannelData, channel.RemoteId, "late"));
            (await peer.PingAsync()).ShouldBeEmpty();
            await peer.SendAsync(Msg.Of(MessageNumber.ChannelClose, channel.RemoteId));
            await peer.PingAsync();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_command_without_window_waits_for_it(int window)
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenAsync(peer, window: (uint)window);
            (await channel.RequestAsync("exec", "echo 0123456789")).ShouldBeTrue();
            while (channel.Received < window)
            {
                channel.Take(await peer.ReceiveAsync()).ShouldBeTrue();
            }

            (await peer.PingAsync()).ShouldBeEmpty();
            channel.Received.ShouldBe(window);
            channel.IsClosed.ShouldBeFalse();
            await channel.AdjustAsync(100);
            while (!channel.IsClosed)
            {
                channel.Take(await peer.ReceiveAsync()).ShouldBeTrue();
            }

            channel.Received.ShouldBe(11);
        }
    }

    [Fact]
    public async Task Data_may_come_before_its_program()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenAsync(peer);
            await channel.SendDataAsync([0, 0, 0, 5, 1, 0, 0, 0, 3]);
            (await channel.RequestAsync("subsystem", "sftp")).ShouldBeTrue();
            (await channel.ReceivePacketAsync())[0].ShouldBe((byte)2);
        }
    }

    [Fact]
    public async Task A_packet_size_of_nothing_is_refused()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            await peer.SendAsync(Msg.Open(maxPacket: 0));
            await peer.ExpectAsync(MessageNumber.ChannelOpenFailure);
        }
    }

    [Theory]
    [InlineData(1u, 1u << 21)]
    [InlineData(2u, 1u << 21)]
    [InlineData(1023u, 1u << 21)]
    [InlineData(1024u, 1u << 21)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    [InlineData(32768u, 1u)]
    [InlineData(32768u, 7u)]
    public async Task An_sftp_session_works_with_packets_and_windows_of_any_size(uint maxPacket, uint window)
    {
        using var host = new SshTestHost();
        byte[] content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 600)));
        string path = host.WriteFile("file", content);
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer, window: window, maxPacket: maxPacket);

            // A small window is opened again byte for byte.
            long granted = window;
            Func<Task>? refill = window > 1000 ? null : async () =>
            {
                if (channel.Received == granted)
                {
                    granted += window;
                    await channel.AdjustAsync(window);
                }
            };
            await channel.SendDataAsync([0, 0, 0, 5, 1, 0, 0, 0, 3]);
            (await channel.ReceivePacketAsync(refill))[0].ShouldBe((byte)2);
            await channel.SendDataAsync(channel.Request(3, path, 1u, 0u));
            byte[] handle = Msg.StringAt(await channel.ReceivePacketAsync(refill), 5);
            await channel.SendDataAsync(channel.Request(5, handle, 0ul, 500u));
            await channel.SendDataAsync(channel.Request(5, handle, 500ul, 100_000u));
            Msg.StringAt(await channel.ReceivePacketAsync(refill), 5).ShouldBe(content[..500]);
            Msg.StringAt(await channel.ReceivePacketAsync(refill), 5).ShouldBe(content[500..]);
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }

    [Fact]
    public async Task Packets_of_one_byte_do_not_pile_up()
    {
        using var host = new SshTestHost();
        string path = host.WriteFile("file", new byte[8 << 20]);
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer, window: uint.MaxValue, maxPacket: 1);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync(path, 1);
            for (int i = 0; i < 64; i++)
            {
                await channel.SendDataAsync(channel.Request(5, handle, (ulong)i * 32_768, 32_768u));
            }

            // Nothing is read: what waits in the server is bounded by its outbox, its backlog and its storage buffers.
            for (int i = 0; i < 50; i++)
            {
                await Task.Delay(5);
                host.Pool.Budget.Rented.ShouldBeLessThan(8L << 20);
            }
        }
    }

    [Fact]
    public async Task A_download_without_window_holds_little_and_ends_with_the_connection()
    {
        using var host = new SshTestHost();
        string path = host.WriteFile("file", new byte[8 << 20]);
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer, window: 2000);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync(path, 1);
            for (int i = 0; i < 200; i++)
            {
                await channel.SendDataAsync(channel.Request(5, handle, (ulong)i * 32_768, 32_768u));
            }

            await peer.PingAsync();
            host.Pool.Budget.Rented.ShouldBeLessThan(8L << 20);
        }

        (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ClosedByPeer);
        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }

    [Fact]
    public async Task Host_keys_are_announced_and_proven()
    {
        using var host = new SshTestHost();
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            byte[] announced = await peer.ExpectAsync(MessageNumber.GlobalRequest);
            byte[] name = Msg.StringAt(announced, 1);
            name.ShouldBe("hostkeys-00@openssh.com"u8.ToArray());
            byte[] rest = announced[(6 + name.Length)..];
            var keys = new List<byte[]>();
            for (int at = 0; at < rest.Length; at += 4 + keys[^1].Length)
            {
                keys.Add(Msg.StringAt(rest, at));
            }

            keys.Count.ShouldBe(host.HostKeys.Count);
            await peer.SendAsync(Msg.Of(MessageNumber.GlobalRequest, ["hostkeys-prove-00@openssh.com", true, .. keys]));
            byte[] proof = await peer.ExpectAsync(MessageNumber.RequestSuccess);
            int position = 1;
            foreach (byte[] blob in keys)
            {
                byte[] signature = Msg.StringAt(proof, position);
                position += 4 + signature.Length;
                SshPublicKeys.TryParse(blob, out SshPublicKey? key).ShouldBeTrue();
                byte[] data = Msg.Of(default, "hostkeys-prove-00@openssh.com", peer.SessionId, blob)[1..];
                string algorithm = Encoding.ASCII.GetString(Msg.StringAt(signature, 0));
                algorithm.ShouldNotBe("ssh-rsa");
                key.Verify(algorithm, data, signature).ShouldBeTrue();
            }

            position.ShouldBe(proof.Length);
            await peer.SendAsync(Msg.Of(MessageNumber.GlobalRequest, "hostkeys-prove-00@openssh.com", true, host.UserKey.PublicKey.Blob.ToArray()));
            await peer.ExpectAsync(MessageNumber.RequestFailure);
        }
    }

    [Fact]
    public async Task A_quiet_peer_is_asked_and_a_dead_one_let_go()
    {
        using var host = new SshTestHost(configure: static options => options with { KeepaliveInterval = TimeSpan.FromSeconds(60), KeepaliveCountMax = 2 });
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server, out MemoryConnection serverEnd);
        await peer.LogInAsync(SshTestHost.User, host.Password);
        await peer.ExpectAsync(MessageNumber.GlobalRequest);
        await peer.PingAsync();
        long now = Environment.TickCount64;
        serverEnd.Beat(now + 59_000);
        (await peer.PingAsync()).ShouldBeEmpty();
        byte[] asked = await BeatUntilAsync(serverEnd, now + 70_000, peer.ExpectAsync(MessageNumber.GlobalRequest));
        Encoding.ASCII.GetString(Msg.StringAt(asked, 1)).ShouldBe("keepalive@openssh.com");
        await peer.SendAsync(Msg.Of(MessageNumber.RequestFailure));
        await peer.PingAsync();

        now = Environment.TickCount64;
        await BeatUntilAsync(serverEnd, now + 70_000, peer.ExpectAsync(MessageNumber.GlobalRequest));
        await BeatUntilAsync(serverEnd, now + 130_000, peer.ExpectAsync(MessageNumber.GlobalRequest));
        (await BeatUntilAsync(serverEnd, now + 190_000, peer.ReceiveEndAsync())).ShouldNotBeNull().Reason.ShouldBe(DisconnectReason.ConnectionLost);
        (await server).ShouldBe(ConnectionEndReason.IdleTimeout);
    }

    [Fact]
    public async Task Four_channels_at_once_are_not_mixed_up()
    {
        using var host = new SshTestHost();
        const int Parts = 16;
        const int Part = 16 * 1024;
        (RawPeer peer, _) = await host.LogInRawAsync();
        await using (peer)
        {
            var channels = new RawChannel[4];
            var files = new byte[4][];
            var handles = new byte[4][];
            for (uint i = 0; i < 4; i++)
            {
                files[i] = new byte[Parts * Part];
                new Random((int)i).NextBytes(files[i]);
                string path = host.WriteFile("file" + i, files[i]);
                channels[i] = await RawChannel.OpenSftpAsync(peer, i * 7);
                await channels[i].InitAsync();
                handles[i] = await channels[i].OpenFileAsync(path, 1);
            }

            for (int part = 0; part < Parts; part++)
            {
                for (int i = 0; i < 4; i++)
                {
                    await channels[i].SendDataAsync(channels[i].Request(5, handles[i], (ulong)(part * Part), (uint)Part));
                }
            }

            var got = new int[4];
            while (got.Sum() < 4 * Parts)
            {
                byte[] payload = await peer.ReceiveAsync();
                RawChannel channel = channels.First(candidate => candidate.Take(payload));
                int i = Array.IndexOf(channels, channel);
                while (channel.TakePacket() is { } packet)
                {
                    Msg.StringAt(packet, 5).AsSpan().SequenceEqual(files[i].AsSpan(got[i] * Part, Part)).ShouldBeTrue();
                    got[i]++;
                }
            }
        }
    }

    /// <summary>Beats until what a beat brings about is there: one passes over a connection whose turn is taken.</summary>
    private static async Task<T> BeatUntilAsync<T>(MemoryConnection serverEnd, long now, Task<T> awaited)
    {
        while (!awaited.IsCompleted)
        {
            serverEnd.Beat(now);
            await Task.WhenAny(awaited, Task.Delay(10));
        }

        return await awaited;
    }
}
