namespace Hpc.Accounts.Data.Memory;

/// <summary>The order of the names' UTF-8 bytes, which is that of their code points.</summary>
internal sealed class Utf8NameComparer : IComparer<string>
{
    public static readonly Utf8NameComparer Instance = new();

    public int Compare(string? x, string? y)
    {
        ReadOnlySpan<char> left = x;
        ReadOnlySpan<char> right = y;
        int at = left.CommonPrefixLength(right);
        return at == left.Length || at == right.Length ? left.Length.CompareTo(right.Length) : Rank(left[at]).CompareTo(Rank(right[at]));
    }

    // Surrogates stand for code points behind U+FFFF.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
