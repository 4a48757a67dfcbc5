using System.Buffers.Binary;
using System.Numerics;

namespace Hpc.Crypto.Passwords;

/// <summary>Unkeyed BLAKE2b (RFC 7693), as argon2 needs it.</summary>
internal ref struct Blake2b
{
    public const int MaxLength = 64;

    private const int BlockLength = 128;

    private readonly int _length;
    private readonly Span<ulong> _state;
    private readonly Span<byte> _block;
    private int _filled;
    private ulong _counter;

    /// <param name="length">Bytes of the digest, 1–64.</param>
    /// <param name="state">Room for eight words.</param>
    /// <param name="block">Room for 128 bytes.</param>
    private Blake2b(int length, Span<ulong> state, Span<byte> block)
    {
        _length = length;
        _state = state;
        _block = block;
        InitialVector.CopyTo(_state);
        _state[0] ^= 0x01010000UL ^ (uint)length;
    }

    private static ReadOnlySpan<ulong> InitialVector =>
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    private static ReadOnlySpan<byte> Sigma =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
    ];

    /// <summary>Digest of one message, as long as <paramref name="digest"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> message, Span<byte> digest) => Hash([], message, digest);

    /// <summary>Digest of <paramref name="prefix"/> followed by <paramref name="message"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> message, Span<byte> digest)
    {
        Span<ulong> state = stackalloc ulong[8];
        Span<byte> block = stackalloc byte[BlockLength];
        var hash = new Blake2b(digest.Length, state, block);
        hash.Append(prefix);
        hash.Append(message);
        hash.Finish(digest);
        state.Clear();
        block.Clear();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // The last block is compressed with its own flag, so a full one waits until more is known to come.
            if (_filled == BlockLength)
            {
                _counter += BlockLength;
                Compress(isLast: false);
                _filled = 0;
            }

            int take = Math.Min(BlockLength - _filled, bytes.Length);
            bytes[..take].CopyTo(_block[_filled..]);
            _filled += take;
            bytes = bytes[take..];
        }
    }

    private void Finish(Span<byte> digest)
    {
        _counter += (uint)_filled;
        _block[_filled..].Clear();
        Compress(isLast: true);
        Span<byte> full = stackalloc byte[MaxLength];
        for (int i = 0; i < 8; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(full[(i * 8)..], _state[i]);
        }

        full[.._length].CopyTo(digest);
    }

    private readonly void Compress(bool isLast)
    {
        Span<ulong> v = stackalloc ulong[16];
        Span<ulong> m = stackalloc ulong[16];
        _state.CopyTo(v);
        InitialVector.CopyTo(v[8..]);
        v[12] ^= _counter;
        if (isLast)
        {
            v[14] = ~v[14];
        }

        for (int i = 0; i < 16; i++)
        {
            m[i] = BinaryPrimitives.ReadUInt64LittleEndian(_block[(i * 8)..]);
        }

        for (int round = 0; round < 12; round++)
        {
            ReadOnlySpan<byte> s = Sigma.Slice(round % 10 * 16, 16);
            Mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
            Mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
            Mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
            Mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
            Mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
            Mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
            Mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
            Mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
        }

        for (int i = 0; i < 8; i++)
        {
            _state[i] ^= v[i] ^ v[i + 8];
        }
    }

    private static void Mix(Span<ulong> v, int a, int b, int c, int d, ulong x, ulong y)
    {
        v[a] += v[b] + x;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 32);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 24);
        v[a] += v[b] + y;
        v[d] = BitOperations.RotateRight(v[d] ^ v[a], 16);
        v[c] += v[d];
        v[b] = BitOperations.RotateRight(v[b] ^ v[c], 63);
    }
}
