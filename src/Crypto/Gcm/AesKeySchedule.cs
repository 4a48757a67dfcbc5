using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hpc.Crypto.Gcm;

/// <summary>The key expansion of FIPS 197 §5.2 by AESKEYGENASSIST: no table, so no timing that depends on the key.</summary>
/// <remarks>Unsafe because the round keys live in the native block of <see cref="AesGcmKey"/>.</remarks>
internal static unsafe class AesKeySchedule
{
    // Words of the assist: 1 is SubWord of the last word, 3 the same rotated and with the round constant.
    private const byte RotatedWord = 0xFF;
    private const byte PlainWord = 0xAA;

    public static void Expand(ReadOnlySpan<byte> key, Vector128<byte>* roundKeys)
    {
        if (key.Length == 16)
        {
            Expand128(key, roundKeys);
        }
        else
        {
            Expand256(key, roundKeys);
        }
    }

    private static void Expand128(ReadOnlySpan<byte> key, Vector128<byte>* keys)
    {
        keys[0] = Vector128.Create(key);
        keys[1] = Next(keys[0], Aes.KeygenAssist(keys[0], 0x01), RotatedWord);
        keys[2] = Next(keys[1], Aes.KeygenAssist(keys[1], 0x02), RotatedWord);
        keys[3] = Next(keys[2], Aes.KeygenAssist(keys[2], 0x04), RotatedWord);
        keys[4] = Next(keys[3], Aes.KeygenAssist(keys[3], 0x08), RotatedWord);
        keys[5] = Next(keys[4], Aes.KeygenAssist(keys[4], 0x10), RotatedWord);
        keys[6] = Next(keys[5], Aes.KeygenAssist(keys[5], 0x20), RotatedWord);
        keys[7] = Next(keys[6], Aes.KeygenAssist(keys[6], 0x40), RotatedWord);
        keys[8] = Next(keys[7], Aes.KeygenAssist(keys[7], 0x80), RotatedWord);
        keys[9] = Next(keys[8], Aes.KeygenAssist(keys[8], 0x1B), RotatedWord);
        keys[10] = Next(keys[9], Aes.KeygenAssist(keys[9], 0x36), RotatedWord);
    }

    private static void Expand256(ReadOnlySpan<byte> key, Vector128<byte>* keys)
    {
        keys[0] = Vector128.Create(key[..16]);
        keys[1] = Vector128.Create(key[16..]);
        keys[2] = Next(keys[0], Aes.KeygenAssist(keys[1], 0x01), RotatedWord);
        keys[3] = Next(keys[1], Aes.KeygenAssist(keys[2], 0x00), PlainWord);
        keys[4] = Next(keys[2], Aes.KeygenAssist(keys[3], 0x02), RotatedWord);
        keys[5] = Next(keys[3], Aes.KeygenAssist(keys[4], 0x00), PlainWord);
        keys[6] = Next(keys[4], Aes.KeygenAssist(keys[5], 0x04), RotatedWord);
        keys[7] = Next(keys[5], Aes.KeygenAssist(keys[6], 0x00), PlainWord);
        keys[8] = Next(keys[6], Aes.KeygenAssist(keys[7], 0x08), RotatedWord);
        keys[9] = Next(keys[7], Aes.KeygenAssist(keys[8], 0x00), PlainWord);
        keys[10] = Next(keys[8], Aes.KeygenAssist(keys[9], 0x10), RotatedWord);
        keys[11] = Next(keys[9], Aes.KeygenAssist(keys[10], 0x00), PlainWord);
        keys[12] = Next(keys[10], Aes.KeygenAssist(keys[11], 0x20), RotatedWord);
        keys[13] = Next(keys[11], Aes.KeygenAssist(keys[12], 0x00), PlainWord);
        keys[14] = Next(keys[12], Aes.KeygenAssist(keys[13], 0x40), RotatedWord);
    }

    private static Vector128<byte> Next(Vector128<byte> key, Vector128<byte> assist, byte word)
    {
        Vector128<byte> substituted = word == RotatedWord
            ? Sse2.Shuffle(assist.AsInt32(), RotatedWord).AsByte()
            : Sse2.Shuffle(assist.AsInt32(), PlainWord).AsByte();

        // Every word is the XOR of all the words up to it.
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 4);
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 8);
        return key ^ substituted;
    }
}
