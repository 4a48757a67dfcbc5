using Hpc.Policy.Tests.Rules;

namespace Hpc.Policy.Tests.Matrix;

/// <summary>Where an operation happens: the directory of its source and that of its target.</summary>
internal sealed record MatrixPlace(string Parent, string TargetParent);

/// <summary>Sets of permissions, and the ways to spread one over the tree.</summary>
internal static class MatrixCase
{
    public static readonly MatrixPlace[] Places =
    [
        new("/", "/"),
        new("/sub", "/sub"),
        new("/sub", "/other"),
        new("/sub", "/sub/deep"),
        new("/inc/a", "/inc/a"),
        new("/mnt", "/mnt"),
        new("/mnt/deep", "/mnt"),
        new("/sub", "/mnt"),
        new("/mnt", "/hold/in/deep"),
        new("/hold/in", "/sub"),
        new("/hold", "/hold"),
    ];

    /// <summary>Everything, nothing, each permission alone, each one missing, and the names that stand for two.</summary>
    public static IEnumerable<string[]> PermissionSets()
    {
        string[] all = UserRules.AllPermissions;
        yield return ["*"];
        yield return all;
        yield return [];
        yield return ["delete"];
        yield return ["rename", "overwrite"];
        foreach (string one in all)
        {
            yield return [one];
            yield return [.. all.Except([one])];
        }

        // What a drop box, an archive and a reader typically have.
        yield return ["list", "upload", "create_dirs"];
        yield return ["upload"];
        yield return ["list", "download"];
        yield return ["list", "download", "upload", "overwrite", "create_dirs"];
    }

    public static UserRules With(params (string Path, string[] Names)[] entries)
    {
        var rules = new UserRules { Mounts = Scene.Mounts };
        foreach ((string path, string[] names) in entries)
        {
            rules.Permissions[path] = names;
        }

        return rules;
    }

    /// <summary>Where the rest of a tree is forbidden, its root allows something too: a user without any permission cannot be configured.</summary>
    public static IEnumerable<UserRules> Spreads(string[] set, string parent, string targetParent, string source, string? target) =>
        All(set, parent, targetParent, source, target).Where(rules => rules.Permissions["/"].Length > 0 || rules.Permissions.Count == 1);

    private static IEnumerable<UserRules> All(string[] set, string parent, string targetParent, string source, string? target)
    {
        string[] all = ["*"];
        yield return With(("/", set));
        yield return With(("/", all), (parent, set));
        yield return With(("/", set), (parent, all));
        yield return With(("/", all), ("/*", set));
        yield return With(("/", all), ("/inc/*", set), ("/s?b", set));
        yield return With(("/", set), ("/*", set), (parent, all), (targetParent, all));
        if (target is not null && targetParent != parent)
        {
            yield return With(("/", all), (targetParent, set));
            yield return With(("/", set), (targetParent, all));
            yield return With(("/", set), (parent, all), (targetParent, all));
        }

        yield return With(("/", all), (source, set));
        yield return With(("/", set), (source, all));
        if (target is not null)
        {
            yield return With(("/", all), (target, set));
            yield return With(("/", set), (source, all), (target, all));
        }

        // Neither a name that begins the same nor one in other letters is the directory.
        if (parent.Length > 3 && parent[^2] != '/')
        {
            yield return With(("/", all), (parent + "2", set), (parent[..^1], set), (parent.ToUpperInvariant(), set));
        }
    }
}
