using System.IO.Compression;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class CompressionTests
{
    [Fact]
    public void Payloads_of_every_kind_of_length_come_back_one_by_one()
    {
        using var compressor = new PayloadCompressor();
        using var decompressor = new PayloadDecompressor();
        var random = new Random(3);
        int[] lengths = [1, 2, 3, 9, 10, 100, 4095, 4096, 4097, 8191, 8192, 8193, 32_768, 35_000, 65_535, 65_536, 65_537, 66_000];
        for (int round = 0; round < 4; round++)
        {
            foreach (int length in lengths)
            {
                var payload = new byte[length];
                random.NextBytes(payload.AsSpan(0, round * length / 3));
                payload[0] = 94;
                decompressor.TryDecompress(compressor.Compress(payload), 66_560, out ReadOnlySpan<byte> got).ShouldBeTrue();
                got.SequenceEqual(payload).ShouldBeTrue($"{length} bytes, round {round}");
            }
        }
    }

    [Fact]
    public void Partial_flushes_as_other_implementations_make_them_are_read()
    {
        // Four payloads through zlib with Z_PARTIAL_FLUSH, which ends in the middle of a byte.
        string[] packets = ["789C6262606060CD48CDC9C90708", "2026380B20", "80E2124701D10020", "80980002"];
        byte[][] payloads = [[2, 0, 0, 0, 5, .. "hello"u8], [2, 0, 0, 0, 5, .. "hello"u8], [94, .. Enumerable.Repeat((byte)'a', 300)], [2]];
        using var decompressor = new PayloadDecompressor();
        for (int i = 0; i < packets.Length; i++)
        {
            decompressor.TryDecompress(Convert.FromHexString(packets[i]), 35_000, out ReadOnlySpan<byte> got).ShouldBeTrue();
            got.ToArray().ShouldBe(payloads[i]);
        }
    }

    [Fact]
    public void A_payload_that_grows_beyond_the_limit_is_refused()
    {
        using var compressor = new PayloadCompressor();
        using var decompressor = new PayloadDecompressor();
        byte[] bomb = compressor.Compress(new byte[32 * 1024 * 1024]).ToArray();
        bomb.Length.ShouldBeLessThan(400_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        decompressor.TryDecompress(bomb, 66_560, out _).ShouldBeFalse();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Garbage_is_refused()
    {
        var random = new Random(4);
        for (int i = 0; i < 200; i++)
        {
            using var decompressor = new PayloadDecompressor();
            var garbage = new byte[1 + random.Next(300)];
            random.NextBytes(garbage);
            decompressor.TryDecompress(garbage, 66_560, out ReadOnlySpan<byte> got);
            got.Length.ShouldBeLessThanOrEqualTo(66_560 * 2);
        }
    }

    [Theory]
    [InlineData("bomb")]
    [InlineData("garbage")]
    [InlineData("nothing")]
    public async Task A_packet_that_does_not_decompress_ends_the_connection(string kind)
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync(
            prepare: static it => it.Offer = RawPeer.OfferOf("aes128-gcm@openssh.com", "none", compression: "zlib@openssh.com"));
        await using (peer)
        {
            using var compressed = new MemoryStream();
            using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            {
                zlib.Write(Msg.Of(MessageNumber.Ignore, new byte[kind == "bomb" ? 10_000_000 : 0]));
            }

            byte[] payload = kind switch
            {
                "bomb" => compressed.ToArray(),
                "garbage" => [1, 2, 3, 4, 5, 6, 7, 8],
                _ => [0x78, 0x9C],
            };
            await peer.SendNowAsync(payload);
            (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBe(ConnectionEndReason.ProtocolError);
        }
    }

    [Fact]
    public async Task Nothing_is_compressed_before_login()
    {
        using var host = new SshTestHost();
        await using RawPeer peer = host.ConnectRaw(out _);
        peer.Offer = RawPeer.OfferOf("aes128-gcm@openssh.com", "none", compression: "zlib@openssh.com");
        await peer.BeginAuthenticationAsync();
        await peer.PingAsync();
    }
}
