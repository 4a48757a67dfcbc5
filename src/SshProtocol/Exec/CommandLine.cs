using System.Text;

namespace Hpc.SshProtocol.Exec;

/// <summary>
/// Takes a command line apart as a POSIX shell quotes words: single quotes, double quotes, backslashes. Nothing is expanded or run;
/// a line with anything else that means something to a shell is refused.
/// </summary>
internal static class CommandLine
{
    public const int MaxLength = 32 * 1024;
    private const int MaxWords = 64;

    /// <summary>The words as bytes; false for unbalanced quotes, operators, expansions, control characters, and what is too long.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out List<byte[]> words) => TryParse(line, WildcardRule.Refused, out words);

    /// <summary>As above, with a rule for wildcards outside of quotes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, WildcardRule wildcards, out List<byte[]> words)
    {
        words = [];
        if (line.Length > MaxLength)
        {
            return false;
        }

        var word = new List<byte>();
        bool isInWord = false;
        for (int i = 0; i < line.Length; i++)
        {
            byte c = line[i];
            switch (c)
            {
                case (byte)' ' or (byte)'\t':
                    EndWord(words, word, ref isInWord);
                    break;
                case (byte)'\'':
                    int end = line[(i + 1)..].IndexOf((byte)'\'');
                    if (end < 0)
                    {
                        return false;
                    }

                    word.AddRange(line.Slice(i + 1, end));
                    i += end + 1;
                    isInWord = true;
                    break;
                case (byte)'"':
                    if (!TryReadDoubleQuoted(line, ref i, word))
                    {
                        return false;
                    }

                    isInWord = true;
                    break;
                case (byte)'\\':
                    if (++i == line.Length || line[i] == (byte)'\n')
                    {
                        return false;
                    }

                    word.Add(line[i]);
                    isInWord = true;
                    break;
                case 0 or (byte)'\n' or (byte)'\r':
                case (byte)';' or (byte)'&' or (byte)'|' or (byte)'<' or (byte)'>' or (byte)'(' or (byte)')' or (byte)'`' or (byte)'$':
                case (byte)'*' or (byte)'?' or (byte)'[' when wildcards == WildcardRule.Refused:
                    return false;
                default:
                    word.Add(c);
                    isInWord = true;
                    break;
            }

            if (words.Count > MaxWords)
            {
                return false;
            }
        }

        EndWord(words, word, ref isInWord);
        return words.Count is > 0 and <= MaxWords && !words.Any(w => w.Contains((byte)0));
    }

    /// <summary>The first word as text, for choosing a command.</summary>
    public static string NameOf(List<byte[]> words) => Encoding.Latin1.GetString(words[0]);

    private static bool TryReadDoubleQuoted(ReadOnlySpan<byte> line, ref int index, List<byte> word)
    {
        for (index++; index < line.Length; index++)
        {
            byte c = line[index];
            if (c == (byte)'"')
            {
                return true;
            }

            if (c is (byte)'$' or (byte)'`')
            {
                return false;
            }

            // Within double quotes a backslash is itself, but before these four (POSIX 2.2.3).
            if (c == (byte)'\\' && index + 1 < line.Length && line[index + 1] is ((byte)'"' or (byte)'\\' or (byte)'$' or (byte)'`'))
            {
                c = line[++index];
            }

            word.Add(c);
        }

        return false;
    }

    private static void EndWord(List<byte[]> words, List<byte> word, ref bool isInWord)
    {
        if (isInWord)
        {
            words.Add([.. word]);
            word.Clear();
            isInWord = false;
        }
    }
}
