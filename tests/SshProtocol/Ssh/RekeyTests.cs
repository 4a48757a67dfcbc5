using System.Buffers.Binary;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Connection;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class RekeyTests
{
    private const int Length = 1 << 20;

    /// <summary>The raw peer fails when anything else comes between the server's KEXINIT and its NEWKEYS.</summary>
    [Theory]
    [InlineData(1024, true, "none")]
    [InlineData(1024, false, "none")]
    [InlineData(16 * 1024, true, "none")]
    [InlineData(16 * 1024, false, "none")]
    [InlineData(16 * 1024, true, "zlib@openssh.com")]
    [InlineData(16 * 1024, false, "zlib@openssh.com")]
    public async Task A_loaded_download_survives_rekeys_begun_by(int every, bool byServer, string compression)
    {
        using var host = new SshTestHost();
        byte[] content = Content(4 * Length);
        string path = host.WriteFile("file", content);
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync(
            options => byServer ? options with { RekeyBytes = every } : options,
            it =>
            {
                it.Offer = RawPeer.OfferOf("aes128-gcm@openssh.com", "none", compression: compression);
                it.Compresses = compression != "none";
            });
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer, window: 1u << 30);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync(path, 1);
            byte[] got = await DownloadAsync(peer, channel, handle, content.Length, byServer ? 0 : every);
            got.AsSpan().SequenceEqual(content).ShouldBeTrue();
            // What is laid out in one go (some 300 KiB) goes out under one key.
            peer.Exchanges.ShouldBeGreaterThan(5);
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(16 * 1024, false)]
    public async Task A_loaded_upload_survives_rekeys(int every, bool byServer)
    {
        using var host = new SshTestHost();
        byte[] content = Content(Length);
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync(options => byServer ? options with { RekeyBytes = every } : options);
        await using (peer)
        {
            RawChannel channel = await RawChannel.OpenSftpAsync(peer);
            await channel.InitAsync();
            byte[] handle = await channel.OpenFileAsync("/up", 2 | 8 | 16);
            const int Part = 32 * 1024;
            int sent = 0;
            int answered = 0;
            while (answered < content.Length / Part)
            {
                while (sent < content.Length && channel.RemoteWindow > Part + 1024 && (sent / Part) - answered < 4)
                {
                    await channel.SendDataAsync(channel.Request(6, handle, (ulong)sent, content[sent..(sent + Part)]));
                    sent += Part;
                    if (!byServer)
                    {
                        await peer.RekeyAsync();
                    }
                }

                byte[] status = await channel.ReceivePacketAsync();
                BinaryPrimitives.ReadUInt32BigEndian(status.AsSpan(5)).ShouldBe(0u);
                answered++;
            }

            host.ReadFile("up").AsSpan().SequenceEqual(content).ShouldBeTrue();
            peer.Exchanges.ShouldBeGreaterThan(2);
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task Keys_are_changed_by_packets_and_by_time()
    {
        using var host = new SshTestHost();
        RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server, out MemoryConnection serverEnd, static options => options with { RekeyPackets = 50, RekeyInterval = TimeSpan.FromMinutes(10) });
        await using (peer)
        {
            await peer.LogInAsync(SshTestHost.User, host.Password);
            for (int i = 0; i < 120; i++)
            {
                await peer.PingAsync();
            }

            peer.Exchanges.ShouldBeInRange(3, 5);
            int exchanges = peer.Exchanges;
            serverEnd.Beat(Environment.TickCount64 + 599_000);
            await peer.PingAsync();
            peer.Exchanges.ShouldBe(exchanges);
            long later = Environment.TickCount64 + 601_000;
            Task exchanged = peer.WaitForExchangesAsync(exchanges + 1);
            while (!exchanged.IsCompleted)
            {
                // A beat passes over a connection whose turn is taken. One that comes while keys are exchanged would find that they take too long.
                serverEnd.Beat(later);
                await Task.WhenAny(exchanged, Task.Delay(TimeSpan.FromSeconds(5)));
            }

            await exchanged;
            await peer.PingAsync();
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task Both_sides_may_begin_at_once()
    {
        using var host = new SshTestHost();
        byte[] content = Content(Length);
        string path = host.WriteFile("file", content);
        MemoryConnection connection = host.ConnectTuned(out _, out _, static options => options with { RekeyBytes = 20_000 });
        SshClientOptions options = host.ClientOptions();
        await using SshClient client = await host.LogInAsync(connection, options with { Connection = options.Connection with { RekeyBytes = 20_000, MaxKeyWorkPerMinute = int.MaxValue } });
        await using SftpClient sftp = await SftpClient.StartAsync(await client.OpenSubsystemAsync("sftp"), CancellationToken.None);
        using var target = new MemoryStream();
        await sftp.DownloadAsync(path, target, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        target.ToArray().AsSpan().SequenceEqual(content).ShouldBeTrue();
        using var source = new MemoryStream(content);
        await sftp.UploadAsync(source, "/up", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        host.ReadFile("up").AsSpan().SequenceEqual(content).ShouldBeTrue();
    }

    private static async Task<byte[]> DownloadAsync(RawPeer peer, RawChannel channel, byte[] handle, int length, int rekeyEvery)
    {
        const int Part = 16 * 1024;
        var got = new byte[length];
        int asked = 0;
        int received = 0;
        long rekeyAt = rekeyEvery;
        var offsets = new Queue<int>();
        while (received < length)
        {
            while (asked < length && offsets.Count < 64)
            {
                await channel.SendDataAsync(channel.Request(5, handle, (ulong)asked, (uint)Part));
                offsets.Enqueue(asked);
                asked += Part;
            }

            byte[] reply = await channel.ReceivePacketAsync();
            reply[0].ShouldBe((byte)103);
            byte[] data = Msg.StringAt(reply, 5);
            data.CopyTo(got, offsets.Dequeue());
            received += data.Length;
            if (rekeyEvery > 0 && received >= rekeyAt)
            {
                rekeyAt = received + rekeyEvery;
                await peer.RekeyAsync();
            }
        }

        return got;
    }

    private static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(1).NextBytes(content);
        return content;
    }
}
