namespace Hpc.Storage.Vfs.Policy;

/// <summary>
/// Reads a shell pattern: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!x]</c> or <c>[^x]</c>, and a backslash that takes its meaning from the character after it.
/// In brackets a <c>]</c> that comes first and a <c>-</c> that comes first or last stand for themselves; there are no classes such as <c>[:alpha:]</c>.
/// </summary>
internal ref struct GlobParser
{
    /// <summary>Most bytes of a pattern, which is the most that a name on a disk has.</summary>
    public const int MaxLength = 255;

    public const string Syntax =
        @"a pattern is 1 to 255 bytes for one name, without '/': * and ? stand for any characters, [a-z] and [!a-z] for one of some, and \ goes before one of these that is meant itself";

    private readonly bool _ignoreCase;
    private Utf16Cursor _rest;

    private GlobParser(string text, bool ignoreCase)
    {
        _rest = new Utf16Cursor(text);
        _ignoreCase = ignoreCase;
    }

    /// <summary>True if any character of the text has a meaning of its own in a pattern; without one a path segment is itself, backslash included.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text) => text.IndexOfAny('*', '?', '[') >= 0;

    /// <summary>Reads a pattern; <paramref name="error"/> says what is wrong with it, without naming it.</summary>
    public static bool TryParse(string text, bool ignoreCase, out Glob? glob, out string error)
    {
        glob = null;
        error = FindFault(text);
        if (error.Length > 0)
        {
            return false;
        }

        var tokens = new List<GlobToken>(text.Length);
        var parser = new GlobParser(text, ignoreCase);
        while (parser._rest.TryRead(out int character))
        {
            error = parser.Read(character, tokens);
            if (error.Length > 0)
            {
                return false;
            }
        }

        glob = new Glob(text, [.. tokens], ignoreCase);
        return true;
    }

    private static string FindFault(string text)
    {
        if (text.Length == 0)
        {
            return "it is empty";
        }

        if (text.AsSpan().IndexOfAny('/', '\0') >= 0)
        {
            return "it holds '/' or NUL, which no name has";
        }

        if (text.Length > MaxLength || !PathText.IsCanonical(text) || PathText.GetByteCount(text) > MaxLength)
        {
            return PathText.IsCanonical(text) ? "it is longer than 255 bytes" : "it holds a surrogate that stands for no byte";
        }

        return "";
    }

    private string Read(int character, List<GlobToken> tokens)
    {
        switch (character)
        {
            case '*':
                if (tokens.Count == 0 || tokens[^1].Kind != GlobTokenKind.Star)
                {
                    tokens.Add(new GlobToken(GlobTokenKind.Star));
                }

                return "";
            case '?':
                tokens.Add(new GlobToken(GlobTokenKind.AnyOne));
                return "";
            case '[':
                return ReadSet(tokens);
            case '\\' when !_rest.TryRead(out character):
                return "nothing comes after its last backslash";
            default:
                tokens.Add(new GlobToken(GlobTokenKind.Literal, Fold(character)));
                return "";
        }
    }

    private string ReadSet(List<GlobToken> tokens)
    {
        bool isNegated = SkipIf('!') || SkipIf('^');
        var ranges = new List<CharacterRange>();
        for (bool isFirst = true; ; isFirst = false)
        {
            if (!_rest.TryRead(out int first))
            {
                return "a bracket is not closed";
            }

            if (first == ']' && !isFirst)
            {
                tokens.Add(new GlobToken(GlobTokenKind.OneOf, Set: new CharacterSet([.. ranges], isNegated, _ignoreCase)));
                return "";
            }

            if (first == '[' && (NextIs(':') || NextIs('.') || NextIs('=')))
            {
                return "it holds a class such as [:alpha:]";
            }

            string error = ReadRange(first, ranges);
            if (error.Length > 0)
            {
                return error;
            }
        }
    }

    private string ReadRange(int first, List<CharacterRange> ranges)
    {
        if (first == '\\' && !_rest.TryRead(out first))
        {
            return "a bracket is not closed";
        }

        Utf16Cursor afterFirst = _rest;
        if (!SkipIf('-') || NextIs(']'))
        {
            _rest = afterFirst;
            ranges.Add(new CharacterRange(Fold(first), Fold(first)));
            return "";
        }

        if (!_rest.TryRead(out int last) || (last == '\\' && !_rest.TryRead(out last)))
        {
            return "a bracket is not closed";
        }

        if (last < first)
        {
            return "a range ends before it begins";
        }

        ranges.Add(new CharacterRange(first, last));
        return "";
    }

    private readonly int Fold(int character) => _ignoreCase ? CaseFolding.Fold(character) : character;

    private readonly bool NextIs(int character)
    {
        Utf16Cursor ahead = _rest;
        return ahead.TryRead(out int next) && next == character;
    }

    private bool SkipIf(int character) => NextIs(character) && _rest.TryRead(out _);
}
