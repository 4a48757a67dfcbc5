using System.Buffers.Binary;
using System.Numerics;

namespace Hpc.Crypto.Tests.Packets;

/// <summary>ChaCha20 and Poly1305 written out plainly from RFC 8439, to compare with.</summary>
internal static class ReferenceChaChaPoly
{
    /// <summary>XORs the keystream of the original layout: 64-bit counter, 64-bit nonce.</summary>
    public static void ChaCha20(ReadOnlySpan<byte> key, ulong counter, ReadOnlySpan<byte> nonce, Span<byte> data)
    {
        uint[] start = new uint[16];
        "expand 32-byte k"u8.ToArray().Chunk(4).Select(chunk => BinaryPrimitives.ReadUInt32LittleEndian(chunk)).ToArray().CopyTo(start, 0);
        for (int i = 0; i < 8; i++)
        {
            start[4 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
        }

        start[14] = BinaryPrimitives.ReadUInt32LittleEndian(nonce);
        start[15] = BinaryPrimitives.ReadUInt32LittleEndian(nonce[4..]);
        Span<byte> block = stackalloc byte[64];
        for (int at = 0; at < data.Length; at += 64, counter++)
        {
            start[12] = (uint)counter;
            start[13] = (uint)(counter >> 32);
            uint[] x = (uint[])start.Clone();
            for (int round = 0; round < 10; round++)
            {
                for (int i = 0; i < 4; i++)
                {
                    Quarter(x, i, 4 + i, 8 + i, 12 + i);
                }

                for (int i = 0; i < 4; i++)
                {
                    Quarter(x, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4));
                }
            }

            for (int i = 0; i < 16; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(block[(4 * i)..], x[i] + start[i]);
            }

            for (int i = 0; i < Math.Min(64, data.Length - at); i++)
            {
                data[at + i] ^= block[i];
            }
        }
    }

    public static byte[] Poly1305(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        BigInteger prime = (BigInteger.One << 130) - 5;
        BigInteger clamp = BigInteger.Parse("0ffffffc0ffffffc0ffffffc0fffffff", System.Globalization.NumberStyles.HexNumber, null);
        BigInteger r = new BigInteger(key[..16], isUnsigned: true) & clamp;
        BigInteger accumulator = 0;
        for (int at = 0; at < data.Length; at += 16)
        {
            byte[] block = [.. data.Slice(at, Math.Min(16, data.Length - at)), 1];
            accumulator = (accumulator + new BigInteger(block, isUnsigned: true)) * r % prime;
        }

        BigInteger tag = (accumulator + new BigInteger(key[16..], isUnsigned: true)) & ((BigInteger.One << 128) - 1);
        byte[] bytes = new byte[16];
        tag.TryWriteBytes(bytes, out _, isUnsigned: true);
        return bytes;
    }

    private static void Quarter(uint[] x, int a, int b, int c, int d)
    {
        x[a] += x[b];
        x[d] = BitOperations.RotateLeft(x[d] ^ x[a], 16);
        x[c] += x[d];
        x[b] = BitOperations.RotateLeft(x[b] ^ x[c], 12);
        x[a] += x[b];
        x[d] = BitOperations.RotateLeft(x[d] ^ x[a], 8);
        x[c] += x[d];
        x[b] = BitOperations.RotateLeft(x[b] ^ x[c], 7);
    }
}
