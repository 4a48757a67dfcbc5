namespace Hpc.Accounts.Objects.Validation;

/// <summary>Name filters (spec/04 §4.3).</summary>
internal static class PatternsRules
{
    public static IReadOnlyList<PatternsFilter> Check(string path, IReadOnlyList<PatternsFilter?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, UserAccountValidator.MaxPatternRules))
        {
            return [];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var filters = new List<PatternsFilter>(values.Count);
        long all = 0;
        for (int i = 0; i < values.Count && !errors.IsFull; i++)
        {
            if (values[i] is not { } filter)
            {
                errors.AddMissing($"{path}[{i}]", "a path, allowed patterns, denied patterns and a policy");
                continue;
            }

            filter = CheckOne($"{path}[{i}]", filter, errors);
            if (!seen.Add(filter.Path))
            {
                errors.Add($"{path}[{i}].path", $"{ValidationText.Show(filter.Path)} a second time", "each path once");
            }

            all += filter.AllowedPatterns.Count + filter.DeniedPatterns.Count;
            filters.Add(filter);
        }

        if (all > UserAccountValidator.MaxPatternsInAll)
        {
            errors.Add(path, $"{ErrorList.Text(all)} patterns", $"at most {UserAccountValidator.MaxPatternsInAll} patterns in all");
        }

        return filters;
    }

    private static PatternsFilter CheckOne(string path, PatternsFilter filter, ErrorList errors)
    {
        errors.OneOf($"{path}.deny_policy", filter.DenyPolicy, [0, 1]);
        IReadOnlyList<string> allowed = Patterns($"{path}.allowed_patterns", filter.AllowedPatterns, errors);
        IReadOnlyList<string> denied = Patterns($"{path}.denied_patterns", filter.DeniedPatterns, errors);
        if (filter.AllowedPatterns.Count + filter.DeniedPatterns.Count == 0)
        {
            errors.Add(path, "neither allowed nor denied patterns", $"a filter with 1 to {UserAccountValidator.MaxPatterns} patterns");
        }

        return filter with { Path = PathRules.Virtual($"{path}.path", filter.Path, errors), AllowedPatterns = allowed, DeniedPatterns = denied };
    }

    private static IReadOnlyList<string> Patterns(string path, IReadOnlyList<string?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, UserAccountValidator.MaxPatterns))
        {
            return [];
        }

        for (int i = 0; i < values.Count; i++)
        {
            if (!NamePatternRules.IsValid(values[i]))
            {
                errors.AddShown($"{path}[{i}]", values[i], NamePatternRules.Allowed);
            }
        }

        return EnumLists.Distinct(values);
    }
}
