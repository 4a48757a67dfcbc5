using System.Security.Cryptography;

namespace Hpc.Accounts.SecondFactor;

/// <summary>Codes that stand in for one-time passwords (R2.31).</summary>
public static class RecoveryCodes
{
    /// <summary>How many are made at once.</summary>
    public const int Count = 12;

    /// <summary>Longest code that is looked for.</summary>
    public const int MaxLength = 64;

    // 80 bits: 16 characters of base32 in four groups.
    private const int Bytes = 10;

    /// <summary>A new set.</summary>
    public static IReadOnlyList<string> New() => [.. Enumerable.Range(0, Count).Select(static _ => NewCode())];

    /// <summary>True if a text may be a code and is no one-time password.</summary>
    public static bool MayBe(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > Totp.Digits and <= MaxLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
    }

    private static string NewCode()
    {
        string text = Base32.Encode(RandomNumberGenerator.GetBytes(Bytes));
        return $"{text[..4]}-{text[4..8]}-{text[8..12]}-{text[12..]}";
    }
}
