using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hpc.Crypto.Tests.Packets;

/// <summary>The bytes on the wire, compared with other implementations of the same constructions.</summary>
public sealed class PacketWireTests
{
    [Theory]
    [InlineData("aes128-gcm@openssh.com")]
    [InlineData("aes256-gcm@openssh.com")]
    public void Gcm_counts_packets_in_the_last_eight_nonce_bytes(string cipher)
    {
        using var suite = new Suite(cipher, "");
        using var reference = new AesGcm(suite.Key, 16);
        byte[] nonce = suite.Iv.ToArray();
        for (uint packet = 0; packet < 300; packet++)
        {
            byte[] clear = suite.Frame((int)packet);
            byte[] expected = clear.ToArray();
            int length = clear.Length - 20;
            reference.Encrypt(nonce, clear.AsSpan(4, length), expected.AsSpan(4, length), expected.AsSpan(4 + length), clear.AsSpan(0, 4));
            suite.Seal(packet, clear).ShouldBe(expected);
            BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(4), unchecked(BinaryPrimitives.ReadUInt64BigEndian(nonce.AsSpan(4)) + 1));
        }
    }

    [Fact]
    public void The_gcm_packet_counter_wraps_without_touching_the_fixed_field()
    {
        byte[] key = RandomNumberGenerator.GetBytes(16);
        byte[] iv = [1, 2, 3, 4, .. Enumerable.Repeat((byte)0xFF, 8)];
        AlgorithmCatalog.TryGetCipher("aes128-gcm@openssh.com", out Crypto.Packets.CipherInfo? cipher).ShouldBeTrue();
        using Crypto.Packets.PacketSealer sealer = AlgorithmCatalog.CreateSealer(cipher!, null, key, iv, []);
        using var reference = new AesGcm(key, 16);
        foreach (byte[] nonce in new[] { iv, [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0] })
        {
            byte[] frame = new byte[4 + 16 + 16];
            byte[] expected = new byte[36];
            reference.Encrypt(nonce, frame.AsSpan(4, 16), expected.AsSpan(4, 16), expected.AsSpan(20), frame.AsSpan(0, 4));
            sealer.Seal(0, frame);
            frame.ShouldBe(expected);
        }
    }

    [Fact]
    public void ChaCha_uses_the_second_key_for_the_length_and_block_zero_for_the_tag()
    {
        using var suite = new Suite("chacha20-poly1305@openssh.com", "");
        Span<byte> nonce = stackalloc byte[8];
        foreach (uint sequence in new[] { 0u, 1u, 0x01020304u, uint.MaxValue })
        {
            foreach (int size in new[] { 1, 50, 200, 3000 })
            {
                byte[] clear = suite.Frame(size);
                byte[] expected = clear.ToArray();
                BinaryPrimitives.WriteUInt64BigEndian(nonce, sequence);
                ReferenceChaChaPoly.ChaCha20(suite.Key[32..], 0, nonce, expected.AsSpan(0, 4));
                ReferenceChaChaPoly.ChaCha20(suite.Key[..32], 1, nonce, expected.AsSpan(4..^16));
                byte[] tagKey = new byte[32];
                ReferenceChaChaPoly.ChaCha20(suite.Key[..32], 0, nonce, tagKey);
                ReferenceChaChaPoly.Poly1305(tagKey, expected.AsSpan(..^16)).CopyTo(expected, expected.Length - 16);
                suite.Seal(sequence, clear).ShouldBe(expected);
            }
        }
    }

    [Theory]
    [InlineData("aes128-ctr")]
    [InlineData("aes192-ctr")]
    [InlineData("aes256-ctr")]
    public void Ctr_with_etm_is_one_stream_over_all_packets_under_a_mac_of_the_ciphertext(string cipher)
    {
        using var suite = new Suite(cipher, "hmac-sha2-256-etm@openssh.com");
        using var stream = new ReferenceCtr(suite.Key, suite.Iv);
        for (uint packet = 0; packet < 50; packet++)
        {
            byte[] clear = suite.Frame((int)(packet * 7));
            byte[] expected = clear.ToArray();
            stream.Apply(expected.AsSpan(4..^32));
            HMACSHA256.HashData(suite.MacKey, Numbered(packet, expected.AsSpan(..^32))).CopyTo(expected, expected.Length - 32);
            suite.Seal(packet, clear).ShouldBe(expected);
        }
    }

    [Fact]
    public void Ctr_with_encrypt_and_mac_encrypts_the_length_under_a_mac_of_the_clear_packet()
    {
        using var suite = new Suite("aes256-ctr", "hmac-sha2-512");
        using var stream = new ReferenceCtr(suite.Key, suite.Iv);
        for (uint packet = 0; packet < 50; packet++)
        {
            byte[] clear = suite.Frame((int)(packet * 7));
            byte[] expected = clear.ToArray();
            HMACSHA512.HashData(suite.MacKey, Numbered(packet, clear.AsSpan(..^64))).CopyTo(expected, expected.Length - 64);
            stream.Apply(expected.AsSpan(..^64));
            suite.Seal(packet, clear).ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData("aes128-cbc")]
    [InlineData("aes192-cbc")]
    [InlineData("aes256-cbc")]
    [InlineData("3des-cbc")]
    public void Cbc_chains_over_all_packets(string cipher)
    {
        using var suite = new Suite(cipher, "hmac-sha1");
#pragma warning disable CA5350 // The algorithm under test.
        using SymmetricAlgorithm reference = cipher == "3des-cbc" ? TripleDES.Create() : Aes.Create();
#pragma warning restore CA5350
        reference.Key = suite.Key.ToArray();
        byte[] iv = suite.Iv.ToArray();
        for (uint packet = 0; packet < 20; packet++)
        {
            byte[] clear = suite.Frame((int)(packet * 9));
            byte[] encrypted = reference.EncryptCbc(clear.AsSpan(..^20), iv, PaddingMode.None);
            iv = encrypted[^iv.Length..];
#pragma warning disable CA5350
            byte[] expected = [.. encrypted, .. HMACSHA1.HashData(suite.MacKey, Numbered(packet, clear.AsSpan(..^20)))];
#pragma warning restore CA5350
            suite.Seal(packet, clear).ShouldBe(expected);
        }
    }

    private static byte[] Numbered(uint sequence, ReadOnlySpan<byte> data)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, sequence);
        return [.. number, .. data];
    }

    private sealed class ReferenceCtr : IDisposable
    {
        private readonly Aes _aes = Aes.Create();
        private readonly byte[] _counter;

        public ReferenceCtr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv)
        {
            _aes.Key = key.ToArray();
            _counter = iv.ToArray();
        }

        public void Apply(Span<byte> data)
        {
            for (int at = 0; at < data.Length; at += 16)
            {
                byte[] stream = _aes.EncryptEcb(_counter, PaddingMode.None);
                for (int i = 0; i < 16; i++)
                {
                    data[at + i] ^= stream[i];
                }

                for (int i = 15; i >= 0 && ++_counter[i] == 0; i--)
                {
                }
            }
        }

        public void Dispose() => _aes.Dispose();
    }
}
