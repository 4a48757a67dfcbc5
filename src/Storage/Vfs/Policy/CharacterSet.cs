namespace Hpc.Storage.Vfs.Policy;

/// <summary>A bracket expression. Without regard to case a range holds a character if it holds it, its lower case or its upper case.</summary>
internal sealed class CharacterSet(CharacterRange[] ranges, bool isNegated, bool ignoreCase)
{
    public bool Holds(int character)
    {
        bool isInside = IsInRange(character);
        if (!isInside && ignoreCase)
        {
            int folded = CaseFolding.Fold(character);
            isInside = IsInRange(folded) || IsInRange(CaseFolding.ToUpper(folded));
        }

        return isInside != isNegated;
    }

    private bool IsInRange(int character)
    {
        foreach (CharacterRange range in ranges)
        {
            if (character >= range.First && character <= range.Last)
            {
                return true;
            }
        }

        return false;
    }
}
