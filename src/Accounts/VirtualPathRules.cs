using System.Globalization;
using System.Text;
using Hpc.Storage;

namespace Hpc.Accounts;

/// <summary>What a virtual path may be in an account: one spelling for each place, and nothing that a terminal would obey.</summary>
public static class VirtualPathRules
{
    /// <summary>The rule in words.</summary>
    public const string Allowed = "an absolute path like /in/reports, at most 4096 bytes of UTF-8, without '.', '..', '//', a slash at the end or control characters";

    /// <summary>True if an account can name this path.</summary>
    public static bool IsValid(string? path) =>
        IsPlain(path) && VirtualPath.TryParse(Encoding.UTF8.GetBytes(path!), VirtualPath.Root, out VirtualPath normalised) && normalised.ToString() == path;

    // A UTF-16 unit is at least one byte of UTF-8, so the first comparison bounds the scan.
    private static bool IsPlain(string? path)
    {
        if (path is not { Length: > 0 and <= VirtualPath.MaxLength } || path[0] != '/')
        {
            return false;
        }

        return IsPlainText(path);
    }

    /// <summary>True for text without control characters, line separators and halves of surrogate pairs.</summary>
    internal static bool IsPlainText(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out Rune rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }
}
