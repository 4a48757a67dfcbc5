using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Gcm;
using Hpc.Crypto.Packets;
using Hpc.TestKit;

namespace Hpc.Crypto.Tests.Gcm;

public sealed class ManagedGcmPacketTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Either_implementation_opens_what_the_other_seals(int keyLength)
    {
        GcmTestSupport.SkipWithoutInstructions();
        using var ends = new Ends(keyLength, RandomNumberGenerator.GetBytes(12));
        for (int blocks = 1; blocks <= 80; blocks++)
        {
            ends.Exchange(Frame(16 * blocks));
        }

        ends.Exchange(Frame(32_768));
        ends.Exchange(Frame(262_144));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Any_changed_byte_is_refused_and_nothing_of_the_packet_stays(int keyLength)
    {
        GcmTestSupport.SkipWithoutInstructions();
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        byte[] iv = RandomNumberGenerator.GetBytes(12);
        using var sealer = new ManagedGcmPacketSealer(key, iv);
        byte[] good = Frame(432);
        sealer.Seal(0, good);
        for (int at = 0; at < good.Length; at++)
        {
            using var opener = new ManagedGcmPacketOpener(key, iv);
            byte[] frame = good.ToArray();
            frame[at] ^= 0x10;
            opener.Open(0, frame).ShouldBeFalse($"byte {at}");
            frame.AsSpan().ContainsAnyExcept((byte)0).ShouldBeFalse();
        }
    }

    [Fact]
    public void The_invocation_counter_wraps_within_its_eight_bytes()
    {
        GcmTestSupport.SkipWithoutInstructions();
        byte[] iv = RandomNumberGenerator.GetBytes(12);
        BinaryPrimitives.WriteUInt64BigEndian(iv.AsSpan(4), ulong.MaxValue - 1);
        byte[] key = RandomNumberGenerator.GetBytes(16);
        using var ends = new Ends(key, iv);
        for (int i = 0; i < 4; i++)
        {
            ends.Exchange(Frame(48));
        }

        // After the wrap the nonce is the fixed field and zeros.
        using var sealer = new ManagedGcmPacketSealer(key, iv);
        byte[] frame = Frame(32);
        byte[] clear = frame.ToArray();
        sealer.Seal(0, clear.ToArray());
        sealer.Seal(1, clear.ToArray());
        sealer.Seal(2, frame);
        byte[] wrapped = new byte[12];
        iv.AsSpan(0, 4).CopyTo(wrapped);
        using var gcm = new AesGcm(key, 16);
        frame.AsSpan(4).SequenceEqual(GcmTestSupport.SealByDotNet(gcm, wrapped, clear[..4], clear.AsSpan(4, 32))).ShouldBeTrue();
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Nothing_is_allocated_per_packet(int keyLength)
    {
        GcmTestSupport.SkipWithoutInstructions();
        byte[] key = RandomNumberGenerator.GetBytes(keyLength);
        byte[] iv = RandomNumberGenerator.GetBytes(12);
        using var sealer = new ManagedGcmPacketSealer(key, iv);
        using var opener = new ManagedGcmPacketOpener(key, iv);
        byte[][] frames = [Frame(64), Frame(1_024), Frame(32_768 + 112)];
        PassAll(sealer, opener, frames);
        AllocatedBytes.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                PassAll(sealer, opener, frames);
            }
        }).ShouldBe(0);
    }

    [Fact]
    public void Twenty_thousand_random_packets_over_two_interleaved_contexts_equal_libcrypto()
    {
        GcmTestSupport.SkipWithoutInstructions();
        var random = new Random(7);
        using var one = new Ends(16, RandomNumberGenerator.GetBytes(12));
        using var other = new Ends(32, RandomNumberGenerator.GetBytes(12));
        byte[] content = RandomNumberGenerator.GetBytes(8_192);
        for (int i = 0; i < 20_000; i++)
        {
            int blocks = random.Next(10) == 0 ? random.Next(1, 500) : random.Next(1, 50);
            byte[] frame = new byte[4 + (16 * blocks) + 16];
            content.AsSpan(random.Next(content.Length - (16 * blocks) - 4), (16 * blocks) + 4).CopyTo(frame);
            (random.Next(2) == 0 ? one : other).Exchange(frame);
        }
    }

    [Fact]
    public void A_frame_of_a_broken_length_is_refused_and_not_sealed()
    {
        GcmTestSupport.SkipWithoutInstructions();
        using var sealer = new ManagedGcmPacketSealer(new byte[16], new byte[12]);
        using var opener = new ManagedGcmPacketOpener(new byte[16], new byte[12]);
        foreach (int length in new[] { 0, 4, 16, 20, 21, 35, 37 })
        {
            Should.Throw<ArgumentException>(() => sealer.Seal(0, new byte[length]));
            opener.Open(0, new byte[length]).ShouldBeFalse();
        }
    }

    [Fact]
    public void A_disposed_sealer_and_opener_refuse_to_work()
    {
        GcmTestSupport.SkipWithoutInstructions();
        var sealer = new ManagedGcmPacketSealer(new byte[16], new byte[12]);
        var opener = new ManagedGcmPacketOpener(new byte[16], new byte[12]);
        sealer.Dispose();
        opener.Dispose();
        Should.Throw<ObjectDisposedException>(() => sealer.Seal(0, new byte[36]));
        Should.Throw<ObjectDisposedException>(() => opener.Open(0, new byte[36]));
    }

    private static byte[] Frame(int length)
    {
        byte[] frame = RandomNumberGenerator.GetBytes(4 + length + 16);
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        return frame;
    }

    private static void PassAll(PacketSealer sealer, PacketOpener opener, byte[][] frames)
    {
        foreach (byte[] frame in frames)
        {
            sealer.Seal(0, frame);
            if (!opener.Open(0, frame))
            {
                throw new InvalidOperationException("The packet was refused.");
            }
        }
    }

    /// <summary>Both implementations at both ends of one connection.</summary>
    private sealed class Ends : IDisposable
    {
        private readonly ManagedGcmPacketSealer _sealer;
        private readonly ManagedGcmPacketOpener _opener;
        private readonly GcmPacketSealer _referenceSealer;
        private readonly GcmPacketOpener _referenceOpener;

        public Ends(int keyLength, byte[] iv)
            : this(RandomNumberGenerator.GetBytes(keyLength), iv)
        {
        }

        public Ends(byte[] key, byte[] iv)
        {
            _sealer = new ManagedGcmPacketSealer(key, iv);
            _opener = new ManagedGcmPacketOpener(key, iv);
            _referenceSealer = new GcmPacketSealer(GcmImplementation.EvpName(key.Length), key, iv);
            _referenceOpener = new GcmPacketOpener(GcmImplementation.EvpName(key.Length), key, iv);
        }

        public void Exchange(byte[] clear)
        {
            byte[] ours = clear.ToArray();
            byte[] theirs = clear.ToArray();
            _sealer.Seal(0, ours);
            _referenceSealer.Seal(0, theirs);
            ours.AsSpan().SequenceEqual(theirs).ShouldBeTrue();
            _opener.Open(0, ours).ShouldBeTrue();
            _referenceOpener.Open(0, theirs).ShouldBeTrue();
            ours.AsSpan(0, ours.Length - 16).SequenceEqual(clear.AsSpan(0, clear.Length - 16)).ShouldBeTrue();
        }

        public void Dispose()
        {
            _sealer.Dispose();
            _opener.Dispose();
            _referenceSealer.Dispose();
            _referenceOpener.Dispose();
        }
    }
}
