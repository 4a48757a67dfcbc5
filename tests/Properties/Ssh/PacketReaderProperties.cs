using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Hpc.Crypto;
using Hpc.Crypto.Packets;
using Hpc.Properties.Tests.Support;
using Hpc.SshProtocol.Ssh;
using Hpc.SshProtocol.Ssh.Packets;

namespace Hpc.Properties.Tests.Ssh;

public sealed class PacketReaderProperties
{
    public static TheoryData<string, string?> Suites => new()
    {
        { "none", null },
        { "aes128-gcm@openssh.com", null },
        { "chacha20-poly1305@openssh.com", null },
        { "aes256-ctr", "hmac-sha2-256" },
        { "aes128-ctr", "hmac-sha2-512-etm@openssh.com" },
    };

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_random_stream_is_refused_or_waited_for(string cipher, string? mac) =>
        Verify.ForAll(Generators.Bytes, bytes =>
        {
            using PacketReader reader = Reader(cipher, mac);
            ReadAll(reader, bytes, bytes.Length, out _);
        });

    [Theory]
    [MemberData(nameof(Suites))]
    public void Packets_come_through_in_any_pieces(string cipher, string? mac) =>
        Verify.ForAll(Generators.Bytes.Zip(Generators.Bytes, static (a, b) => (a, b)).Zip(Gen.Choose(1, 70), static (p, piece) => (p.a, p.b, piece)), value =>
        {
            byte[] first = [1, .. value.a];
            byte[] second = [2, .. value.b];
            byte[] stream = Seal(cipher, mac, first, second);
            using PacketReader reader = Reader(cipher, mac);
            List<byte[]> packets = ReadAll(reader, stream, value.piece, out bool isRefused);
            isRefused.ShouldBeFalse();
            packets.Count.ShouldBe(2);
            packets[0].ShouldBe(first);
            packets[1].ShouldBe(second);
        });

    [Theory]
    [MemberData(nameof(Suites))]
    public void A_changed_bit_is_never_taken_for_the_packet_that_was_sent(string cipher, string? mac)
    {
        if (cipher == "none")
        {
            return;
        }

        Verify.ForAll(Generators.Bytes.Zip(Generators.Seed, static (bytes, seed) => (bytes, seed)), value =>
        {
            byte[] stream = Seal(cipher, mac, [1, .. value.bytes]);
            stream[value.seed % stream.Length] ^= (byte)(1 << (value.seed / 1000 % 8));
            using PacketReader reader = Reader(cipher, mac);
            ReadAll(reader, stream, stream.Length, out _).ShouldBeEmpty();
        });
    }

    private static List<byte[]> ReadAll(PacketReader reader, byte[] stream, int piece, out bool isRefused)
    {
        var packets = new List<byte[]>();
        isRefused = false;
        int start = 0;
        for (int end = Math.Min(piece, stream.Length); ; end = Math.Min(end + piece, stream.Length))
        {
            // In two segments, so that frames are joined too.
            var rest = TwoSegments(stream.AsMemory(start, end - start));
            try
            {
                while (reader.TryRead(ref rest, out ReadOnlySpan<byte> payload))
                {
                    packets.Add(payload.ToArray());
                }
            }
            catch (SshProtocolException)
            {
                isRefused = true;
                return packets;
            }

            start = end - (int)rest.Length;
            if (end == stream.Length)
            {
                return packets;
            }
        }
    }

    private static ReadOnlySequence<byte> TwoSegments(Memory<byte> bytes)
    {
        var first = new Segment(bytes[..(bytes.Length / 2)], 0);
        Segment last = first.Then(bytes[(bytes.Length / 2)..]);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private static byte[] Seal(string cipher, string? mac, params byte[][] payloads)
    {
        using PacketSealer sealer = cipher == "none" ? AlgorithmCatalog.CreatePlainSealer() : Make(cipher, mac, AlgorithmCatalog.CreateSealer);
        var stream = new List<byte>();
        uint sequence = 0;
        foreach (byte[] payload in payloads)
        {
            int unpadded = 1 + payload.Length + (sealer.PadsLength ? 4 : 0);
            int padding = sealer.BlockSize - (unpadded % sealer.BlockSize);
            padding += padding < 4 ? sealer.BlockSize : 0;
            var frame = new byte[4 + 1 + payload.Length + padding + sealer.TagLength];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(1 + payload.Length + padding));
            frame[4] = (byte)padding;
            payload.CopyTo(frame.AsSpan(5));
            sealer.Seal(sequence++, frame);
            stream.AddRange(frame);
        }

        return [.. stream];
    }

    private static PacketReader Reader(string cipher, string? mac) =>
        new(cipher == "none" ? AlgorithmCatalog.CreatePlainOpener() : Make(cipher, mac, AlgorithmCatalog.CreateOpener));

    private static T Make<T>(string cipher, string? mac, Maker<T> make)
    {
        AlgorithmCatalog.TryGetCipher(cipher, out CipherInfo? info).ShouldBeTrue();
        MacInfo? macInfo = null;
        if (mac is not null)
        {
            AlgorithmCatalog.TryGetMac(mac, out macInfo).ShouldBeTrue();
        }

        return make(info!, macInfo, Key(info!.KeyLength, 1), Key(info.IvLength, 2), Key(macInfo?.KeyLength ?? 0, 3));
    }

    private static byte[] Key(int length, byte first) => [.. Enumerable.Range(first, length).Select(static value => (byte)value)];

    private delegate T Maker<T>(CipherInfo cipher, MacInfo? mac, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> macKey);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long runningIndex)
        {
            Memory = memory;
            RunningIndex = runningIndex;
        }

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
