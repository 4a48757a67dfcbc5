using System.Diagnostics.CodeAnalysis;

namespace Hpc.Accounts.SecondFactor;

/// <summary>Base32 (RFC 4648 §6) without padding, as authenticators write secrets.</summary>
internal static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int MaxLength = 1024;

    public static string Encode(ReadOnlySpan<byte> data)
    {
        var text = new char[((data.Length * 8) + 4) / 5];
        int buffer = 0;
        int bits = 0;
        int at = 0;
        foreach (byte value in data)
        {
            buffer = (buffer << 8) | value;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[at++] = Alphabet[(buffer >> bits) & 31];
            }

            buffer &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            text[at] = Alphabet[(buffer << (5 - bits)) & 31];
        }

        return new string(text);
    }

    /// <summary>Reads either case, with or without padding and blanks between groups.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? data)
    {
        data = null;
        text = text.Trim().TrimEnd('=');
        if (text.IsEmpty || text.Length > MaxLength)
        {
            return false;
        }

        var bytes = new List<byte>(text.Length * 5 / 8);
        int buffer = 0;
        int bits = 0;
        foreach (char c in text)
        {
            if (c is ' ' or '-')
            {
                continue;
            }

            int value = char.IsAscii(c) ? Alphabet.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal) : -1;
            if (value < 0)
            {
                return false;
            }

            buffer = (buffer << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
                buffer &= (1 << bits) - 1;
            }
        }

        data = [.. bytes];
        return data.Length > 0;
    }
}
