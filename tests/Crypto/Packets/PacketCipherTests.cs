using System.Buffers.Binary;
using Hpc.Crypto.Packets;
using Hpc.TestKit;

namespace Hpc.Crypto.Tests.Packets;

public sealed class PacketCipherTests
{
    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void What_is_hiddenis_opened_at_every_size(string cipher, string mac)
    {
        using var suite = new Suite(cipher, mac);
        var random = new Random(1);
        uint sequence = 3;
        foreach (int size in Enumerable.Range(8, 593).Concat(Enumerable.Range(0, 12).Select(_ => random.Next(600, 262_144))).Append(32_768))
        {
            RoundTrip(suite, sequence++, suite.Frame(size));
        }
    }

    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void The_sequence_number_wraps(string cipher, string mac)
    {
        using var suite = new Suite(cipher, mac);
        foreach (uint sequence in new[] { uint.MaxValue - 1, uint.MaxValue, 0u, 1u })
        {
            RoundTrip(suite, sequence, suite.Frame(40));
        }
    }

    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void Nothing_of_a_hiddenpacket_is_clear(string cipher, string mac)
    {
        using var suite = new Suite(cipher, mac);
        byte[] clear = suite.Frame(64);
        byte[] hidden = suite.Seal(0, clear);
        bool lengthIsClear = !suite.Sealer.PadsLength && cipher != "chacha20-poly1305@openssh.com";
        hidden.AsSpan(0, 4).SequenceEqual(clear.AsSpan(0, 4)).ShouldBe(lengthIsClear);
        hidden.AsSpan(8, 16).SequenceEqual(clear.AsSpan(8, 16)).ShouldBeFalse();
        hidden.AsSpan(clear.Length - suite.Sealer.TagLength).ContainsAnyExcept((byte)0).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void Any_changed_byte_is_refused(string cipher, string mac)
    {
        int frameLength;
        using (var suite = new Suite(cipher, mac))
        {
            frameLength = suite.Frame(30).Length;
        }

        for (int at = 0; at < frameLength; at++)
        {
            using var suite = new Suite(cipher, mac);
            byte[] frame = suite.Seal(7, suite.Frame(30));
            frame[at] ^= 0x01;
            suite.Opener.ReadLength(7, frame.AsSpan(0, suite.Opener.HeaderLength));
            suite.Opener.Open(7, frame).ShouldBeFalse($"byte {at}");
        }
    }

    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void A_replayed_packet_is_refused(string cipher, string mac)
    {
        using var suite = new Suite(cipher, mac);
        byte[] frame = suite.Seal(0, suite.Frame(30));
        byte[] again = frame.ToArray();
        Open(suite, 0, frame).ShouldBeTrue();
        Open(suite, 1, again).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void A_frame_of_a_broken_length_is_refused_and_not_sealed(string cipher, string mac)
    {
        using var suite = new Suite(cipher, mac);
        foreach (int length in new[] { suite.Sealer.TagLength, suite.Sealer.TagLength + 4, suite.Sealer.TagLength + 4 + 13 })
        {
            byte[] frame = new byte[Math.Max(length, suite.Opener.HeaderLength)];
            if (frame.Length != length)
            {
                continue;
            }

            using var fresh = new Suite(cipher, mac);
            Should.Throw<ArgumentException>(() => fresh.Sealer.Seal(0, frame));
            Open(fresh, 0, frame).ShouldBeFalse();
        }
    }

    [Theory]
    [MemberData(nameof(Suite.All), MemberType = typeof(Suite))]
    public void Nothing_is_allocated_per_packet(string cipher, string mac)
    {
        using var suite = new Suite(cipher, mac);
        byte[] small = suite.Frame(60);
        byte[] large = suite.Frame(5_000);
        uint sequence = 0;
        for (int i = 0; i < 50; i++)
        {
            Exchange(suite, sequence++, small);
            Exchange(suite, sequence++, large);
        }

        AllocatedBytes.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Exchange(suite, sequence++, small);
                Exchange(suite, sequence++, large);
            }
        }).ShouldBe(0);
    }

    [Fact]
    public void Encrypt_and_mac_pads_the_length_too_and_needs_a_block_for_it()
    {
        using var both = new Suite("aes128-ctr", "hmac-sha2-256");
        both.Opener.PadsLength.ShouldBeTrue();
        both.Sealer.PadsLength.ShouldBeTrue();
        both.Opener.HeaderLength.ShouldBe(16);

        using var then = new Suite("aes128-ctr", "hmac-sha2-256-etm@openssh.com");
        then.Opener.PadsLength.ShouldBeFalse();
        then.Opener.HeaderLength.ShouldBe(4);
    }

    [Fact]
    public void Reading_the_length_leaves_the_frame_as_it_is()
    {
        foreach ((string cipher, string mac) in new[] { ("aes256-ctr", "hmac-sha2-512"), ("chacha20-poly1305@openssh.com", ""), ("3des-cbc", "hmac-sha1") })
        {
            using var suite = new Suite(cipher, mac);
            byte[] clear = suite.Frame(100);
            byte[] frame = suite.Seal(5, clear);
            byte[] before = frame.ToArray();
            suite.Opener.ReadLength(5, frame.AsSpan(0, suite.Opener.HeaderLength)).ShouldBe(BinaryPrimitives.ReadUInt32BigEndian(clear));
            frame.ShouldBe(before);
        }
    }

    [Fact]
    public void The_length_of_an_encrypt_and_mac_frame_is_read_exactly_once()
    {
        using var suite = new Suite("aes128-ctr", "hmac-sha2-256");
        byte[] frame = suite.Seal(0, suite.Frame(20));
        Should.Throw<InvalidOperationException>(() => suite.Opener.Open(0, frame));
        suite.Opener.ReadLength(0, frame);
        Should.Throw<InvalidOperationException>(() => suite.Opener.ReadLength(0, frame));
        suite.Opener.Open(0, frame).ShouldBeTrue();
    }

    [Fact]
    public void Before_the_first_new_keys_packets_pass_unchanged()
    {
        using PacketSealer sealer = AlgorithmCatalog.CreatePlainSealer();
        using PacketOpener opener = AlgorithmCatalog.CreatePlainOpener();
        byte[] frame = [0, 0, 0, 12, 10, 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        byte[] before = frame.ToArray();
        sealer.Seal(0, frame);
        opener.ReadLength(0, frame).ShouldBe(12u);
        opener.Open(0, frame).ShouldBeTrue();
        frame.ShouldBe(before);
        (sealer.BlockSize, sealer.TagLength, sealer.PadsLength, opener.HeaderLength).ShouldBe((8, 0, true, 4));
    }

    [Fact]
    public void A_disposed_sealer_refuses_to_work()
    {
        foreach ((string cipher, string mac) in new[] { ("aes128-gcm@openssh.com", ""), ("chacha20-poly1305@openssh.com", ""), ("aes128-ctr", "hmac-sha2-256") })
        {
            var suite = new Suite(cipher, mac);
            byte[] frame = suite.Frame(20);
            suite.Dispose();
            suite.Dispose();
            Should.Throw<ObjectDisposedException>(() => suite.Sealer.Seal(0, frame));
        }
    }

    [Fact]
    public void Key_material_of_a_wrong_length_is_refused()
    {
        AlgorithmCatalog.TryGetCipher("aes128-ctr", out CipherInfo? cipher).ShouldBeTrue();
        AlgorithmCatalog.TryGetMac("hmac-sha2-256", out MacInfo? mac).ShouldBeTrue();
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.CreateSealer(cipher!, mac, new byte[15], new byte[16], new byte[32]));
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.CreateSealer(cipher!, mac, new byte[16], new byte[12], new byte[32]));
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.CreateOpener(cipher!, mac, new byte[16], new byte[16], new byte[31]));
        Should.Throw<ArgumentException>(() => AlgorithmCatalog.CreateOpener(cipher!, null, new byte[16], new byte[16], []));
    }

    private static void RoundTrip(Suite suite, uint sequence, byte[] clear)
    {
        byte[] frame = suite.Seal(sequence, clear);
        suite.Opener.ReadLength(sequence, frame.AsSpan(0, suite.Opener.HeaderLength)).ShouldBe(BinaryPrimitives.ReadUInt32BigEndian(clear));
        suite.Opener.Open(sequence, frame).ShouldBeTrue();
        int body = clear.Length - suite.Sealer.TagLength;
        frame.AsSpan(0, body).SequenceEqual(clear.AsSpan(0, body)).ShouldBeTrue($"{body} bytes");
    }

    private static bool Open(Suite suite, uint sequence, byte[] frame)
    {
        suite.Opener.ReadLength(sequence, frame.AsSpan(0, suite.Opener.HeaderLength));
        return suite.Opener.Open(sequence, frame);
    }

    // Content does not matter here: what was opened is sealed again, with whatever its tag left behind.
    private static void Exchange(Suite suite, uint sequence, byte[] frame)
    {
        suite.Sealer.Seal(sequence, frame);
        suite.Opener.ReadLength(sequence, frame.AsSpan(0, suite.Opener.HeaderLength));
        if (!suite.Opener.Open(sequence, frame))
        {
            throw new InvalidOperationException("The packet was refused.");
        }
    }
}
