using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

/// <summary>
/// What a user may do where (spec row R4.1). Of the entries whose path is at or above a directory the deepest one holds, alone; of several of one depth
/// the one without wildcards, then the one with most characters before its first wildcard, then the first in ordinal order.
/// Immutable, so that one instance serves all sessions of a user.
/// </summary>
public sealed class PermissionSet
{
    /// <summary>Most directories with permissions of their own.</summary>
    public const int MaxDirectories = 1024;

    private PolicyTree? _tree;

    /// <summary>The same permissions in the whole tree.</summary>
    public PermissionSet(Permission everywhere)
        : this(everywhere, [])
    {
    }

    private PermissionSet(Permission everywhere, IReadOnlyList<PermissionEntry> directories)
    {
        Everywhere = everywhere;
        Directories = directories;
        Somewhere = directories.Aggregate(everywhere, static (all, entry) => all | entry.Permission);
    }

    /// <summary>Everything is allowed.</summary>
    public static PermissionSet Full { get; } = new(Permission.All);

    /// <summary>Nothing is allowed.</summary>
    public static PermissionSet Empty { get; } = new(Permission.None);

    internal Permission Everywhere { get; }

    /// <summary>All that is allowed in one place or another.</summary>
    internal Permission Somewhere { get; }

    internal IReadOnlyList<PermissionEntry> Directories { get; }

    /// <summary>
    /// Reads names as configuration has them. On failure <paramref name="error"/> says which name is wrong and which there are;
    /// no names at all are an error, because an empty list that allowed nothing would look like a forgotten one.
    /// </summary>
    public static bool TryParse(IEnumerable<string> names, out PermissionSet permissions, out string error) =>
        TryCreate(names, [], out permissions, out error);

    /// <summary>
    /// Reads what is allowed in <c>/</c> and what in some directories and below them, where an empty list allows nothing.
    /// A segment of a directory with <c>*</c>, <c>?</c> or <c>[...]</c> is a shell pattern, in which a backslash takes the meaning of the next character;
    /// case counts. On failure <paramref name="error"/> names the path or name that is wrong and says what is allowed.
    /// </summary>
    public static bool TryCreate(
        IEnumerable<string> everywhere, IEnumerable<(string Path, IReadOnlyList<string> Names)> directories, out PermissionSet set, out string error)
    {
        set = Empty;
        if (!TryAdd(everywhere, "", out Permission all, out error))
        {
            return false;
        }

        if (all == Permission.None)
        {
            error = $"No permission is given; allowed are {string.Join(", ", PermissionNames.All)}.";
            return false;
        }

        var entries = new Dictionary<VirtualPath, PermissionEntry>();
        foreach ((string path, IReadOnlyList<string> names) in directories)
        {
            if (entries.Count == MaxDirectories)
            {
                error = $"More than {MaxDirectories} directories have permissions.";
                return false;
            }

            if (!TryAdd(names, $" for '{PolicyPath.Shorten(path)}'", out Permission permission, out error)
                || !PermissionEntry.TryParse(path, permission, out PermissionEntry? entry, out error))
            {
                return false;
            }

            if (entry!.Path.IsRoot || !entries.TryAdd(entry.Path, entry))
            {
                error = $"'{entry.Path}' has permissions twice; allowed is one list for each directory.";
                return false;
            }
        }

        set = new PermissionSet(all, Rank(entries.Values));
        error = "";
        return true;
    }

    /// <summary>What is allowed on the entries of a directory.</summary>
    public Permission At(VirtualPath directory) => (_tree ??= new PolicyTree(this)).Walk(directory).Within;

    private static bool TryAdd(IEnumerable<string> names, string where, out Permission permission, out string error)
    {
        permission = Permission.None;
        error = "";
        foreach (string name in names)
        {
            if (!PermissionNames.TryGet(name, out Permission one))
            {
                error = $"'{PolicyPath.Shorten(name)}'{where} is not a permission; allowed are {string.Join(", ", PermissionNames.All)}.";
                return false;
            }

            permission |= one;
        }

        return true;
    }

    private static PermissionEntry[] Rank(IEnumerable<PermissionEntry> entries) =>
        [.. entries
            .OrderByDescending(static entry => entry.LiteralPrefix)
            .ThenBy(static entry => entry.Path.ToString(), StringComparer.Ordinal)
            .Select(static (entry, index) => entry with { Rank = entry.HasWildcards ? index : PermissionEntry.ExactRank })];
}
