using System.Numerics;

namespace Hpc.Crypto.Passwords;

/// <summary>The binary digits of π, of which Blowfish's initial subkeys and S-boxes are made.</summary>
internal static class PiDigits
{
    // Every division rounds down by less than one unit; 64 bits hold the sum of all those errors many times over.
    private const int GuardBits = 64;

    /// <summary>The first <paramref name="count"/> 32-bit words of the fraction of π, most significant first: 0x243F6A88, 0x85A308D3, ….</summary>
    public static uint[] FractionWords(int count)
    {
        int bits = (count * 32) + GuardBits;

        // Machin: π = 16·atan(1/5) − 4·atan(1/239).
        BigInteger pi = (16 * InverseTangent(5, bits)) - (4 * InverseTangent(239, bits));
        BigInteger fraction = (pi - (new BigInteger(3) << bits)) >> GuardBits;

        byte[] bytes = fraction.ToByteArray(isUnsigned: true, isBigEndian: true);
        var words = new uint[count];
        int lead = (count * 4) - bytes.Length;
        for (int i = 0; i < bytes.Length; i++)
        {
            int at = lead + i;
            words[at / 4] |= (uint)bytes[i] << (24 - (8 * (at % 4)));
        }

        return words;
    }

    /// <summary>atan(1/x)·2^bits by its Taylor series.</summary>
    private static BigInteger InverseTangent(int x, int bits)
    {
        BigInteger power = (BigInteger.One << bits) / x;
        BigInteger sum = power;
        int square = x * x;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power /= square;
            BigInteger term = power / n;
            sum = (n & 2) != 0 ? sum - term : sum + term;
        }

        return sum;
    }
}
