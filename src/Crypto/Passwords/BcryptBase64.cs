using System.Text;

namespace Hpc.Crypto.Passwords;

/// <summary>bcrypt's own base64: another alphabet, no padding.</summary>
internal static class BcryptBase64
{
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static void Append(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        int bits = 0;
        uint pending = 0;
        foreach (byte value in bytes)
        {
            pending = (pending << 8) | value;
            bits += 8;
            while (bits >= 6)
            {
                bits -= 6;
                text.Append(Alphabet[(int)((pending >> bits) & 63)]);
            }
        }

        if (bits > 0)
        {
            text.Append(Alphabet[(int)((pending << (6 - bits)) & 63)]);
        }
    }

    /// <summary>Fills <paramref name="bytes"/>; the unused low bits of the last character may be anything, as in every bcrypt.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        int bits = 0;
        uint pending = 0;
        int at = 0;
        foreach (char letter in text)
        {
            int value = Alphabet.IndexOf(letter, StringComparison.Ordinal);
            if (value < 0)
            {
                return false;
            }

            pending = (pending << 6) | (uint)value;
            bits += 6;
            if (bits >= 8 && at < bytes.Length)
            {
                bits -= 8;
                bytes[at++] = (byte)(pending >> bits);
            }
        }

        return at == bytes.Length;
    }
}
