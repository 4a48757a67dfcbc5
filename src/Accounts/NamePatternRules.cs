using System.Text;

namespace Hpc.Accounts;

/// <summary>
/// What a name pattern may be. <c>*</c> is any text, <c>?</c> one character, <c>[a-z]</c> one of a set, <c>[!a]</c> and <c>[^a]</c> one that is not in it,
/// and a backslash takes the special meaning from the character behind it. A <c>]</c> that is the first of a set belongs to it;
/// there are no classes such as <c>[:alpha:]</c>.
/// </summary>
public static class NamePatternRules
{
    /// <summary>Longest pattern, in UTF-8 bytes: as long as a name can be.</summary>
    public const int MaxLength = 255;

    /// <summary>The rule in words.</summary>
    public const string Allowed = "a pattern for one name like *.csv, 1 to 255 bytes, without '/' and control characters: * any text, ? one character, [a-z] or [!a-z] a set that is closed and whose ranges go up, \\ before a character that stands for itself";

    /// <summary>True if an account can have this pattern.</summary>
    public static bool IsValid(string? pattern) =>
        pattern is { Length: > 0 and <= MaxLength }
        && Encoding.UTF8.GetByteCount(pattern) <= MaxLength
        && !pattern.Contains('/', StringComparison.Ordinal)
        && VirtualPathRules.IsPlainText(pattern)
        && HasSyntax(pattern);

    private static bool HasSyntax(string pattern)
    {
        for (int at = 0; at < pattern.Length; at++)
        {
            bool isWhole = pattern[at] switch
            {
                '\\' => ++at < pattern.Length,
                '[' => TrySkipSet(pattern, ref at),
                _ => true,
            };
            if (!isWhole)
            {
                return false;
            }
        }

        return true;
    }

    // From '[' to its ']'.
    private static bool TrySkipSet(string pattern, ref int at)
    {
        at++;
        if (at < pattern.Length && pattern[at] is '!' or '^')
        {
            at++;
        }

        for (bool isFirst = true; at < pattern.Length; isFirst = false)
        {
            if (pattern[at] == ']' && !isFirst)
            {
                return true;
            }

            if (IsClass(pattern, at) || !TryReadMember(pattern, ref at, out Rune low))
            {
                return false;
            }

            // A '-' that is the last of the set stands for itself.
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                if (!TryReadMember(pattern, ref at, out Rune high) || high < low)
                {
                    return false;
                }
            }
        }

        return false;
    }

    private static bool IsClass(string pattern, int at) =>
        pattern[at] == '[' && at + 1 < pattern.Length && pattern[at + 1] is (':' or '.' or '=');

    private static bool TryReadMember(string pattern, ref int at, out Rune member)
    {
        if (pattern[at] == '\\')
        {
            at++;
        }

        member = default;
        if (at == pattern.Length || !Rune.TryGetRuneAt(pattern, at, out member))
        {
            return false;
        }

        at += member.Utf16SequenceLength;
        return true;
    }
}
