using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hpc.Crypto;
using Hpc.Crypto.Packets;
using Hpc.SshProtocol.Sftp.Client;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Client;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class PacketTests
{
    private const string IntegrityText = "packet integrity error";

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(5u)]
    [InlineData(11u)]
    [InlineData(13u)]
    [InlineData(35_004u)]
    [InlineData(0x7FFF_FFFCu)]
    [InlineData(0x8000_0000u)]
    [InlineData(0xFFFF_FFFCu)]
    [InlineData(0xFFFF_FFFFu)]
    public async Task A_length_that_cannot_be_ends_the_connection(uint length)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ExchangeVersionsAsync();
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, length);
        await peer.SendBytesAsync(bytes);
        await CheckCutAsync(peer, server);
    }

    [Theory]
    [InlineData("aes128-gcm@openssh.com", "none")]
    [InlineData("chacha20-poly1305@openssh.com", "none")]
    [InlineData("aes128-ctr", "hmac-sha2-256-etm@openssh.com")]
    [InlineData("aes128-ctr", "hmac-sha2-256")]
    [InlineData("aes128-cbc", "hmac-sha1")]
    [InlineData("3des-cbc", "hmac-sha1-etm@openssh.com")]
    public async Task Every_kind_of_broken_packet_ends_the_connection_with_the_same_words(string cipher, string mac)
    {
        using var host = new SshTestHost(CryptoProfile.Legacy);
        foreach (string kind in new[] { "tag", "payload", "padding 0", "padding 3", "padding 255", "padding is all" })
        {
            await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
            peer.Offer = RawPeer.OfferOf(cipher, mac);
            await peer.ConnectAsync();
            byte[] payload = Msg.Of(MessageNumber.Ignore, "some bytes");
            byte[] frame = kind switch
            {
                "padding 0" => peer.BuildFrame(payload, 0),
                "padding 3" => peer.BuildFrame(payload, 3),
                "padding 255" => peer.BuildFrame(payload, 255),
                "padding is all" => peer.BuildFrame(payload, (byte)(peer.BuildFrame(payload).Length - 6)),
                _ => peer.BuildFrame(payload),
            };
            if (kind == "tag")
            {
                frame[^1] ^= 1;
            }
            else if (kind == "payload")
            {
                frame[^33] ^= 1;
            }

            await peer.SendBytesAsync(frame);
            await CheckCutAsync(peer, server);
        }
    }

    [Fact]
    public async Task A_replayed_packet_does_not_open()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            byte[] frame = peer.BuildFrame(Msg.Of(MessageNumber.Ignore, "x"));
            await peer.SendBytesAsync(frame);
            await peer.SendBytesAsync(frame);
            await CheckCutAsync(peer, server);
        }
    }

    [Fact]
    public async Task Before_login_packets_are_small()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.BeginAuthenticationAsync();
        await peer.SendNowAsync(Msg.Password(SshTestHost.User, new string('a', 1 << 20)));
        await CheckCutAsync(peer, server);
    }

    [Theory]
    [InlineData("aes128-gcm@openssh.com", "none")]
    [InlineData("chacha20-poly1305@openssh.com", "none")]
    [InlineData("aes256-ctr", "hmac-sha2-256")]
    [InlineData("aes128-cbc", "hmac-sha1-etm@openssh.com")]
    public async Task Every_split_point_of_a_login_and_a_file_is_the_same(string cipher, string mac)
    {
        using var host = new SshTestHost(CryptoProfile.Legacy);
        var content = new byte[10_000];
        new Random(5).NextBytes(content);
        string path = host.WriteFile("file", content);
        MemoryConnection connection = host.ConnectTuned(out Task<ConnectionEndReason> server, out _, maximumReceive: 1);
        SshClientOptions options = host.ClientOptions(profile: CryptoProfile.Legacy);
        options = options with { Connection = options.Connection with { Algorithms = options.Connection.Algorithms with { Cipher = [cipher], Mac = [mac] } } };
        await using (SshClient client = await host.LogInAsync(connection, options))
        {
            await using SftpClient sftp = await SftpClient.StartAsync(await client.OpenSubsystemAsync("sftp"), CancellationToken.None);
            using var target = new MemoryStream();
            await sftp.DownloadAsync(path, target, CancellationToken.None, outstanding: 2).WaitAsync(TimeSpan.FromSeconds(60));
            target.ToArray().ShouldBe(content);
            using var source = new MemoryStream(content);
            await sftp.UploadAsync(source, "/up", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
            host.ReadFile("up").ShouldBe(content);
        }

        (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Theory]
    [InlineData("SSH-1.5-old\r\n", Cause.Version)]
    [InlineData("SSH-1.99-old\r\n", Cause.Version)]
    [InlineData("SSH-3.0-new\r\n", Cause.Version)]
    [InlineData("SSH-2.0-a\0b\r\n", Cause.Protocol)]
    [InlineData("SSH-2.0-a\x1b[31m\r\n", Cause.Protocol)]
    [InlineData("GET / HTTP/1.1\r\n", Cause.Protocol)]
    [InlineData("\r\n", Cause.Protocol)]
    [InlineData("hello\r\nSSH-2.0-late\r\n", Cause.Protocol)]
    public async Task An_identification_that_cannot_be_ends_the_connection(string line, Cause reason)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ReceiveLineAsync();
        await peer.SendBytesAsync(Encoding.Latin1.GetBytes(line));
        DisconnectReason expected = reason == Cause.Version ? DisconnectReason.ProtocolVersionNotSupported : DisconnectReason.ProtocolError;
        (await peer.ReceiveEndAsync()).ShouldNotBeNull().Reason.ShouldBe(expected);
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    public enum Cause
    {
        Version,
        Protocol,
    }

    [Theory]
    [InlineData(64 * 1024, false)]
    [InlineData(300, true)]
    [InlineData(254, true)]
    public async Task An_identification_that_is_too_long_ends_the_connection(int length, bool hasEnd)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ReceiveLineAsync();
        await peer.SendBytesAsync(Encoding.ASCII.GetBytes("SSH-2.0-".PadRight(length, 'a') + (hasEnd ? "\r\n" : "")));
        (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        (await server).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    [Fact]
    public async Task A_peer_that_says_nothing_and_goes_is_no_error()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ReceiveLineAsync();
        peer.CloseOutput();
        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Fact]
    public async Task An_identification_that_ends_with_lf_alone_is_taken()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server);
        await peer.ReceiveLineAsync();
        await peer.SendBytesAsync("SSH-2.0-x\n"u8.ToArray());
        await peer.SendKexInitAsync();
        (await peer.TryReceiveRawAsync())![0].ShouldBe((byte)MessageNumber.KexInit);
        peer.CloseOutput();
        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(100, false)]
    public async Task A_server_may_send_some_lines_before_its_identification(int lines, bool isTaken)
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ServeRaw(host.ClientOptions(), out Task<SshClient> client);
        for (int i = 0; i < lines; i++)
        {
            await peer.SendBytesAsync(Encoding.ASCII.GetBytes(new string('b', 100) + "\r\n"));
        }

        if (isTaken)
        {
            await peer.LetInAsync();
            await using SshClient loggedIn = await client;
        }
        else
        {
            await Should.ThrowAsync<SshLoginException>(() => client);
        }
    }

    /// <summary>The old keys see all of it ahead of time, and what comes after the change is not theirs.</summary>
    [Theory]
    [InlineData("aes128-ctr", "hmac-sha2-256-etm@openssh.com", true)]
    [InlineData("aes128-ctr", "hmac-sha2-256-etm@openssh.com", false)]
    [InlineData("aes256-ctr", "hmac-sha2-512-etm@openssh.com", true)]
    [InlineData("aes128-gcm@openssh.com", null, true)]
    public void Keys_change_in_the_middle_of_what_has_been_received(string cipher, string? mac, bool resetSequence)
    {
        var random = new Random(11);
        foreach (int old in new[] { 1, 2, 5, 13, 16, 17, 40 })
        {
            const int Count = 48;
            KeyPair before = KeyPair.Make(random, "aes128-ctr", "hmac-sha2-256-etm@openssh.com");
            KeyPair after = KeyPair.Make(random, cipher, mac);
            byte[][] payloads = [.. Enumerable.Range(0, Count).Select(i => new byte[i % 7 == 6 ? 40 : 4_000])];
            Array.ForEach(payloads, random.NextBytes);

            byte[][] frames = new byte[Count][];
            using (PacketSealer first = before.Sealer())
            using (PacketSealer second = after.Sealer())
            {
                for (int i = 0; i < Count; i++)
                {
                    PacketSealer sealer = i < old ? first : second;
                    frames[i] = FrameOf(payloads[i], sealer);
                    sealer.Seal((uint)(resetSequence && i >= old ? i - old : i), frames[i]);
                }
            }

            byte[] received = GC.AllocateUninitializedArray<byte>(frames.Sum(frame => frame.Length), pinned: true);
            frames.SelectMany(frame => frame).ToArray().CopyTo(received, 0);
            var buffer = new ReadOnlySequence<byte>(received);
            using var reader = new PacketReader(before.Opener());
            for (int i = 0; i < Count; i++)
            {
                if (i == old)
                {
                    reader.ChangeKeys(after.Opener(), resetSequence);
                }

                reader.TryRead(ref buffer, out ReadOnlySpan<byte> payload).ShouldBeTrue();
                reader.IsCopied.ShouldBeFalse();
                payload.SequenceEqual(payloads[i]).ShouldBeTrue($"packet {i}, {old} under the old keys");
            }

            buffer.IsEmpty.ShouldBeTrue();
        }
    }

    private static async Task CheckCutAsync(RawPeer peer, Task<ConnectionEndReason> server)
    {
        (DisconnectReason reason, string text) = (await peer.ReceiveEndAsync()).ShouldNotBeNull();
        reason.ShouldBe(DisconnectReason.MacError);
        text.ShouldBe(IntegrityText);
        (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ProtocolError);
    }

    private static byte[] FrameOf(byte[] payload, PacketSealer sealer)
    {
        int padding = 4;
        while ((1 + payload.Length + padding) % sealer.BlockSize != 0)
        {
            padding++;
        }

        int packetLength = 1 + payload.Length + padding;
        byte[] frame = new byte[4 + packetLength + sealer.TagLength];
        BinaryPrimitives.WriteInt32BigEndian(frame, packetLength);
        frame[4] = (byte)padding;
        payload.CopyTo(frame, 5);
        return frame;
    }

    private sealed record KeyPair(CipherInfo Cipher, MacInfo? Mac, byte[] Key, byte[] Iv, byte[] MacKey)
    {
        public static KeyPair Make(Random random, string cipher, string? mac)
        {
            AlgorithmCatalog.TryGetCipher(cipher, out CipherInfo? cipherInfo).ShouldBeTrue();
            MacInfo? macInfo = null;
            (mac is null || AlgorithmCatalog.TryGetMac(mac, out macInfo)).ShouldBeTrue();
            byte[] Bytes(int length)
            {
                byte[] bytes = new byte[length];
                random.NextBytes(bytes);
                return bytes;
            }

            return new KeyPair(cipherInfo!, macInfo, Bytes(cipherInfo!.KeyLength), Bytes(cipherInfo.IvLength), Bytes(macInfo?.KeyLength ?? 0));
        }

        public PacketSealer Sealer() => AlgorithmCatalog.CreateSealer(Cipher, Mac, Key, Iv, MacKey);

        public PacketOpener Opener() => AlgorithmCatalog.CreateOpener(Cipher, Mac, Key, Iv, MacKey);
    }
}
