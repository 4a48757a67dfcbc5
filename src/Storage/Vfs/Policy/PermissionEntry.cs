namespace Hpc.Storage.Vfs.Policy;

/// <summary>What is allowed in a directory, or in all that a path with wildcards stands for.</summary>
/// <param name="Path">The path as it was written; in a segment with <c>*</c>, <c>?</c> or <c>[</c> it is a pattern.</param>
/// <param name="Patterns">For each segment its pattern, or null if it is itself.</param>
/// <param name="Permission">What is allowed.</param>
/// <param name="Rank">Which of the entries of one depth that fit a path wins: the least. An entry without wildcards has <see cref="ExactRank"/>.</param>
internal sealed record PermissionEntry(VirtualPath Path, Glob?[] Patterns, Permission Permission, int Rank)
{
    public const int ExactRank = -1;

    /// <summary>Most segments of a path with wildcards, which bounds how deep a look-up recurs.</summary>
    public const int MaxWildcardDepth = 64;

    public bool HasWildcards => Patterns.Any(static pattern => pattern is not null);

    /// <summary>Characters before the first wildcard.</summary>
    public int LiteralPrefix => HasWildcards ? Path.ToString().AsSpan().IndexOfAny('*', '?', '[') : Path.ToString().Length;

    /// <summary>Reads an entry, not ranked yet; the path may hold shell patterns, which regard case as paths do.</summary>
    public static bool TryParse(string text, Permission permission, out PermissionEntry? entry, out string error)
    {
        entry = null;
        if (!PolicyPath.TryParse(text, out VirtualPath path, out error))
        {
            return false;
        }

        var patterns = new List<Glob?>();
        foreach (ReadOnlySpan<char> segment in path.Segments)
        {
            Glob? pattern = null;
            if (GlobParser.IsPattern(segment) && !GlobParser.TryParse(segment.ToString(), ignoreCase: false, out pattern, out string fault))
            {
                error = $"The segment '{PolicyPath.Shorten(segment.ToString())}' of '{PolicyPath.Shorten(text)}' is wrong, {fault}; {GlobParser.Syntax}.";
                return false;
            }

            patterns.Add(pattern);
        }

        entry = new PermissionEntry(path, [.. patterns], permission, ExactRank);
        if (entry.HasWildcards && patterns.Count > MaxWildcardDepth)
        {
            error = $"'{PolicyPath.Shorten(text)}' has {patterns.Count} segments; allowed with wildcards are {MaxWildcardDepth}.";
            return false;
        }

        return true;
    }
}
