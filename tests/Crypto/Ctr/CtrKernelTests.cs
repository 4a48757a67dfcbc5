using System.Buffers.Binary;
using System.Security.Cryptography;
using Hpc.Crypto.Ctr;
using Hpc.Crypto.Gcm;
using Hpc.Crypto.Interop;
using Hpc.Crypto.Packets;
using Hpc.Crypto.Tests.Packets;

namespace Hpc.Crypto.Tests.Ctr;

public sealed unsafe class CtrKernelTests
{
    private const int TagLength = 32;

    private readonly Random _random = new(21);

    [Fact]
    public void The_self_test_passes()
    {
        SkipWithoutInstructions();
        CtrSelfTest.Passes().ShouldBeTrue();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(14)]
    public void The_code_ends_with_every_register_cleared(int rounds)
    {
        var end = new EvexAssembler();
        for (int register = 0; register < 32; register++)
        {
            end.Xor(register, register, register);
        }

        end.Return();
        CtrCode.Assemble(rounds).AsSpan().EndsWith(end.ToArray()).ShouldBeTrue();
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Every_number_of_blocks_to_80_equals_libcrypto_against_pages_that_are_not_there(int keyLength)
    {
        SkipWithoutInstructions();
        byte[] keyBytes = Bytes(keyLength);
        using var key = new CtrKey(keyBytes);
        using var memory = new GuardedMemory(80 * 16);
        for (int blocks = 0; blocks <= 80; blocks++)
        {
            byte[] plain = Bytes(blocks * 16);
            UInt128 first = Counter();
            foreach (bool atHead in new[] { true, false })
            {
                Span<byte> room = atHead ? memory.Head(plain.Length) : memory.Tail(plain.Length);
                plain.CopyTo(room);
                UInt128 counter = first;
                fixed (byte* data = room)
                {
                    key.Apply(ref counter, data, room.Length);
                }

                counter.ShouldBe(unchecked(first + (UInt128)blocks));
                room.SequenceEqual(ByLibCrypto(keyBytes, first, plain)).ShouldBeTrue($"{blocks} blocks");
            }
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Random_lengths_at_any_alignment_equal_libcrypto(int keyLength)
    {
        SkipWithoutInstructions();
        byte[] keyBytes = Bytes(keyLength);
        using var key = new CtrKey(keyBytes);
        for (int round = 0; round < 200; round++)
        {
            int offset = _random.Next(64);
            Check(key, keyBytes, Counter(), offset, 16 * _random.Next(1, round % 10 == 0 ? 20_000 : 600));
        }
    }

    /// <summary>SSH counts in all 128 bits (RFC 4344 §4): where 32, 64 or all of them are used up within a packet, the rest carries.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Counters_carry_through_all_their_bits(int keyLength)
    {
        SkipWithoutInstructions();
        byte[] keyBytes = Bytes(keyLength);
        using var key = new CtrKey(keyBytes);
        foreach (int bits in new[] { 8, 16, 31, 32, 33, 63, 64, 65, 96, 127, 128 })
        {
            UInt128 ones = bits == 128 ? UInt128.MaxValue : (UInt128.One << bits) - 1;
            for (int distance = 0; distance < 70; distance++)
            {
                UInt128 first = (Counter() & ~ones) | (ones - (UInt128)distance);
                Check(key, keyBytes, first, 0, 16 * _random.Next(1, 100));
            }
        }
    }

    [Theory]
    [InlineData("AES-128-CTR", 16)]
    [InlineData("AES-256-CTR", 32)]
    public void Packets_are_the_same_before_and_after_the_peer_is_trusted(string evpName, int keyLength)
    {
        SkipWithoutInstructions();
        byte[] key = Bytes(keyLength);
        byte[] macKey = Bytes(TagLength);
        using var suite = new Suite("aes128-ctr", "hmac-sha2-256-etm@openssh.com");

        // From a random counter, and from one whose lower half carries after a while.
        foreach (UInt128 first in new[] { Counter(), (Counter() << 64) | (ulong.MaxValue - 9_000) })
        {
            byte[] iv = new byte[16];
            BinaryPrimitives.WriteUInt128BigEndian(iv, first);
            using var plain = new EncryptThenMacSealer(new CipherContext(evpName, key, iv, encrypt: true), 16, Mac(macKey));
            using var fast = new EncryptThenMacSealer(new VaesCtrStream(evpName, key, iv), 16, Mac(macKey));
            using var opener = new EncryptThenMacOpener(new VaesCtrStream(evpName, key, iv), 16, Mac(macKey));
            for (uint sequence = 0; sequence < 300; sequence++)
            {
                // Each direction at its own time.
                if (sequence == 100)
                {
                    fast.TrustPeer();
                }

                if (sequence == 120)
                {
                    opener.TrustPeer();
                }

                byte[] frame = suite.Frame(_random.Next(8, 4_000));
                byte[] clear = frame.ToArray();
                byte[] copy = frame.ToArray();
                plain.Seal(sequence, frame);
                fast.Seal(sequence, copy);
                copy.AsSpan().SequenceEqual(frame).ShouldBeTrue($"packet {sequence}");
                opener.Open(sequence, copy).ShouldBeTrue();
                copy.AsSpan(0, copy.Length - TagLength).SequenceEqual(clear.AsSpan(0, copy.Length - TagLength)).ShouldBeTrue($"packet {sequence}");
            }
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        SkipWithoutInstructions();
        foreach (int length in new[] { 0, 15, 24, 33 })
        {
            Should.Throw<ArgumentException>(() => new CtrKey(new byte[length]));
        }

        var key = new CtrKey(new byte[16]);
        UInt128 counter = 5;
        Should.Throw<ArgumentOutOfRangeException>(() => key.Apply(ref counter, null, 17));
        key.Dispose();
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.Apply(ref counter, null, 0));
        counter.ShouldBe((UInt128)5);
    }

    private static void SkipWithoutInstructions() => Assert.SkipUnless(CtrKernel.IsSupported, "This CPU lacks VAES, or the system allows no executable memory.");

    private static PacketMac Mac(byte[] key) => new("SHA2-256", TagLength, key);

    private static byte[] ByLibCrypto(byte[] key, UInt128 first, byte[] plain)
    {
        byte[] iv = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(iv, first);
        byte[] data = plain.ToArray();
        using var cipher = new CipherContext(key.Length == 16 ? "AES-128-CTR" : "AES-256-CTR", key, iv, encrypt: true);
        if (data.Length != 0)
        {
            fixed (byte* start = data)
            {
                cipher.Apply(start, start, data.Length);
            }
        }

        return data;
    }

    private void Check(CtrKey key, byte[] keyBytes, UInt128 first, int offset, int length)
    {
        byte[] plain = Bytes(length);
        byte[] room = new byte[offset + length + 64];
        plain.CopyTo(room, offset);
        UInt128 counter = first;
        fixed (byte* data = room)
        {
            key.Apply(ref counter, data + offset, length);
        }

        counter.ShouldBe(unchecked(first + (UInt128)(length / 16)));
        room.AsSpan(offset, length).SequenceEqual(ByLibCrypto(keyBytes, first, plain)).ShouldBeTrue($"{length} bytes from {first:x32}");
        room.AsSpan(0, offset).ContainsAnyExcept((byte)0).ShouldBeFalse();
        room.AsSpan(offset + length).ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    private UInt128 Counter() => BinaryPrimitives.ReadUInt128BigEndian(Bytes(16));

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
