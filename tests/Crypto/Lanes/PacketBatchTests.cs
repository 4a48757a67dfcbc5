using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Interop;
using Hpc.Crypto.Lanes;
using Hpc.Crypto.Packets;
using Hpc.Crypto.Tests.Packets;

namespace Hpc.Crypto.Tests.Lanes;

/// <summary>Many packets at once beside the same packets one by one.</summary>
public sealed class PacketBatchTests
{
    private const int TagLength = 32;

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(16);
    private static readonly byte[] Iv = RandomNumberGenerator.GetBytes(16);
    private static readonly byte[] MacKey = RandomNumberGenerator.GetBytes(32);

    public static TheoryData<int> Kernels() => [.. Enumerable.Range(0, Math.Max(1, LaneTestSupport.Kernels.Count))];

    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void Any_cipher_seals_many_as_it_seals_each(string cipher, string mac)
    {
        using var suite = new Suite(cipher, mac);
        AlgorithmCatalog.TryGetCipher(cipher, out CipherInfo? cipherInfo).ShouldBeTrue();
        AlgorithmCatalog.TryGetMac(mac, out MacInfo? macInfo);
        using PacketSealer single = AlgorithmCatalog.CreateSealer(cipherInfo!, macInfo, suite.Key, suite.Iv, suite.MacKey);
        var random = new Random(4);
        byte[][] frames = [.. Enumerable.Range(0, 21).Select(i => suite.Frame(i % 3 == 0 ? random.Next(8, 300) : 32_777))];
        byte[] block = frames.SelectMany(frame => frame).ToArray();
        suite.Sealer.SealMany(uint.MaxValue - 3, block, [.. frames.Select(frame => frame.Length)]);
        block.AsSpan().SequenceEqual(OneByOne(single, uint.MaxValue - 3, frames)).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Lanes_seal_random_batches_as_one_by_one(int index)
    {
        using PacketSealer many = Sealer(Lanes(index));
        using PacketSealer single = Sealer(null);
        var random = new Random(5);
        uint sequence = uint.MaxValue - 40;
        for (int round = 0; round < 60; round++)
        {
            byte[][] frames = Frames(random, random.Next(1, 40), round % 4 == 0 ? null : random.Next(16, 1_200));
            byte[] block = frames.SelectMany(frame => frame).ToArray();
            many.SealMany(sequence, block, [.. frames.Select(frame => frame.Length)]);
            block.AsSpan().SequenceEqual(OneByOne(single, sequence, frames)).ShouldBeTrue($"round {round}");
            sequence = unchecked(sequence + (uint)frames.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Frames_that_were_shown_before_open_as_others_do(int index)
    {
        using PacketSealer sealer = Sealer(null);
        using PacketOpener opener = Opener(Lanes(index));
        var random = new Random(6);
        uint sequence = uint.MaxValue - 40;
        for (int round = 0; round < 40; round++)
        {
            byte[][] frames = Frames(random, random.Next(1, 40), round % 4 == 0 ? null : random.Next(16, 1_200));
            byte[] received = OneByOne(sealer, sequence, frames);

            // The last packet has not come whole.
            int cut = received.Length - (round % 2 == 0 ? 0 : 1);
            int opened = OpenAll(opener, sequence, received, cut);
            opened.ShouldBe(round % 2 == 0 ? frames.Length : frames.Length - 1);
            int position = 0;
            for (int i = 0; i < opened; i++)
            {
                int body = frames[i].Length - TagLength;
                received.AsSpan(position, body).SequenceEqual(frames[i].AsSpan(0, body)).ShouldBeTrue($"round {round}, packet {i}");
                position += frames[i].Length;
            }

            if (opened < frames.Length)
            {
                opener.Open(unchecked(sequence + (uint)opened), received.AsSpan(position)).ShouldBeTrue("the rest came");
            }

            sequence = unchecked(sequence + (uint)frames.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_changed_bit_is_refused_at_its_own_packet_and_nothing_of_it_is_decrypted(int index)
    {
        LaneChoice choice = Lanes(index);
        var random = new Random(7);
        const int Count = 12;
        foreach (int bad in new[] { 0, 1, 7, Count - 1 })
        {
            byte[][] frames = Frames(random, Count, 500);
            int length = frames[0].Length;

            // The length in both directions, the first and last byte of the packet and of the tag, and between them.
            foreach (int at in new[] { 2, 3, 4, 5, length / 2, length - TagLength - 1, length - TagLength, length - 9, length - 1 })
            {
                using PacketSealer sealer = Sealer(null);
                using PacketOpener opener = Opener(choice);
                using PacketOpener plain = Opener(null);
                byte[] received = OneByOne(sealer, 9, frames);
                received[(bad * length) + at] ^= (byte)(at == 3 ? 0x10 : 0x01);
                byte[] same = received.ToArray();
                int opened = OpenAll(opener, 9, received, received.Length);
                opened.ShouldBe(bad, $"packet {bad}, byte {at}");
                opened.ShouldBe(OpenAll(plain, 9, same, same.Length));
                received.AsSpan().SequenceEqual(same).ShouldBeTrue();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_frame_that_moved_after_it_was_shown_is_judged_by_where_it_lies(int index)
    {
        LaneChoice choice = Lanes(index);
        byte[][] frames = Frames(new Random(8), 10, 300);
        int length = frames[0].Length;
        using PacketSealer sealer = Sealer(null);
        using PacketOpener opener = Opener(choice);
        byte[] received = GC.AllocateArray<byte>(frames.Length * length, pinned: true);
        OneByOne(sealer, 0, frames).CopyTo(received, 0);
        opener.LookAhead(0, received);
        opener.Open(0, received.AsSpan(0, length)).ShouldBeTrue();

        byte[] moved = received[length..];
        opener.Open(1, moved.AsSpan(0, length)).ShouldBeTrue();

        // Changed at its new place: the tag made at the old one does not count.
        moved[length + 40] ^= 1;
        opener.Open(2, moved.AsSpan(length, length)).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_tag_that_was_made_ahead_is_used_once(int index)
    {
        LaneChoice choice = Lanes(index);
        byte[][] frames = Frames(new Random(9), 10, 300);
        int length = frames[0].Length;
        using PacketSealer sealer = Sealer(null);
        using PacketOpener opener = Opener(choice);
        byte[] received = GC.AllocateArray<byte>(frames.Length * length, pinned: true);
        OneByOne(sealer, 0, frames).CopyTo(received, 0);
        opener.LookAhead(0, received);
        opener.Open(0, received.AsSpan(0, length)).ShouldBeTrue();

        // It is clear now, so its tag, made anew, is another.
        opener.Open(0, received.AsSpan(0, length)).ShouldBeFalse();
        opener.Open(1, received.AsSpan(length, length)).ShouldBeTrue();
    }

    /// <summary>What was received ends where a page begins that is not there: to hash one byte more would end the process.</summary>
    [Theory]
    [MemberData(nameof(Kernels))]
    public void Of_frames_with_impossible_lengths_nothing_is_read_beyond_what_was_received(int index)
    {
        LaneChoice choice = Lanes(index);
        var random = new Random(10);
        byte[] noise = new byte[3_000];
        using var memory = new GuardedMemory(noise.Length);
        for (int round = 0; round < 500; round++)
        {
            using PacketOpener opener = Opener(choice);
            random.NextBytes(noise);
            int position = 0;
            while (position + 4 < noise.Length && random.Next(8) != 0)
            {
                int length = 16 * random.Next(0, 20);
                BinaryPrimitives.WriteInt32BigEndian(noise.AsSpan(position), length);
                position += 4 + length + TagLength;
            }

            if (round % 3 == 0)
            {
                // Then a length that reaches just beyond the end, far beyond it, or overflows.
                int last = new[] { 16, 4_096, 0x7FFF_FFF0, -16, -64 }[random.Next(5)];
                BinaryPrimitives.WriteInt32BigEndian(noise.AsSpan(Math.Min(position, noise.Length - 4)), last);
            }

            // Often cut within the last of the frames, or right behind one.
            int cut = Math.Min(noise.Length, random.Next(2) == 0 ? position + random.Next(5) : random.Next(noise.Length));
            Span<byte> received = memory.Tail(cut);
            noise.AsSpan(0, cut).CopyTo(received);
            opener.LookAhead((uint)round, received);
            received.SequenceEqual(noise.AsSpan(0, cut)).ShouldBeTrue();
            opener.Open((uint)round, noise.AsSpan(0, 4 + 64 + TagLength)).ShouldBeFalse();
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void An_opener_holds_tags_only_while_packets_wait_for_them(int index)
    {
        byte[][] frames = Frames(new Random(12), 10, 300);
        int length = frames[0].Length;
        using PacketSealer sealer = Sealer(null);
        using PacketOpener opener = Opener(Lanes(index));
        byte[] received = GC.AllocateArray<byte>(frames.Length * length, pinned: true);
        OneByOne(sealer, 0, frames).CopyTo(received, 0);
        var tags = (EncryptThenMacOpener)opener;

        // One packet alone is not hashed ahead.
        opener.LookAhead(0, received.AsSpan(0, length));
        tags.HoldsTags.ShouldBeFalse();
        int held = 0;
        for (int i = 0; i < frames.Length; i++)
        {
            opener.LookAhead((uint)i, received.AsSpan(i * length));
            held += tags.HoldsTags ? 1 : 0;
            opener.Open((uint)i, received.AsSpan(i * length, length)).ShouldBeTrue();
        }

        held.ShouldBeGreaterThan(1);
        tags.HoldsTags.ShouldBeFalse();
    }

    [Fact]
    public void A_batch_that_is_longer_than_its_block_is_refused()
    {
        using PacketSealer sealer = Sealer(null);
        byte[][] frames = Frames(new Random(11), 2, 100);
        byte[] block = frames.SelectMany(frame => frame).ToArray();
        Should.Throw<ArgumentOutOfRangeException>(() => sealer.SealMany(0, block, [frames[0].Length, frames[1].Length, 100]));
    }

    private static LaneChoice Lanes(int index)
    {
        Assert.SkipUnless(LaneTestSupport.Kernels.Count > 0, "The CPU has neither AVX-512 nor AVX2.");
        return LaneTestSupport.Always(LaneTestSupport.Kernels[index]);
    }

    private static EncryptThenMacSealer Sealer(LaneChoice? choice) =>
        new(new CipherContext("AES-128-CTR", Key, Iv, encrypt: true), 16, new PacketMac("SHA2-256", TagLength, MacKey, choice));

    private static EncryptThenMacOpener Opener(LaneChoice? choice) =>
        new(new CipherContext("AES-128-CTR", Key, Iv, encrypt: false), 16, new PacketMac("SHA2-256", TagLength, MacKey, choice));

    /// <summary>Clear frames, of one payload length or of many.</summary>
    private static byte[][] Frames(Random random, int count, int? payload)
    {
        using var suite = new Suite("aes128-ctr", "hmac-sha2-256-etm@openssh.com");
        return [.. Enumerable.Range(0, count).Select(_ => suite.Frame(payload ?? random.Next(8, 4_000)))];
    }

    private static byte[] OneByOne(PacketSealer sealer, uint sequence, byte[][] frames)
    {
        byte[] block = frames.SelectMany(frame => frame).ToArray();
        int position = 0;
        foreach (byte[] frame in frames)
        {
            sealer.Seal(sequence, block.AsSpan(position, frame.Length));
            sequence = unchecked(sequence + 1);
            position += frame.Length;
        }

        return block;
    }

    /// <summary>Opens as the reader does, showing what has come before each packet; returns how many were accepted.</summary>
    private static int OpenAll(PacketOpener opener, uint sequence, byte[] received, int length)
    {
        int position = 0;
        for (int opened = 0; ; opened++)
        {
            if (length - position < 4)
            {
                return opened;
            }

            uint packetLength = opener.ReadLength(sequence, received.AsSpan(position, 4));
            if (packetLength > 100_000 || packetLength % 16 != 0 || 4 + packetLength + TagLength > length - position)
            {
                return opened;
            }

            int frameLength = 4 + (int)packetLength + TagLength;
            opener.LookAhead(sequence, received.AsSpan(position, length - position));
            if (!opener.Open(sequence, received.AsSpan(position, frameLength)))
            {
                return opened;
            }

            sequence = unchecked(sequence + 1);
            position += frameLength;
        }
    }
}
