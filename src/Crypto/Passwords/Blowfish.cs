using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>Blowfish with the expensive key schedule of Provos and Mazières ("A Future-Adaptable Password Scheme", 1999).</summary>
internal sealed class Blowfish : IDisposable
{
    private const int Subkeys = 18;
    private const int SBoxes = 4 * 256;

    private static readonly Lazy<uint[]> Initial = new(() => PiDigits.FractionWords(Subkeys + SBoxes));

    // P (18 words), then S0..S3 (256 words each).
    private readonly uint[] _state = GC.AllocateUninitializedArray<uint>(Subkeys + SBoxes, pinned: true);

    public Blowfish() => Reset();

    /// <summary>Back to the digits of π.</summary>
    public void Reset() => Initial.Value.CopyTo(_state, 0);

    /// <summary>ExpandKey of the paper: mixes a key in, and a salt between the rounds; an empty salt is all zeros.</summary>
    public void Expand(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> key)
    {
        int at = 0;
        for (int i = 0; i < Subkeys; i++)
        {
            _state[i] ^= NextWord(key, ref at);
        }

        at = 0;
        uint left = 0;
        uint right = 0;
        for (int i = 0; i < _state.Length; i += 2)
        {
            if (!salt.IsEmpty)
            {
                left ^= NextWord(salt, ref at);
                right ^= NextWord(salt, ref at);
            }

            Encrypt(ref left, ref right);
            _state[i] = left;
            _state[i + 1] = right;
        }
    }

    /// <summary>Encrypts one 64-bit block.</summary>
    public unsafe void Encrypt(ref uint left, ref uint right)
    {
        uint l = left;
        uint r = right;

        // Unsafe: this loop is all the time that bcrypt takes. Every index is a byte or a constant below the table's size.
        fixed (uint* p = _state)
        {
            uint* s = p + Subkeys;
            l ^= p[0];
            for (int round = 1; round <= 16; round += 2)
            {
                r ^= (((s[l >> 24] + s[256 + ((l >> 16) & 0xff)]) ^ s[512 + ((l >> 8) & 0xff)]) + s[768 + (l & 0xff)]) ^ p[round];
                l ^= (((s[r >> 24] + s[256 + ((r >> 16) & 0xff)]) ^ s[512 + ((r >> 8) & 0xff)]) + s[768 + (r & 0xff)]) ^ p[round + 1];
            }

            left = r ^ p[17];
            right = l;
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_state.AsSpan()));

    /// <summary>The next four bytes, big-endian, starting over at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NextWord(ReadOnlySpan<byte> bytes, ref int at)
    {
        uint word = 0;
        for (int i = 0; i < 4; i++)
        {
            if (at == bytes.Length)
            {
                at = 0;
            }

            word = (word << 8) | bytes[at++];
        }

        return word;
    }
}
