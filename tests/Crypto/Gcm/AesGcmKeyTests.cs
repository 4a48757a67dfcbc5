using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Hpc.Crypto.Gcm;
using Hpc.Crypto.Interop;

namespace Hpc.Crypto.Tests.Gcm;

public sealed class AesGcmKeyTests
{
    private readonly Random _random = new(20);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Known_answers_come_out(bool useVaes)
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes);
        foreach (GcmVector vector in GcmVector.All)
        {
            using var key = new AesGcmKey(Convert.FromHexString(vector.Key)) { UsesVaes = useVaes };
            byte[] nonce = Convert.FromHexString(vector.Nonce);
            byte[] aad = Convert.FromHexString(vector.Aad);
            byte[] hidden = key.Seal(nonce, aad, Convert.FromHexString(vector.Plain));
            Convert.ToHexStringLower(hidden).ShouldBe(vector.Cipher + vector.Tag);
            Convert.ToHexStringLower(key.Open(nonce, aad, hidden).ShouldNotBeNull()).ShouldBe(vector.Plain);
        }
    }

    /// <summary>The first of the steps of 256 bytes is sealed by other code, so it takes three to come through all of it.</summary>
    [Fact]
    public void For_each_key_size_a_known_answer_is_long_enough_for_every_loop()
    {
        foreach (int keyLength in new[] { 16, 32 })
        {
            GcmVector.All.ShouldContain(vector => vector.Key.Length == 2 * keyLength && vector.Plain.Length >= 2 * 3 * Ghash.StepLength);
        }
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(32, false)]
    [InlineData(16, true)]
    [InlineData(32, true)]
    public void Every_length_to_1100_equals_libcrypto_and_AesGcm_at_any_alignment(int keyLength, bool useVaes)
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes);
        using var side = new SideBySide(keyLength, useVaes);
        for (int length = 0; length <= 1_100; length++)
        {
            side.Check(RandomNumberGenerator.GetBytes(4), RandomNumberGenerator.GetBytes(length), length % 67);
        }
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(32, false)]
    [InlineData(16, true)]
    [InlineData(32, true)]
    public void Random_lengths_to_262144_equal_libcrypto_and_AesGcm(int keyLength, bool useVaes)
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes);
        using var side = new SideBySide(keyLength, useVaes);
        foreach (int length in Enumerable.Range(0, 40).Select(_ => _random.Next(1_100, 262_144)).Append(32_768).Append(262_143).Append(262_144))
        {
            side.Check(RandomNumberGenerator.GetBytes(4), RandomNumberGenerator.GetBytes(length), _random.Next(64));
        }
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(32, false)]
    [InlineData(16, true)]
    [InlineData(32, true)]
    public void Associated_data_of_any_length_is_authenticated(int keyLength, bool useVaes)
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes);
        using var side = new SideBySide(keyLength, useVaes);
        for (int length = 0; length <= 70; length++)
        {
            side.Check(RandomNumberGenerator.GetBytes(length), RandomNumberGenerator.GetBytes(_random.Next(600)), 0);
        }
    }

    [Theory]
    [InlineData(16, false)]
    [InlineData(32, false)]
    [InlineData(16, true)]
    [InlineData(32, true)]
    public void A_change_of_any_byte_of_data_tag_associated_data_or_nonce_is_refused(int keyLength, bool useVaes)
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes);
        using var key = new AesGcmKey(RandomNumberGenerator.GetBytes(keyLength)) { UsesVaes = useVaes };
        byte[] nonce = RandomNumberGenerator.GetBytes(12);
        byte[] aad = RandomNumberGenerator.GetBytes(20);
        foreach (int length in new[] { 0, 5, 48, 407, 1_023 })
        {
            byte[] hidden = key.Seal(nonce, aad, RandomNumberGenerator.GetBytes(length));
            foreach (byte[] part in new[] { hidden, aad, nonce })
            {
                for (int at = 0; at < part.Length; at++)
                {
                    byte was = part[at];
                    part[at] ^= (byte)(1 << (at % 8));
                    key.Open(nonce, aad, hidden).ShouldBeNull($"byte {at} of {length}");
                    part[at] = was;
                }
            }

            key.Open(nonce, aad, hidden).ShouldNotBeNull();
        }
    }

    // A packet's counter starts at two (SP 800-38D §7.1) and would need 64 GiB to wrap, so the parts are started just below the wrap.
    [Theory]
    [InlineData(16, 0xFFFF_FFF0u, false)]
    [InlineData(32, 0xFFFF_FFF0u, false)]
    [InlineData(16, 0xFFFF_FFFFu, false)]
    [InlineData(16, 0xFFFF_FFE9u, false)]
    [InlineData(32, 0x0000_FFFEu, false)]
    [InlineData(16, 0x00FF_FFF3u, false)]
    [InlineData(16, 0xFFFF_FFF0u, true)]
    [InlineData(32, 0xFFFF_FFDDu, true)]
    [InlineData(16, 0xFFFF_FFE9u, true)]
    [InlineData(16, 0x00FF_FFF3u, true)]
    public unsafe void The_block_counter_carries_and_wraps_within_its_32_bits(int keyLength, uint first, bool useVaes)
    {
        GcmTestSupport.SkipWithoutInstructions(useVaes);
        const int Bulk = 768;
        const int Tail = 245;
        byte[] keyBytes = RandomNumberGenerator.GetBytes(keyLength);
        byte[] data = new byte[Bulk + Tail];
        using (var key = new AesGcmKey(keyBytes))
        {
            Vector128<uint> counter = Vector128.Create(0x11u, 0x22, 0x33, first);
            var block = (byte*)key.DangerousGetHandle();
            byte* scratch = (byte*)NativeMemory.AlignedAlloc(448, 64);
            fixed (byte* start = data)
            {
                if (keyLength == 16)
                {
                    AesGcmKernel.SealSteps<Aes128>(block, counter, Vector128<ulong>.Zero, start, Bulk, useVaes);
                    AesGcmKernel.CryptTail<Aes128>(block, scratch, counter, start + Bulk, Bulk, Tail);
                }
                else
                {
                    AesGcmKernel.SealSteps<Aes256>(block, counter, Vector128<ulong>.Zero, start, Bulk, useVaes);
                    AesGcmKernel.CryptTail<Aes256>(block, scratch, counter, start + Bulk, Bulk, Tail);
                }
            }

            NativeMemory.AlignedFree(scratch);
        }

        byte[] counters = new byte[(Bulk + Tail + 15) / 16 * 16];
        for (int at = 0; at < counters.Length; at += 16)
        {
            new byte[] { 0x11, 0, 0, 0, 0x22, 0, 0, 0, 0x33, 0, 0, 0 }.CopyTo(counters, at);
            BinaryPrimitives.WriteUInt32BigEndian(counters.AsSpan(at + 12), unchecked(first + (uint)(at / 16)));
        }

        using Aes aes = Aes.Create();
        aes.Key = keyBytes;
        data.AsSpan().SequenceEqual(aes.EncryptEcb(counters, PaddingMode.None).AsSpan(0, data.Length)).ShouldBeTrue();
    }

    [Fact]
    public void A_key_of_another_length_is_refused()
    {
        GcmTestSupport.SkipWithoutInstructions();
        foreach (int length in new[] { 0, 15, 24, 33 })
        {
            Should.Throw<ArgumentException>(() => new AesGcmKey(new byte[length]));
        }
    }

    [Fact]
    public void A_disposed_key_refuses_to_work()
    {
        GcmTestSupport.SkipWithoutInstructions();
        var key = new AesGcmKey(new byte[16]);
        key.Dispose();
        key.Dispose();
        Should.Throw<ObjectDisposedException>(() => key.Seal(new byte[12], [], new byte[16]));
        Should.Throw<ObjectDisposedException>(() => key.Open(new byte[12], [], new byte[32]));
    }

    private sealed class SideBySide : IDisposable
    {
        private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(12);
        private readonly AesGcmKey _ours;
        private readonly AesGcm _dotNet;
        private readonly CipherContext _libCrypto;

        public SideBySide(int keyLength, bool useVaes)
        {
            byte[] key = RandomNumberGenerator.GetBytes(keyLength);
            _ours = new AesGcmKey(key) { UsesVaes = useVaes };
            _dotNet = new AesGcm(key, GcmTestSupport.TagLength);
            _libCrypto = new CipherContext(GcmImplementation.EvpName(keyLength), key, _nonce, encrypt: true);
        }

        public void Check(byte[] aad, byte[] plain, int offset)
        {
            RandomNumberGenerator.Fill(_nonce);
            byte[] hidden = _ours.Seal(_nonce, aad, plain, offset);
            string what = $"{plain.Length} bytes at {offset}";
            hidden.AsSpan().SequenceEqual(GcmTestSupport.SealByDotNet(_dotNet, _nonce, aad, plain)).ShouldBeTrue(what);
            hidden.AsSpan().SequenceEqual(GcmTestSupport.SealByLibCrypto(_libCrypto, _nonce, aad, plain)).ShouldBeTrue(what);
            _ours.Open(_nonce, aad, hidden, offset).ShouldNotBeNull(what).AsSpan().SequenceEqual(plain).ShouldBeTrue(what);
        }

        public void Dispose()
        {
            _ours.Dispose();
            _dotNet.Dispose();
            _libCrypto.Dispose();
        }
    }
}
