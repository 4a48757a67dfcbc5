using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>
/// <c>$y$parameters$salt$hash</c>. Numbers and bytes are written in crypt(3)'s letters: numbers in one to six with the short ones for the
/// small, bytes three in four letters, the lowest bits first.
/// </summary>
internal static class YescryptText
{
    public const string Prefix = "$y$";
    public const int HashTextLength = 43;
    public const int HashLength = 32;
    public const int MaxSaltLength = 64;

    // YESCRYPT_RW with 6 rounds, 4 lanes of gathering, 2 of SIMD and 12 KiB of S-boxes: the one flavour that programs write.
    private const uint DefaultFlavour = 47;

    private const uint HasLanes = 1;
    private const uint HasTime = 2;

    public static bool TryParse(string hash, out YescryptParameters parameters, out byte[] salt)
    {
        parameters = default;
        salt = [];
        string[] parts = hash.Split('$', 6);
        return parts is ["", "y", string costs, string saltText, string hashText]
            && TryReadParameters(costs, out parameters)
            && TryDecode(saltText, MaxSaltLength, out salt)
            && hashText.Length == HashTextLength
            && TryDecode(hashText, HashLength, out byte[] digest)
            && digest.Length == HashLength;
    }

    /// <summary>The part in front of the salt.</summary>
    public static string Start(string hash) => hash[..(hash.IndexOf('$', Prefix.Length) + 1)];

    public static string DecoyLike(string hash) =>
        $"{Start(hash)}{Encode(RandomNumberGenerator.GetBytes(16))}${Encode(RandomNumberGenerator.GetBytes(HashLength))}";

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[((MaxSaltLength * 8) + 5) / 6];
        int at = 0;
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(3, bytes.Length);
            uint group = 0;
            for (int i = 0; i < count; i++)
            {
                group |= (uint)bytes[i] << (8 * i);
            }

            at = PasswordText.WriteCrypt64(text, at, group, count + 1);
            bytes = bytes[count..];
        }

        return text[..at].ToString();
    }

    private static bool TryReadParameters(ReadOnlySpan<char> text, out YescryptParameters parameters)
    {
        parameters = default;
        if (!TryReadNumber(ref text, 0, out uint flavour)
            || flavour != DefaultFlavour
            || !TryReadNumber(ref text, 1, out uint blocksLog2)
            || !TryReadNumber(ref text, 1, out uint blockSize))
        {
            return false;
        }

        uint lanes = 1;
        uint time = 0;
        if (!text.IsEmpty)
        {
            // Upgraded hashes (4) and hashes over a file (8) are read by nobody.
            if (!TryReadNumber(ref text, 1, out uint has)
                || (has & ~(HasLanes | HasTime)) != 0
                || ((has & HasLanes) != 0 && !TryReadNumber(ref text, 2, out lanes))
                || ((has & HasTime) != 0 && !TryReadNumber(ref text, 1, out time))
                || !text.IsEmpty)
            {
                return false;
            }
        }

        if (blocksLog2 > 30 || blockSize > int.MaxValue || lanes > int.MaxValue || time > int.MaxValue)
        {
            return false;
        }

        parameters = new YescryptParameters((int)blocksLog2, (int)blockSize, (int)lanes, (int)time);
        return parameters.AreValid;
    }

    /// <summary>The first letter tells how many follow: 48 values with none, 8 with one, 4 with two, 2 with three, 1 with four, 1 with five.</summary>
    private static bool TryReadNumber(ref ReadOnlySpan<char> text, uint min, out uint value)
    {
        value = min;
        if (!TryReadLetter(ref text, out uint letter))
        {
            return false;
        }

        uint start = 0;
        uint end = 47;
        int bits = 0;
        while (letter > end)
        {
            value += (end + 1 - start) << bits;
            start = end + 1;
            end = start + ((62 - end) / 2);
            bits += 6;
        }

        value += (letter - start) << bits;
        while (bits > 0)
        {
            bits -= 6;
            if (!TryReadLetter(ref text, out letter))
            {
                return false;
            }

            value += letter << bits;
        }

        return true;
    }

    private static bool TryReadLetter(ref ReadOnlySpan<char> text, out uint value)
    {
        int index = text.IsEmpty ? -1 : PasswordText.Crypt64.IndexOf(text[0], StringComparison.Ordinal);
        value = (uint)index;
        if (index < 0)
        {
            return false;
        }

        text = text[1..];
        return true;
    }

    private static bool TryDecode(ReadOnlySpan<char> text, int maxLength, out byte[] bytes)
    {
        bytes = [];
        var room = new byte[(text.Length * 6) / 8];
        int at = 0;
        while (!text.IsEmpty)
        {
            uint group = 0;
            int bits = 0;
            for (; bits < 24 && !text.IsEmpty; bits += 6)
            {
                if (!TryReadLetter(ref text, out uint value))
                {
                    return false;
                }

                group |= value << bits;
            }

            // One letter alone is no byte, and bits beyond the last byte are zero.
            if (bits < 12)
            {
                return false;
            }

            for (; bits >= 8; bits -= 8)
            {
                room[at++] = (byte)group;
                group >>= 8;
            }

            if (group != 0)
            {
                return false;
            }
        }

        bytes = room;
        return at == room.Length && at <= maxLength;
    }
}
