namespace Hpc.Storage.Tests.Vfs.Policy;

/// <summary>The obvious matcher: reads the pattern while it matches, and tries every length for every star.</summary>
internal static class NaiveGlob
{
    public static bool Matches(string pattern, string name, bool ignoreCase) => Matches(Characters(pattern), Characters(name), ignoreCase);

    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<string> name, bool ignoreCase)
    {
        if (pattern.IsEmpty)
        {
            return name.IsEmpty;
        }

        if (pattern[0] == "*")
        {
            return Matches(pattern[1..], name, ignoreCase) || (!name.IsEmpty && Matches(pattern, name[1..], ignoreCase));
        }

        if (name.IsEmpty)
        {
            return false;
        }

        switch (pattern[0])
        {
            case "?":
                return Matches(pattern[1..], name[1..], ignoreCase);
            case "[":
                return IsInSet(ref pattern, name[0], ignoreCase) && Matches(pattern, name[1..], ignoreCase);
            case "\\":
                return AreSame(pattern[1], name[0], ignoreCase) && Matches(pattern[2..], name[1..], ignoreCase);
            default:
                return AreSame(pattern[0], name[0], ignoreCase) && Matches(pattern[1..], name[1..], ignoreCase);
        }
    }

    private static bool IsInSet(ref ReadOnlySpan<string> pattern, string character, bool ignoreCase)
    {
        int at = 1;
        bool isNegated = pattern[at] is "!" or "^";
        at += isNegated ? 1 : 0;
        bool isInside = false;
        for (int start = at; at == start || pattern[at] != "]";)
        {
            at += pattern[at] == "\\" ? 1 : 0;
            string first = pattern[at++];
            if (pattern[at] == "-" && pattern[at + 1] != "]")
            {
                at += pattern[at + 1] == "\\" ? 2 : 1;
                string last = pattern[at++];
                string[] forms = ignoreCase ? [character, Fold(character), Fold(character).ToUpperInvariant()] : [character];
                isInside |= forms.Any(form => Number(form) >= Number(first) && Number(form) <= Number(last));
            }
            else
            {
                isInside |= AreSame(first, character, ignoreCase);
            }
        }

        pattern = pattern[(at + 1)..];
        return isInside != isNegated;
    }

    private static bool AreSame(string left, string right, bool ignoreCase) => ignoreCase ? Fold(left) == Fold(right) : left == right;

    private static string Fold(string character) => character.ToUpperInvariant().ToLowerInvariant();

    private static int Number(string character) => character.Length == 2 ? char.ConvertToUtf32(character, 0) : character[0];

    private static string[] Characters(string text)
    {
        var characters = new List<string>();
        for (int i = 0; i < text.Length; i += characters[^1].Length)
        {
            bool isPair = i + 1 < text.Length && char.IsSurrogatePair(text, i);
            characters.Add(text.Substring(i, isPair ? 2 : 1));
        }

        return [.. characters];
    }
}
