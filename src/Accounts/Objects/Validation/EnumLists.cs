namespace Hpc.Accounts.Objects.Validation;

/// <summary>Lists of words out of a closed set, each once.</summary>
internal static class EnumLists
{
    public static IReadOnlyList<string> Of(string path, IReadOnlyList<string?> values, IReadOnlyList<string> allowed, ErrorList errors)
    {
        // Longer than a few times the set it is nonsense and not looked into.
        if (!errors.HasCount(path, values, Math.Max(64, allowed.Count * 4)))
        {
            return [];
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value || !allowed.Contains(value, StringComparer.Ordinal))
            {
                errors.AddShown($"{path}[{i}]", values[i], "one of " + string.Join(", ", allowed));
            }
        }

        return Distinct(values);
    }

    public static IReadOnlyList<string> Distinct(IReadOnlyList<string?> values) => [.. values.OfType<string>().Distinct(StringComparer.Ordinal)];
}
