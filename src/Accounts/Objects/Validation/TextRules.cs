using System.Globalization;
using System.Text;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>What texts may be.</summary>
internal static class TextRules
{
    public const int MaxLine = 1024;
    public const int MaxDescription = 2048;
    public const int MaxLongText = 256 << 10;

    // 9999-12-31T23:59:59Z: the last second that dates of this runtime can say.
    public const long MaxTime = 253_402_300_799_000;

    /// <summary>One line.</summary>
    public static string Line(string path, string value, ErrorList errors, int most = MaxLine)
    {
        if (value.Length > most || !VirtualPathRules.IsPlainText(value))
        {
            errors.AddShown(path, value, $"one line of at most {ErrorList.Text(most)} characters without control characters");
        }

        return value;
    }

    /// <summary>One line that must not be empty.</summary>
    public static string RequiredLine(string path, string value, ErrorList errors, string what, int most = MaxLine)
    {
        if (value.Length == 0)
        {
            errors.AddMissing(path, what);
            return value;
        }

        return Line(path, value, errors, most);
    }

    /// <summary>Lines, with tabs.</summary>
    public static string Lines(string path, string value, ErrorList errors, int most = MaxDescription)
    {
        if (value.Length > most || !IsLines(value))
        {
            errors.AddShown(path, value, $"text of at most {ErrorList.Text(most)} characters without control characters other than line breaks and tabs");
        }

        return value;
    }

    /// <summary>A time in Unix milliseconds.</summary>
    public static void Time(string path, long value, ErrorList errors)
    {
        if (value is < 0 or > MaxTime)
        {
            errors.Add(path, ErrorList.Text(value), $"0 (never) to {ErrorList.Text(MaxTime)}, milliseconds since 1970-01-01T00:00:00Z");
        }
    }

    /// <summary>An e-mail address, or nothing.</summary>
    public static string Email(string path, string value, ErrorList errors)
    {
        if (value.Length > 0 && !IsEmail(value))
        {
            errors.AddShown(path, value, "an e-mail address like name@example.com, at most 254 characters");
        }

        return value;
    }

    public static bool IsEmail(string value)
    {
        int at = value.LastIndexOf('@');
        return value.Length <= 254
            && at is > 0 and <= 64
            && at < value.Length - 1
            && value.AsSpan(0, at).IndexOf('@') < 0
            && !value.Any(letter => letter is ' ' or '<' or '>' or ',' or ';' or ':' or '"' or '(' or ')' or '\\')
            && VirtualPathRules.IsPlainText(value)
            && value[at + 1] is not ('.' or '-')
            && !value.EndsWith('.')
            && !value.Contains("..", StringComparison.Ordinal);
    }

    private static bool IsLines(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out Rune rune)
                || (rune.Value is not ('\n' or '\r' or '\t') && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control))
            {
                return false;
            }

            at += rune.Utf16SequenceLength;
        }

        return true;
    }
}
