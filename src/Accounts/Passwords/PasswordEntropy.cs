using System.Text;

namespace Hpc.Accounts.Passwords;

/// <summary>
/// How hard a password is to guess, in bits: log2 of the number of characters it seems to be chosen from, times its length (R10.9).
/// Of a character that repeats, and of a run of neighbours (abc, 987, qwerty), two count.
/// </summary>
public static class PasswordEntropy
{
    private const string SomeSpecials = "!@$&*";
    private const string Separators = "_-., ";
    private const string OtherSpecials = "\"#%'()+/:;<=>?[\\]^{|}~`";

    private static readonly string[] Rows = ["0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"];

    /// <summary>The entropy of a password.</summary>
    public static double Of(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        int alphabet = AlphabetOf(password);
        return alphabet < 2 ? 0 : Math.Log2(alphabet) * LengthOf(password);
    }

    private static int AlphabetOf(string password)
    {
        int size = 0;
        size += password.Any(char.IsAsciiLetterLower) ? 26 : 0;
        size += password.Any(char.IsAsciiLetterUpper) ? 26 : 0;
        size += password.Any(char.IsAsciiDigit) ? 10 : 0;
        foreach (string set in (ReadOnlySpan<string>)[SomeSpecials, Separators, OtherSpecials])
        {
            size += password.AsSpan().IndexOfAny(set) >= 0 ? set.Length : 0;
        }

        // Of other scripts each character counts as itself: nobody knows how many of them the user would choose from.
        return size + password.EnumerateRunes().Where(rune => !rune.IsAscii).Distinct().Count();
    }

    private static int LengthOf(string password)
    {
        Rune[] runes = [.. password.EnumerateRunes().Select(Rune.ToLowerInvariant)];
        int length = Math.Min(runes.Length, 2);
        for (int at = 2; at < runes.Length; at++)
        {
            bool isRepeat = runes[at] == runes[at - 1] && runes[at] == runes[at - 2];
            length += isRepeat || IsRun(runes[at - 2], runes[at - 1], runes[at]) ? 0 : 1;
        }

        return length;
    }

    private static bool IsRun(Rune first, Rune second, Rune third)
    {
        foreach (string row in Rows)
        {
            int a = IndexOf(row, first);
            int b = IndexOf(row, second);
            int c = IndexOf(row, third);
            if (a >= 0 && b >= 0 && c >= 0 && ((b == a + 1 && c == b + 1) || (b == a - 1 && c == b - 1)))
            {
                return true;
            }
        }

        return false;
    }

    private static int IndexOf(string row, Rune rune) => rune.IsAscii ? row.IndexOf((char)rune.Value, StringComparison.Ordinal) : -1;
}
