using System.Text;

namespace Hpc.Accounts.Stores;

/// <summary>Orders user names by their UTF-8 bytes, as databases do (UTF-16 order differs beyond the basic plane).</summary>
internal sealed class UserNameComparer : IComparer<string>
{
    public static UserNameComparer Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
        {
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        }

        StringRuneEnumerator left = x.EnumerateRunes();
        StringRuneEnumerator right = y.EnumerateRunes();
        while (true)
        {
            bool hasLeft = left.MoveNext();
            bool hasRight = right.MoveNext();
            if (!hasLeft || !hasRight)
            {
                return (hasLeft ? 1 : 0) - (hasRight ? 1 : 0);
            }

            // The order of code points is the order of their UTF-8 bytes.
            int order = left.Current.CompareTo(right.Current);
            if (order != 0)
            {
                return order;
            }
        }
    }
}
