using System.Text;
using Hpc.Crypto.Passwords;

namespace Hpc.Accounts.Passwords;

/// <summary>Compares new passwords with the rules.</summary>
public static class PasswordChecker
{
    /// <summary>What a password must be and is not, in words; null if it will do. Nothing of the password is in it.</summary>
    /// <param name="password">The password in plain.</param>
    /// <param name="rules">What is asked of it.</param>
    /// <param name="maxBytes">Bytes of UTF-8 that new hashes are made of (<see cref="Authentication.IPasswordHasher.MaxPasswordBytes"/>).</param>
    public static string? FindFault(string password, PasswordRules rules, int maxBytes = PasswordHash.MaxPasswordLength)
    {
        ArgumentNullException.ThrowIfNull(password);
        ArgumentNullException.ThrowIfNull(rules);
        if (!IsUsable(password, maxBytes))
        {
            return $"a password of 1 to {maxBytes} bytes of UTF-8 without NUL";
        }

        Rune[] runes = [.. password.EnumerateRunes()];
        var faults = new List<string>();
        Count(faults, runes.Length, rules.Length, "characters");
        Count(faults, runes.Count(Rune.IsUpper), rules.Uppers, "upper case letters");
        Count(faults, runes.Count(Rune.IsLower), rules.Lowers, "lower case letters");
        Count(faults, runes.Count(Rune.IsDigit), rules.Digits, "digits");
        Count(faults, runes.Count(rune => !Rune.IsLetterOrDigit(rune)), rules.Specials, "characters that are neither letters nor digits");
        if (rules.MinEntropy > 0 && PasswordEntropy.Of(password) < rules.MinEntropy)
        {
            faults.Add($"an entropy of at least {rules.MinEntropy:0.##} bits: make it longer, or of more kinds of characters");
        }

        return faults.Count == 0 ? null : "a password with " + string.Join(", ", faults);
    }

    private static bool IsUsable(string password, int maxBytes)
    {
        if (password.Length > maxBytes)
        {
            return false;
        }

        // Half of a surrogate pair has no UTF-8: two different passwords would be one.
        for (int at = 0; at < password.Length; at += char.IsSurrogate(password[at]) ? 2 : 1)
        {
            if (!Rune.TryGetRuneAt(password, at, out _))
            {
                return false;
            }
        }

        byte[] bytes = Encoding.UTF8.GetBytes(password);
        return bytes.Length <= maxBytes && PasswordHash.IsUsable(bytes);
    }

    private static void Count(List<string> faults, int found, int least, string what)
    {
        if (found < least)
        {
            faults.Add($"at least {least} {what}");
        }
    }
}
