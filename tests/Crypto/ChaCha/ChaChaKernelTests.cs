using System.Buffers.Binary;
using Hpc.Crypto.ChaCha;
using Hpc.Crypto.Interop;
using Hpc.Crypto.Packets;
using Hpc.Crypto.Tests.Packets;

namespace Hpc.Crypto.Tests.ChaCha;

public sealed unsafe class ChaChaKernelTests
{
    private const int TagLength = 16;

    private readonly Random _random = new(22);

    [Fact]
    public void The_self_test_passes()
    {
        SkipWithoutInstructions();
        ChaChaSelfTest.Passes().ShouldBeTrue();
    }

    [Fact]
    public void Random_steps_nonces_and_blocks_equal_libcrypto_against_pages_that_are_not_there()
    {
        SkipWithoutInstructions();
        const int Most = 20;
        using var memory = new GuardedMemory(Most * ChaChaKernel.StepLength);
        for (int round = 0; round < 100; round++)
        {
            byte[] keyBytes = Bytes(32);
            byte[] iv = Bytes(16);
            uint firstBlock = (uint)_random.Next(round % 2 == 0 ? 100 : int.MaxValue);
            BinaryPrimitives.WriteUInt64LittleEndian(iv, firstBlock);
            byte[] plain = Bytes(_random.Next(1, Most + 1) * ChaChaKernel.StepLength);
            Span<byte> room = round % 3 == 0 ? memory.Head(plain.Length) : memory.Tail(plain.Length);
            plain.CopyTo(room);
            using var key = new ChaChaKey(keyBytes);
            using var reference = new CipherContext("ChaCha20", keyBytes, iv, encrypt: true);
            fixed (byte* nonce = iv.AsSpan(8), ours = room, theirs = plain)
            {
                key.Apply(nonce, firstBlock, ours, room.Length);
                reference.Apply(theirs, theirs, plain.Length);
            }

            room.SequenceEqual(plain).ShouldBeTrue($"round {round}, {plain.Length} bytes from block {firstBlock}");
        }
    }

    [Fact]
    public void Packets_of_any_length_are_those_of_libcrypto()
    {
        SkipWithoutInstructions();
        byte[] key = Bytes(64);
        using var suite = new Suite("chacha20-poly1305@openssh.com", "");
        using var plain = new ChaChaPolyPacketSealer(key);
        using var fast = new ChaChaPolyPacketSealer(key, isManaged: true);
        using var plainOpener = new ChaChaPolyPacketOpener(key);
        using var fastOpener = new ChaChaPolyPacketOpener(key, isManaged: true);
        int[] lengths = [8, 1_900, 2_020, 2_030, 2_032, 2_040, 2_048, 2_050, 4_070, 4_080, 4_090, 4_096, 6_100, 8_160, 8_180, 8_186, 8_192, 8_200, 10_240, 32_768, 32_780, 35_000, 262_144];
        uint sequence = uint.MaxValue - 30;
        foreach (int payload in lengths.Concat(Enumerable.Range(0, 60).Select(_ => _random.Next(8, 40_000))))
        {
            byte[] clear = suite.Frame(payload);
            byte[] frame = clear.ToArray();
            byte[] copy = clear.ToArray();
            plain.Seal(sequence, frame);
            fast.Seal(sequence, copy);
            copy.AsSpan().SequenceEqual(frame).ShouldBeTrue($"{payload} bytes");

            // Each opens what the other has sealed; a changed bit opens nowhere and is not decrypted.
            copy[_random.Next(4, copy.Length)] ^= 0x10;
            byte[] changed = copy.ToArray();
            fastOpener.Open(sequence, copy).ShouldBeFalse();
            copy.AsSpan().SequenceEqual(changed).ShouldBeTrue();
            byte[] again = frame.ToArray();
            fastOpener.Open(sequence, frame).ShouldBeTrue();
            plainOpener.Open(sequence, again).ShouldBeTrue();
            frame.AsSpan(0, frame.Length - TagLength).SequenceEqual(clear.AsSpan(0, clear.Length - TagLength)).ShouldBeTrue();
            again.AsSpan().SequenceEqual(frame).ShouldBeTrue();
            sequence = unchecked(sequence + 1);
        }
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        SkipWithoutInstructions();
        Should.Throw<ArgumentOutOfRangeException>(() => new ChaChaKey(new byte[31]));
        var key = new ChaChaKey(new byte[32]);
        Should.Throw<ArgumentOutOfRangeException>(() => key.Apply(null, 0, null, ChaChaKernel.StepLength - 1));
        Should.Throw<ArgumentOutOfRangeException>(() => key.Apply(null, 0x8000_0000, null, 0));
        key.Dispose();
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.Apply(null, 0, null, 0));
    }

    private static void SkipWithoutInstructions() => Assert.SkipUnless(ChaChaKernel.IsSupported, "This CPU lacks AVX-512F.");

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        _random.NextBytes(bytes);
        return bytes;
    }
}
