namespace Hpc.Accounts;

/// <content>Permissions and name filters.</content>
public static partial class UserAccountValidator
{
    /// <summary>Most directories with permissions of their own.</summary>
    public const int MaxDirectories = 1024;

    /// <summary>Most directories with name filters.</summary>
    public const int MaxPatternRules = 1024;

    /// <summary>Most patterns of one rule: each is tried against a name.</summary>
    public const int MaxPatterns = 1024;

    /// <summary>Most patterns of a user, so that an account stays below a few megabytes.</summary>
    public const int MaxPatternsInAll = 4096;

    // A look-up recurs with each segment of such a path.
    private const int MaxWildcardDepth = 64;

    private const string AllowedDirectory = "a directory below /: " + VirtualPathRules.Allowed
        + "; a segment with *, ? or [ is a pattern, with closed sets like [a-z], of at most 255 bytes, and such a path has at most 64 segments; those of / itself are given without a directory";

    private static string AllowedNames => $"one or more of {string.Join(", ", PermissionNames.All)}";

    private static void CheckPermissions(IReadOnlyList<string>? permissions, List<UserAccountError> errors)
    {
        if (permissions is null or { Count: 0 })
        {
            errors.Add(new(nameof(UserAccount.Permissions), "nothing", AllowedNames));
            return;
        }

        CheckNames(nameof(UserAccount.Permissions), permissions, errors);
    }

    private static void CheckNames(string field, IReadOnlyList<string> names, List<UserAccountError> errors)
    {
        // A list longer than the set of names holds an unknown or a repeated one; either way one error is enough.
        if (names.Count > PermissionNames.All.Count)
        {
            errors.Add(new(field, $"{names.Count} names", AllowedNames));
            return;
        }

        foreach (string name in names)
        {
            if (!PermissionNames.IsKnown(name))
            {
                errors.Add(new(field, ValidationText.Show(name), AllowedNames));
            }
        }
    }

    private static void CheckDirectoryPermissions(IReadOnlyList<DirectoryPermissions>? directories, List<UserAccountError> errors)
    {
        const string Field = nameof(UserAccount.DirectoryPermissions);
        if (!HasCount(Field, directories, MaxDirectories, "directories", errors))
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < directories!.Count; i++)
        {
            if (directories[i] is not { Names: not null } directory)
            {
                errors.Add(new($"{Field}[{i}]", "nothing", "a path and a list of permission names"));
                continue;
            }

            if (!VirtualPathRules.IsValid(directory.Path) || directory.Path == "/" || !HasSegments(directory.Path))
            {
                errors.Add(new($"{Field}[{i}].{nameof(directory.Path)}", ValidationText.Show(directory.Path), AllowedDirectory));
            }
            else
            {
                CheckOnce($"{Field}[{i}].{nameof(directory.Path)}", directory.Path, seen, "each path once", errors);
            }

            CheckNames($"{Field}[{i}].{nameof(directory.Names)}", directory.Names, errors);
        }
    }

    // Without a wildcard a segment is itself, backslashes included.
    private static bool HasSegments(string path)
    {
        if (!IsWildcard(path))
        {
            return true;
        }

        string[] segments = path[1..].Split('/');
        return segments.Length <= MaxWildcardDepth && segments.All(segment => !IsWildcard(segment) || NamePatternRules.IsValid(segment));
    }

    private static bool IsWildcard(string text) => text.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    private static void CheckFilePatterns(IReadOnlyList<FilePatternRule>? rules, List<UserAccountError> errors)
    {
        const string Field = nameof(UserAccount.FilePatterns);
        if (!HasCount(Field, rules, MaxPatternRules, "rules", errors))
        {
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < rules!.Count; i++)
        {
            if (rules[i] is not { Allowed: not null, Denied: not null } rule)
            {
                errors.Add(new($"{Field}[{i}]", "nothing", "a path, allowed patterns, denied patterns and a policy"));
                continue;
            }

            CheckRule($"{Field}[{i}]", rule, seen, errors);
        }

        long all = rules.Sum(rule => (long)(rule?.Allowed?.Count ?? 0) + (rule?.Denied?.Count ?? 0));
        if (all > MaxPatternsInAll)
        {
            errors.Add(new(Field, $"{all} patterns", $"at most {MaxPatternsInAll} patterns in all rules of a user"));
        }
    }

    private static void CheckRule(string field, FilePatternRule rule, HashSet<string> seen, List<UserAccountError> errors)
    {
        if (!VirtualPathRules.IsValid(rule.Path))
        {
            errors.Add(new($"{field}.{nameof(rule.Path)}", ValidationText.Show(rule.Path), VirtualPathRules.Allowed));
        }
        else
        {
            CheckOnce($"{field}.{nameof(rule.Path)}", rule.Path, seen, "each path once", errors);
        }

        long count = (long)rule.Allowed.Count + rule.Denied.Count;
        if (count is 0 or > MaxPatterns)
        {
            errors.Add(new(field, count == 0 ? "neither allowed nor denied patterns" : $"{count} patterns", $"a rule with 1 to {MaxPatterns} patterns"));
            return;
        }

        if (!Enum.IsDefined(rule.Policy))
        {
            errors.Add(new($"{field}.{nameof(rule.Policy)}", $"{(int)rule.Policy}", "0 (deny) or 1 (hide)"));
        }

        CheckPatterns($"{field}.{nameof(rule.Allowed)}", rule.Allowed, errors);
        CheckPatterns($"{field}.{nameof(rule.Denied)}", rule.Denied, errors);
    }

    private static void CheckPatterns(string field, IReadOnlyList<string> patterns, List<UserAccountError> errors)
    {
        for (int i = 0; i < patterns.Count; i++)
        {
            if (!NamePatternRules.IsValid(patterns[i]))
            {
                errors.Add(new($"{field}[{i}]", ValidationText.Show(patterns[i]), NamePatternRules.Allowed));
            }
        }
    }

    private static bool HasCount<T>(string field, IReadOnlyList<T>? list, int most, string what, List<UserAccountError> errors)
    {
        if (list is not null && list.Count <= most)
        {
            return true;
        }

        errors.Add(new(field, list is null ? "nothing" : $"{list.Count} {what}", $"a list of at most {most} {what}"));
        return false;
    }

    private static void CheckOnce(string field, string value, HashSet<string> seen, string allowed, List<UserAccountError> errors)
    {
        if (!seen.Add(value))
        {
            errors.Add(new(field, $"{ValidationText.Show(value)} a second time", allowed));
        }
    }
}
