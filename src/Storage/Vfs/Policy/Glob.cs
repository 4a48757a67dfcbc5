namespace Hpc.Storage.Vfs.Policy;

/// <summary>
/// A shell pattern for one name. Matching takes at most (characters of the name + 1) × (pieces of the pattern + 1) steps and allocates nothing:
/// what one star takes is only ever extended, and an earlier star is never gone back to, because the later one can take whatever the earlier would.
/// </summary>
internal sealed class Glob
{
    private readonly GlobToken[] _tokens;
    private readonly bool _ignoreCase;

    // "*.zip" and its like, which most patterns are.
    private readonly bool _isStarAndLiterals;

    internal Glob(string text, GlobToken[] tokens, bool ignoreCase)
    {
        Text = text;
        _tokens = tokens;
        _ignoreCase = ignoreCase;
        _isStarAndLiterals = tokens is [{ Kind: GlobTokenKind.Star }, ..]
            && Array.TrueForAll(tokens[1..], static token => token.Kind == GlobTokenKind.Literal);
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    public bool Matches(ReadOnlySpan<char> name) => Matches(new Utf16Cursor(name));

    public bool Matches(ReadOnlySpan<byte> name) => Matches(new Utf8Cursor(name));

    internal bool Matches<TCursor>(TCursor name)
        where TCursor : struct, INameCursor, allows ref struct =>
        (_isStarAndLiterals ? MatchesEnd(name) : null) ?? MatchesFromStart(name);

    internal bool MatchesFromStart<TCursor>(TCursor name)
        where TCursor : struct, INameCursor, allows ref struct
    {
        int token = 0;
        int afterStar = -1;
        TCursor afterTaken = name;
        while (true)
        {
            if (token < _tokens.Length && _tokens[token].Kind == GlobTokenKind.Star)
            {
                token++;
                if (token == _tokens.Length)
                {
                    return true;
                }

                afterStar = token;
                afterTaken = name;
                continue;
            }

            if (!name.TryRead(out int character))
            {
                return token == _tokens.Length;
            }

            if (token < _tokens.Length && StandsFor(_tokens[token], character))
            {
                token++;
                continue;
            }

            if (afterStar < 0)
            {
                return false;
            }

            afterTaken.TryRead(out _);
            name = afterTaken;
            token = afterStar;
        }
    }

    // Compares from the end as far as it is ASCII, where a unit is a character; null if it takes decoding to tell.
    private bool? MatchesEnd<TCursor>(TCursor name)
        where TCursor : struct, INameCursor, allows ref struct
    {
        for (int distance = 1; distance < _tokens.Length; distance++)
        {
            int unit = name.FromEnd(distance);
            if (unit >= 0x80)
            {
                return null;
            }

            if (unit < 0 || !StandsFor(_tokens[^distance], unit))
            {
                return false;
            }
        }

        return true;
    }

    private bool StandsFor(in GlobToken token, int character) => token.Kind switch
    {
        GlobTokenKind.Literal => token.Character == (_ignoreCase ? CaseFolding.Fold(character) : character),
        GlobTokenKind.OneOf => token.Set!.Holds(character),
        _ => true,
    };
}
