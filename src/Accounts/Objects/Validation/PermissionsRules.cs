namespace Hpc.Accounts.Objects.Validation;

/// <summary>The map from virtual directories to permissions (spec/04).</summary>
internal static class PermissionsRules
{
    // As in UserAccountValidator: a look-up recurs with each segment of a path with wildcards.
    private const int MaxWildcardDepth = 64;

    private const string AllowedDirectory = VirtualPathRules.Allowed
        + "; a segment with *, ? or [ is a pattern of at most 255 bytes with closed sets like [a-z], and such a path has at most 64 segments";

    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Check(
        string path, IReadOnlyDictionary<string, IReadOnlyList<string>> values, bool isRootRequired, ErrorList errors)
    {
        var permissions = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (!errors.HasCount(path, values, UserAccountValidator.MaxDirectories))
        {
            return permissions;
        }

        foreach ((string directory, IReadOnlyList<string>? names) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            string at = $"{path}[{ValidationText.Show(directory)}]";
            if (!TryCleanDirectory(directory, out string clean))
            {
                errors.AddShown(at, directory, AllowedDirectory);
            }
            else if (!permissions.TryAdd(clean, Names(at, names, clean == "/", errors)))
            {
                errors.Add(at, $"{ValidationText.Show(clean)} a second time", "each directory once");
            }
        }

        if (isRootRequired && !permissions.ContainsKey("/"))
        {
            errors.AddMissing($"{path}['/']", "the permissions of the directory '/'");
        }

        return permissions;
    }

    /// <summary>A directory that permissions can be for, in its one spelling.</summary>
    public static bool TryCleanDirectory(string directory, out string clean) => PathRules.TryCleanVirtual(directory, out clean) && HasSegments(clean);

    // Below the top an empty list takes everything away.
    private static IReadOnlyList<string> Names(string path, IReadOnlyList<string>? names, bool isRoot, ErrorList errors)
    {
        if (names is not { Count: > 0 } && !isRoot)
        {
            return [];
        }

        if (names is not { Count: > 0 })
        {
            errors.AddMissing(path, "one or more of " + string.Join(", ", PermissionNames.All));
            return [];
        }

        IReadOnlyList<string> distinct = EnumLists.Of(path, names, PermissionNames.All, errors);
        return distinct.Contains(PermissionNames.Any, StringComparer.Ordinal) ? [PermissionNames.Any] : distinct;
    }

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
}
