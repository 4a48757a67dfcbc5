using System.Text;

namespace Hpc.Architecture.Tests;

/// <summary>Just enough of a C# lexer to tell code from comments and literals. Newlines are kept, so that lines keep their numbers.</summary>
internal static class CSharpText
{
    public static string WithoutCommentsAndLiterals(string text)
    {
        var code = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int end = EndOfCommentOrLiteral(text, i);
            if (end == i)
            {
                code.Append(text[i++]);
                continue;
            }

            code.Append(' ').Append('\n', text.AsSpan(i, end - i).Count('\n'));
            i = end;
        }

        return code.ToString();
    }

    private static int EndOfCommentOrLiteral(string text, int start)
    {
        ReadOnlySpan<char> rest = text.AsSpan(start);
        if (rest.StartsWith("//"))
        {
            return EndAfter(text, start, "\n", keep: 1);
        }

        if (rest.StartsWith("/*"))
        {
            return EndAfter(text, start + 2, "*/");
        }

        if (rest.StartsWith("\"\"\""))
        {
            int quotes = rest.IndexOfAnyExcept('"') is var count and >= 0 ? count : rest.Length;
            return EndAfter(text, start + quotes, new string('"', quotes));
        }

        return rest[0] switch
        {
            '"' when IsVerbatim(text, start) => EndOfVerbatim(text, start + 1),
            '"' => EndOfQuoted(text, start + 1, '"'),
            '\'' => EndOfQuoted(text, start + 1, '\''),
            _ => start,
        };
    }

    private static bool IsVerbatim(string text, int quote) =>
        (quote > 0 && text[quote - 1] == '@') || (quote > 1 && text[quote - 1] == '$' && text[quote - 2] == '@');

    private static int EndAfter(string text, int from, string mark, int keep = 0) =>
        text.IndexOf(mark, from, StringComparison.Ordinal) is var index and >= 0 ? index + mark.Length - keep : text.Length;

    private static int EndOfQuoted(string text, int from, char quote)
    {
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == quote || text[i] == '\n')
            {
                return i + 1;
            }
        }

        return text.Length;
    }

    private static int EndOfVerbatim(string text, int from)
    {
        for (int i = from; i < text.Length; i++)
        {
            if (text[i] != '"')
            {
                continue;
            }

            if (i + 1 >= text.Length || text[i + 1] != '"')
            {
                return i + 1;
            }

            i++;
        }

        return text.Length;
    }
}
