using System.Globalization;
using System.Text;

namespace Hpc.Accounts;

/// <summary>What a user name may be. Names are compared byte by byte: no case folding, no normalisation.</summary>
public static class UserNameRules
{
    /// <summary>Longest name, in UTF-8 bytes.</summary>
    public const int MaxLength = 255;

    /// <summary>The rule in words.</summary>
    public const string Allowed = "1 to 255 bytes of UTF-8 without '/', line breaks or other control characters, and neither '.' nor '..'";

    /// <summary>True if a user can have this name.</summary>
    public static bool IsValid(string? userName)
    {
        // A UTF-16 unit is at least one byte of UTF-8, so the first comparison bounds the scan.
        if (string.IsNullOrEmpty(userName) || userName.Length > MaxLength || userName is "." or "..")
        {
            return false;
        }

        int bytes = 0;
        for (int at = 0; at < userName.Length;)
        {
            if (!Rune.TryGetRuneAt(userName, at, out Rune rune) || !IsAllowed(rune))
            {
                return false;
            }

            bytes += rune.Utf8SequenceLength;
            at += rune.Utf16SequenceLength;
        }

        return bytes <= MaxLength;
    }

    private static bool IsAllowed(Rune rune) =>
        rune.Value != '/'
        && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
