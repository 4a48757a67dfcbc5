using System.Buffers;
using System.Globalization;

namespace Hpc.Crypto.Passwords;

/// <summary>Pieces of encoded hashes.</summary>
internal static class PasswordText
{
    /// <summary>The alphabet of crypt(3), in the order of its values.</summary>
    public const string Crypt64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static readonly SearchValues<char> Crypt64Letters = SearchValues.Create(Crypt64);

    /// <summary>A number of 1 to 10 digits without sign, spaces or leading zeros.</summary>
    public static bool TryReadNumber(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        return text.Length is >= 1 and <= 10
            && text[0] != '0'
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Standard base64 with its padding and nothing else.</summary>
    public static bool TryFromBase64(string text, out byte[] bytes)
    {
        bytes = new byte[((text.Length / 4) * 3) + 3];
        if (text.Length % 4 != 0 || text.AsSpan().ContainsAny(" \t\r\n") || !Convert.TryFromBase64String(text, bytes, out int written))
        {
            bytes = [];
            return false;
        }

        bytes = bytes[..written];
        return true;
    }

    /// <summary>Visible ASCII without the separators of passwd files, as crypt(3) takes salts.</summary>
    public static bool IsCryptSalt(ReadOnlySpan<char> salt, int maxLength) =>
        salt.Length <= maxLength && !salt.ContainsAnyExceptInRange('!', '~') && !salt.ContainsAny('$', ':', '\\');

    /// <summary>Appends 24 bits as four letters or fewer, the lowest six bits first.</summary>
    public static int WriteCrypt64(Span<char> text, int at, uint value, int letters)
    {
        for (int i = 0; i < letters; i++)
        {
            text[at++] = Crypt64[(int)(value & 63)];
            value >>= 6;
        }

        return at;
    }

    /// <summary>Compares two texts in constant time.</summary>
    public static bool FixedTimeEquals(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(left),
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(right));
}
