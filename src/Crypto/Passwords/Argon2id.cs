using System.Globalization;
using System.Security.Cryptography;

namespace Hpc.Crypto.Passwords;

/// <summary>argon2id hashes in PHC form: <c>$argon2id$v=19$m=&lt;KiB&gt;,t=&lt;passes&gt;,p=&lt;lanes&gt;$&lt;salt&gt;$&lt;hash&gt;</c>, base64 without padding.</summary>
internal static class Argon2id
{
    public const string Prefix = "$argon2id$";

    private const int SaltLength = 16;
    private const int TagLength = 32;
    private const int MinSaltLength = 8;
    private const int MaxSaltLength = 64;

    // Shorter tags could be hit by chance; longer ones are never written.
    private const int MinTagLength = 16;
    private const int MaxTagLength = 64;

    public static string Hash(ReadOnlySpan<byte> password, Argon2Parameters parameters)
    {
        Span<byte> salt = stackalloc byte[SaltLength];
        RandomNumberGenerator.Fill(salt);
        Span<byte> tag = stackalloc byte[TagLength];
        Compute(new Argon2Input(password, salt), parameters, tag);
        return Format(parameters, salt, tag);
    }

    public static string Decoy(Argon2Parameters parameters) =>
        Format(parameters, RandomNumberGenerator.GetBytes(SaltLength), RandomNumberGenerator.GetBytes(TagLength));

    public static bool Verify(string encoded, ReadOnlySpan<byte> password)
    {
        if (!TryParse(encoded, out Argon2Parameters parameters, out byte[] salt, out byte[] expected))
        {
            return false;
        }

        Span<byte> actual = stackalloc byte[MaxTagLength];
        actual = actual[..expected.Length];
        Compute(new Argon2Input(password, salt), parameters, actual);
        return CryptographicOperations.FixedTimeEquals(actual, expected);
    }

    public static bool TryParse(string encoded, out Argon2Parameters parameters, out byte[] salt, out byte[] tag)
    {
        parameters = default;
        salt = tag = [];

        // $argon2id$v=19$m=..,t=..,p=..$salt$tag
        string[] parts = encoded.Split('$', 7);
        if (parts is not ["", "argon2id", "v=19", string costs, string saltText, string tagText] || !TryParseCosts(costs, out parameters))
        {
            return false;
        }

        return TryFromBase64(saltText, MinSaltLength, MaxSaltLength, out salt)
            && TryFromBase64(tagText, MinTagLength, MaxTagLength, out tag);
    }

    private static string Format(Argon2Parameters parameters, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> tag) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Prefix}v=19$m={parameters.MemoryKiB},t={parameters.Passes},p={parameters.Lanes}${ToBase64(salt)}${ToBase64(tag)}");

    private static void Compute(in Argon2Input input, Argon2Parameters parameters, Span<byte> tag)
    {
        if (Argon2Native.IsAvailable)
        {
            Argon2Native.Hash(input, parameters, tag);
        }
        else
        {
            Argon2Managed.Hash(input, parameters, tag);
        }
    }

    private static bool TryParseCosts(string text, out Argon2Parameters parameters)
    {
        parameters = default;
        string[] costs = text.Split(',', 4);
        if (costs.Length != 3
            || !TryParseCost(costs[0], "m=", out int memory)
            || !TryParseCost(costs[1], "t=", out int passes)
            || !TryParseCost(costs[2], "p=", out int lanes))
        {
            return false;
        }

        parameters = new Argon2Parameters(memory, passes, lanes);
        return parameters.AreValid;
    }

    private static bool TryParseCost(string text, string name, out int value)
    {
        value = 0;
        return text.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static string ToBase64(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static bool TryFromBase64(string text, int minLength, int maxLength, out byte[] bytes)
    {
        bytes = [];
        if (text.Length > (maxLength + 2) / 3 * 4 || text.AsSpan().ContainsAny('=', ' ') || text.AsSpan().ContainsAny("\r\n\t"))
        {
            return false;
        }

        Span<byte> room = stackalloc byte[MaxTagLength + 3];
        if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), room, out int written)
            || written < minLength
            || written > maxLength)
        {
            return false;
        }

        bytes = room[..written].ToArray();
        return true;
    }
}
