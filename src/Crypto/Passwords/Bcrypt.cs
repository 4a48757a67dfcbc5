using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Hpc.Crypto.Passwords;

/// <summary>
/// bcrypt password hashes: <c>$2a$&lt;cost&gt;$&lt;22 characters of salt&gt;&lt;31 characters of hash&gt;</c>. <c>$2b$</c> and <c>$2y$</c> name the
/// same algorithm in other programs; <c>$2a$</c> is what all of them read.
/// </summary>
internal static class Bcrypt
{
    public const int MinCost = 4;
    public const int MaxCost = 31;
    public const int DefaultCost = 10;

    // Each step doubles the time: 16 takes seconds, 31 days. A stored hash names its own cost.
    public const int MaxVerifiedCost = 16;

    public const string Prefix = "$2a$";

    // bcrypt looks at this many bytes of the password (with its final NUL) and at no more.
    public const int MaxKeyLength = 72;

    private const int SaltLength = 16;
    private const int HashLength = 23;
    private const int TextLength = 60;
    private const int SaltAt = 7;
    private const int SaltTextLength = 22;

    private static readonly uint[] Magic = ToWords("OrpheanBeholderScryDoubt"u8);

    public static string Hash(ReadOnlySpan<byte> password, int cost)
    {
        Span<byte> salt = stackalloc byte[SaltLength];
        RandomNumberGenerator.Fill(salt);
        Span<byte> hash = stackalloc byte[HashLength];
        Compute(password, salt, cost, hash);
        return Format(Start(cost), salt, hash);
    }

    public static string DecoyOf(int cost) =>
        Format(Start(cost), RandomNumberGenerator.GetBytes(SaltLength), RandomNumberGenerator.GetBytes(HashLength));

    /// <summary>The part in front of the salt.</summary>
    public static string Start(int cost) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{cost:00}$");

    public static bool Verify(string encoded, ReadOnlySpan<byte> password)
    {
        Span<byte> salt = stackalloc byte[SaltLength];
        Span<byte> expected = stackalloc byte[HashLength];
        if (!TryParse(encoded, out int cost, salt, expected))
        {
            return false;
        }

        Span<byte> actual = stackalloc byte[HashLength];
        Compute(password, salt, cost, actual);
        return CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    public static bool TryReadCost(string encoded, out int cost)
    {
        Span<byte> salt = stackalloc byte[SaltLength];
        Span<byte> hash = stackalloc byte[HashLength];
        return TryParse(encoded, out cost, salt, hash);
    }

    private static string Format(string prefix, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> hash)
    {
        var text = new StringBuilder(prefix, TextLength);
        BcryptBase64.Append(text, salt);
        BcryptBase64.Append(text, hash);
        return text.ToString();
    }

    private static bool TryParse(string encoded, out int cost, Span<byte> salt, Span<byte> hash)
    {
        cost = 0;
        return encoded.Length == TextLength
            && encoded.StartsWith("$2", StringComparison.Ordinal)
            && encoded[2] is 'a' or 'b' or 'y'
            && encoded[3] == '$'
            && encoded[6] == '$'
            && int.TryParse(encoded.AsSpan(4, 2), NumberStyles.None, CultureInfo.InvariantCulture, out cost)
            && cost is >= MinCost and <= MaxCost
            && BcryptBase64.TryDecode(encoded.AsSpan(SaltAt, SaltTextLength), salt)
            && BcryptBase64.TryDecode(encoded.AsSpan(SaltAt + SaltTextLength), hash);
    }

    private static void Compute(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int cost, Span<byte> hash)
    {
        Span<byte> keyRoom = stackalloc byte[MaxKeyLength];
        keyRoom.Clear();
        int used = Math.Min(password.Length, MaxKeyLength);
        password[..used].CopyTo(keyRoom);
        ReadOnlySpan<byte> key = keyRoom[..Math.Min(used + 1, MaxKeyLength)];

        using var cipher = new Blowfish();
        cipher.Expand(salt, key);
        for (long i = 1L << cost; i > 0; i--)
        {
            cipher.Expand([], key);
            cipher.Expand([], salt);
        }

        Span<uint> words = stackalloc uint[6];
        Magic.CopyTo(words);
        for (int block = 0; block < words.Length; block += 2)
        {
            for (int i = 0; i < 64; i++)
            {
                cipher.Encrypt(ref words[block], ref words[block + 1]);
            }
        }

        // 24 bytes come out; bcrypt has always kept 23.
        Span<byte> full = stackalloc byte[24];
        for (int i = 0; i < words.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(full[(i * 4)..], words[i]);
        }

        full[..HashLength].CopyTo(hash);
        CryptographicOperations.ZeroMemory(keyRoom);
    }

    private static uint[] ToWords(ReadOnlySpan<byte> text)
    {
        var words = new uint[text.Length / 4];
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(text[(i * 4)..]);
        }

        return words;
    }
}
