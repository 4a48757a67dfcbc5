using System.Collections;
using System.Text;

namespace Hpc.Server.Configuration;

/// <summary>Environment variables <c>HPC__SECTION__KEY</c>; a number is a list position (<c>HPC__SSH__LISTENERS__0__ADDRESS</c>).</summary>
internal static class EnvironmentSource
{
    public const string Prefix = "HPC__";

    public static List<ConfigurationEntry> Read(IDictionary variables)
    {
        var entries = new List<ConfigurationEntry>();
        foreach (DictionaryEntry variable in variables)
        {
            if (variable.Key is string name && name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                entries.Add(new ConfigurationEntry(PathOf(name), (string?)variable.Value ?? "", EntryKind.Plain, "environment " + name));
            }
        }

        // By path, so that list positions come in order, and then by name, so that the result does not depend on the table's order.
        entries.Sort((left, right) =>
            ComparePaths(left.Path, right.Path) is var order and not 0 ? order : string.CompareOrdinal(left.Origin, right.Origin));
        return entries;
    }

    /// <summary>Ordinal, but runs of digits count by their value: <c>[2]</c> comes before <c>[10]</c>.</summary>
    internal static int ComparePaths(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            ReadOnlySpan<char> leftDigits = Digits(left);
            ReadOnlySpan<char> rightDigits = Digits(right);
            if (leftDigits.IsEmpty || rightDigits.IsEmpty)
            {
                if (left[0] != right[0])
                {
                    return left[0].CompareTo(right[0]);
                }

                left = left[1..];
                right = right[1..];
                continue;
            }

            int order = CompareNumbers(leftDigits.TrimStart('0'), rightDigits.TrimStart('0'));
            if (order != 0)
            {
                return order;
            }

            left = left[leftDigits.Length..];
            right = right[rightDigits.Length..];
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);

    private static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text : text[..end];
    }

    /// <summary>The variable that sets a key.</summary>
    public static string NameOf(string keyPath) =>
        Prefix + keyPath.Replace("[]", ".0", StringComparison.Ordinal).Replace(".", "__", StringComparison.Ordinal).ToUpperInvariant();

    private static string PathOf(string name)
    {
        var path = new StringBuilder();
        foreach (string part in name[Prefix.Length..].ToLowerInvariant().Split("__"))
        {
            if (part.Length > 0 && part.All(char.IsAsciiDigit))
            {
                path.Append('[').Append(part).Append(']');
                continue;
            }

            if (path.Length > 0)
            {
                path.Append('.');
            }

            path.Append(part);
        }

        return path.ToString();
    }
}
