using System.Globalization;
using System.Text.RegularExpressions;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Passwords;

/// <summary>What a ready hash may cost that does not come from somebody who may do everything: each login would cost as much.</summary>
internal static partial class HashCostLimits
{
    private const int MinBcryptCost = 12;
    private const int MoreBcryptCost = 2;
    private const long MinArgon2WorkKiB = 256 * 1024;
    private const int TimesArgon2Work = 4;
    private const long MaxPbkdf2Work = 1_000_000;
    private const int MaxCryptRounds = 100_000;
    private const long MaxYescryptMemory = 64 << 20;

    // Numbers of yescrypt of one letter each: 0 to 47.
    private const string YescryptLetters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghij";

    /// <summary>What is allowed, in words; null for a hash that is, and for what is no hash.</summary>
    public static string? WhyTooCostly(string hash, PasswordHashOptions configured)
    {
        ArgumentNullException.ThrowIfNull(configured);
        if (PasswordHash.CostOf(hash) is not { } cost)
        {
            return null;
        }

        int bcrypt = Math.Max(MinBcryptCost, configured.BcryptCost + MoreBcryptCost);
        long argon2 = Math.Max(MinArgon2WorkKiB, TimesArgon2Work * (long)configured.Argon2MemoryKiB * configured.Argon2Passes);
        return PasswordHash.AlgorithmOf(hash) switch
        {
            PasswordAlgorithm.Bcrypt => Above(Numbers(BcryptCost(), cost), bcrypt, $"a bcrypt hash of a cost up to {bcrypt}"),
            PasswordAlgorithm.Argon2id => Above(Numbers(Argon2Cost(), cost), argon2, $"an argon2id hash of up to {argon2} KiB times passes"),
            PasswordAlgorithm.Pbkdf2Sha1 or PasswordAlgorithm.Pbkdf2Sha256 or PasswordAlgorithm.Pbkdf2Sha512 =>
                Above(Numbers(Pbkdf2Cost(), cost), MaxPbkdf2Work, $"a hash of up to {MaxPbkdf2Work} iterations, counted for each block of the key"),
            PasswordAlgorithm.Sha256Crypt or PasswordAlgorithm.Sha512Crypt when cost.Contains("rounds=", StringComparison.Ordinal) =>
                Above(Numbers(CryptCost(), cost), MaxCryptRounds, $"a hash of up to {MaxCryptRounds} rounds"),
            PasswordAlgorithm.Yescrypt => Above(YescryptMemory(cost), MaxYescryptMemory, $"a yescrypt hash of up to {MaxYescryptMemory >> 20} MiB, without more lanes or time"),
            _ => null,
        };
    }

    private static string? Above(long value, long most, string allowed) => value > most ? allowed : null;

    // The product of a cost's numbers; one that cannot be read is above every limit.
    private static long Numbers(Regex form, string cost)
    {
        Match match = form.Match(cost);
        long product = match.Success ? 1 : long.MaxValue;
        for (int i = 1; match.Success && i < match.Groups.Count; i++)
        {
            product *= long.Parse(match.Groups[i].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        return product;
    }

    // $y$ flavour, log2 of the blocks less 1, units of 128 bytes in each less 1: what programs write has a letter for each and nothing behind.
    private static long YescryptMemory(string cost)
    {
        string[] parts = cost.Split('$');
        if (parts is not [_, _, { Length: 3 } letters, ..])
        {
            return long.MaxValue;
        }

        int blocks = YescryptLetters.IndexOf(letters[1], StringComparison.Ordinal);
        int size = YescryptLetters.IndexOf(letters[2], StringComparison.Ordinal);
        return blocks < 0 || size < 0 ? long.MaxValue : 128L * (size + 1) << (blocks + 1);
    }

    [GeneratedRegex(@"^\$2[aby]\$([0-9]{2})\$")]
    private static partial Regex BcryptCost();

    [GeneratedRegex(@"\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=")]
    private static partial Regex Argon2Cost();

    [GeneratedRegex(@"^\$pbkdf2-[a-z0-9]+\$([0-9]{1,9})\$x([0-9]{1,9})$")]
    private static partial Regex Pbkdf2Cost();

    [GeneratedRegex(@"rounds=([0-9]{1,9})\$")]
    private static partial Regex CryptCost();
}
