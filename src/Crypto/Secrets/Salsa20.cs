using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Hpc.Crypto.Secrets;

/// <summary>Salsa20 and what is made of its core (D. J. Bernstein, "The Salsa20 family of stream ciphers", 2007, and "Extending the Salsa20 nonce", 2011).</summary>
internal static unsafe class Salsa20
{
    public const int KeyLength = 32;
    public const int BlockLength = 64;
    public const int ExtendedNonceLength = 24;

    private const int Words = 16;

    /// <summary>Key stream of XSalsa20 from its start.</summary>
    public static void ExtendedStream(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, Span<byte> stream)
    {
        Span<byte> subkey = stackalloc byte[KeyLength];
        Span<byte> block = stackalloc byte[BlockLength];
        Span<byte> input = stackalloc byte[16];
        Subkey(key, nonce[..16], subkey);
        nonce.Slice(16, 8).CopyTo(input);
        for (ulong counter = 0; !stream.IsEmpty; counter++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(input[8..], counter);
            Block(subkey, input, block);
            int take = Math.Min(BlockLength, stream.Length);
            block[..take].CopyTo(stream);
            stream = stream[take..];
        }

        CryptographicOperations.ZeroMemory(subkey);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <summary>HSalsa20: a key from a key and 16 bytes.</summary>
    public static void Subkey(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, Span<byte> subkey)
    {
        uint* x = stackalloc uint[Words];
        Load(key, input, x);
        Rounds(x, 20);
        ReadOnlySpan<byte> kept = [0, 5, 10, 15, 6, 7, 8, 9];
        for (int i = 0; i < kept.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(subkey[(i * 4)..], x[kept[i]]);
        }

        new Span<uint>(x, Words).Clear();
    }

    /// <summary>Rounds of the core without the addition of the input; an even number.</summary>
    public static void Rounds(uint* x, int rounds)
    {
        for (int i = 0; i < rounds; i += 2)
        {
            Quarter(x, 0, 4, 8, 12);
            Quarter(x, 5, 9, 13, 1);
            Quarter(x, 10, 14, 2, 6);
            Quarter(x, 15, 3, 7, 11);
            Quarter(x, 0, 1, 2, 3);
            Quarter(x, 5, 6, 7, 4);
            Quarter(x, 10, 11, 8, 9);
            Quarter(x, 15, 12, 13, 14);
        }
    }

    private static void Block(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, Span<byte> block)
    {
        uint* start = stackalloc uint[Words];
        uint* x = stackalloc uint[Words];
        Load(key, input, start);
        new Span<uint>(start, Words).CopyTo(new Span<uint>(x, Words));
        Rounds(x, 20);
        for (int i = 0; i < Words; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(block[(i * 4)..], x[i] + start[i]);
        }

        new Span<uint>(x, Words).Clear();
        new Span<uint>(start, Words).Clear();
    }

    // constant k k k | k constant n n | n n constant k | k k k constant
    private static void Load(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input, uint* x)
    {
        ReadOnlySpan<byte> constant = "expand 32-byte k"u8;
        for (int i = 0; i < 4; i++)
        {
            x[i * 5] = BinaryPrimitives.ReadUInt32LittleEndian(constant[(i * 4)..]);
            x[1 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(i * 4)..]);
            x[6 + i] = BinaryPrimitives.ReadUInt32LittleEndian(input[(i * 4)..]);
            x[11 + i] = BinaryPrimitives.ReadUInt32LittleEndian(key[(16 + (i * 4))..]);
        }
    }

    private static void Quarter(uint* x, int a, int b, int c, int d)
    {
        x[b] ^= BitOperations.RotateLeft(x[a] + x[d], 7);
        x[c] ^= BitOperations.RotateLeft(x[b] + x[a], 9);
        x[d] ^= BitOperations.RotateLeft(x[c] + x[b], 13);
        x[a] ^= BitOperations.RotateLeft(x[d] + x[c], 18);
    }
}
