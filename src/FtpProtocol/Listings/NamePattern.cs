using System.Buffers;
using System.Text;

namespace Hpc.FtpProtocol.Listings;

/// <summary>
/// A shell pattern for one name: <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[!a]</c>, and a backslash before what stands for itself. It never crosses a slash.
/// Matching takes at most (characters of the name + 1) × (pieces + 1) steps and allocates nothing: an earlier star is never gone back to, because
/// the later one can take whatever the earlier would.
/// </summary>
internal sealed class NamePattern
{
    /// <summary>Most bytes of a pattern: names are no longer, and it bounds what a listing costs.</summary>
    public const int MaxLength = 255;

    private const int Star = -1;
    private const int Any = -2;
    private const int FirstSet = -3;
    private const int EscapeBase = 0xDC00;

    // A character, Star, Any, or FirstSet - n for the n-th set.
    private readonly List<int> _pieces = [];
    private readonly List<Set> _sets = [];
    private readonly bool _takesHidden;

    private NamePattern(int[] characters, bool takesHidden)
    {
        for (int i = 0; i < characters.Length; i++)
        {
            _pieces.Add(characters[i] switch
            {
                '*' => Star,
                '?' => Any,
                '[' when TryReadSet(characters, ref i) => FirstSet - (_sets.Count - 1),
                '\\' when i + 1 < characters.Length => characters[++i],
                var other => other,
            });
        }

        _takesHidden = takesHidden || _pieces is ['.', ..];
    }

    /// <summary>True if a name could be a pattern.</summary>
    public static bool IsPattern(ReadOnlySpan<byte> name) => name.IndexOfAny("*?["u8) >= 0;

    /// <param name="pattern">The last element of a path, as the peer wrote it.</param>
    /// <param name="takesHidden">True if what stands for any character also stands for the dot that a name begins with.</param>
    public static NamePattern Parse(ReadOnlySpan<byte> pattern, bool takesHidden)
    {
        var characters = new List<int>(pattern.Length);
        while (!pattern.IsEmpty)
        {
            characters.Add(Next(ref pattern));
        }

        return new NamePattern([.. characters], takesHidden);
    }

    public bool Matches(ReadOnlySpan<byte> name)
    {
        if (!_takesHidden && !name.IsEmpty && name[0] == (byte)'.')
        {
            return false;
        }

        int piece = 0;
        int afterStar = -1;
        ReadOnlySpan<byte> afterTaken = name;
        while (true)
        {
            if (piece < _pieces.Count && _pieces[piece] == Star)
            {
                afterStar = ++piece;
                afterTaken = name;
                continue;
            }

            if (name.IsEmpty)
            {
                return piece == _pieces.Count;
            }

            int character = Next(ref name);
            if (piece < _pieces.Count && StandsFor(_pieces[piece], character))
            {
                piece++;
                continue;
            }

            if (afterStar < 0)
            {
                return false;
            }

            Next(ref afterTaken);
            name = afterTaken;
            piece = afterStar;
        }
    }

    // A byte that is no UTF-8 is a character of its own.
    private static int Next(ref ReadOnlySpan<byte> text)
    {
        if (text[0] < 0x80 || Rune.DecodeFromUtf8(text, out Rune rune, out int consumed) != OperationStatus.Done)
        {
            int value = text[0] < 0x80 ? text[0] : EscapeBase + text[0];
            text = text[1..];
            return value;
        }

        text = text[consumed..];
        return rune.Value;
    }

    private bool StandsFor(int piece, int character) => piece switch
    {
        Any => true,
        <= FirstSet => _sets[FirstSet - piece].Holds(character),
        _ => piece == character,
    };

    // A bracket that is never closed is a character.
    private bool TryReadSet(int[] text, ref int at)
    {
        int i = at + 1;
        bool isNegated = i < text.Length && text[i] is '!' or '^';
        if (isNegated)
        {
            i++;
        }

        var ranges = new List<(int First, int Last)>();
        for (int first = i; i < text.Length; i++)
        {
            // A closing bracket that comes first is one of the set.
            if (text[i] == ']' && i > first)
            {
                _sets.Add(new Set([.. ranges], isNegated));
                at = i;
                return true;
            }

            int from = text[i];
            bool isRange = i + 2 < text.Length && text[i + 1] == '-' && text[i + 2] != ']';
            ranges.Add((from, isRange ? text[i + 2] : from));
            i += isRange ? 2 : 0;
        }

        return false;
    }

    private readonly record struct Set((int First, int Last)[] Ranges, bool IsNegated)
    {
        public bool Holds(int character)
        {
            foreach ((int first, int last) in Ranges)
            {
                if (character >= first && character <= last)
                {
                    return !IsNegated;
                }
            }

            return IsNegated;
        }
    }
}
