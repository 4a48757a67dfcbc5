using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hpc.Server.Logging;

/// <summary>
/// Makes text from peers harmless in a log: control characters, line and paragraph separators, characters that turn the writing direction or show nothing,
/// and halves of surrogate pairs become <c>\uXXXX</c>.
/// </summary>
internal static class LogEscape
{
    private const string Hex = "0123456789abcdef";

    private static readonly SearchValues<char> PlainInJson = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static code => (char)code).Where(static c => c is not ('"' or '\\'))]);

    public static string Text(string value)
    {
        if (IsPlain(value, isJson: false))
        {
            return value;
        }

        var text = new StringBuilder(value.Length + 16);
        Append(text, value, isJson: false);
        return text.ToString();
    }

    /// <summary>Appends the value as it stands between the quotes of a JSON string.</summary>
    public static void AppendJson(StringBuilder text, string value)
    {
        if (IsPlain(value, isJson: true))
        {
            text.Append(value);
        }
        else
        {
            Append(text, value, isJson: true);
        }
    }

    /// <summary>Appends the value for a terminal.</summary>
    public static void AppendText(StringBuilder text, string value)
    {
        if (IsPlain(value, isJson: false))
        {
            text.Append(value);
        }
        else
        {
            Append(text, value, isJson: false);
        }
    }

    private static bool IsPlain(string value, bool isJson) =>
        isJson ? !value.AsSpan().ContainsAnyExcept(PlainInJson) : !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static void Append(StringBuilder text, string value, bool isJson)
    {
        ReadOnlySpan<char> rest = value;
        while (!rest.IsEmpty)
        {
            bool isWhole = Rune.DecodeFromUtf16(rest, out Rune rune, out int length) == OperationStatus.Done;
            if (!isWhole || IsHarmful(rune))
            {
                foreach (char c in rest[..length])
                {
                    AppendEscaped(text, c);
                }
            }
            else
            {
                if (isJson && rest[0] is '"' or '\\')
                {
                    text.Append('\\');
                }

                text.Append(rest[..length]);
            }

            rest = rest[length..];
        }
    }

    private static bool IsHarmful(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static void AppendEscaped(StringBuilder text, char c) =>
        text.Append("\\u").Append(Hex[c >> 12]).Append(Hex[(c >> 8) & 15]).Append(Hex[(c >> 4) & 15]).Append(Hex[c & 15]);
}
