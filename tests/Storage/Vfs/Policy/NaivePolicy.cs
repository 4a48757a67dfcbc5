using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Tests.Vfs.Policy;

/// <summary>The rules of permissions, patterns and mounts as they are written down: every question looks at every entry.</summary>
internal sealed class NaivePolicy
{
    public required Permission Everywhere { get; init; }

    public required IReadOnlyList<(string Path, Permission Permission)> Directories { get; init; }

    public required IReadOnlyList<(string Path, string[] Allowed, string[] Denied, bool Hides)> Rules { get; init; }

    /// <summary>Paths of all mounts, the root's among them.</summary>
    public required IReadOnlyList<string> Mounts { get; init; }

    public Permission Around(string path) => Within(Parent(path));

    public Permission Within(string directory)
    {
        string[] segments = Segments(directory);
        return Directories
            .Where(entry => Segments(entry.Path).Length <= segments.Length && Fits(Segments(entry.Path), segments))
            .OrderByDescending(static entry => Segments(entry.Path).Length)
            .ThenBy(static entry => IsExact(entry.Path) ? 0 : 1)
            .ThenByDescending(static entry => entry.Path.IndexOfAny(['*', '?', '[']))
            .ThenBy(static entry => entry.Path, StringComparer.Ordinal)
            .Select(static entry => entry.Permission)
            .FirstOrDefault(Everywhere);
    }

    public NameVerdict Verdict(string path)
    {
        string[] segments = Segments(path);
        var verdict = NameVerdict.Allowed;
        for (int i = 0; i < segments.Length; i++)
        {
            (string, string[], string[], bool Hides)? rule = Governing("/" + string.Join('/', segments[..i]));
            bool isRefused = rule is { } governing && Refuses(governing, segments[i]);
            if (segments[i].StartsWith(".hpc-upload.", StringComparison.Ordinal) || (isRefused && rule!.Value.Hides))
            {
                return NameVerdict.Hidden;
            }

            verdict = isRefused && i == segments.Length - 1 ? NameVerdict.Denied : NameVerdict.Allowed;
        }

        return verdict;
    }

    public string Mount(string path) => Mounts.Where(mount => IsAtOrAbove(mount, path)).MaxBy(static mount => Segments(mount).Length)!;

    public bool HoldsMounts(string path) => Mounts.Any(mount => mount != path && IsAtOrAbove(path, mount));

    public bool IsUniformBelow(string path) =>
        !HoldsMounts(path) && !Rules.Any(rule => rule.Path != path && IsAtOrAbove(path, rule.Path)) && !PermissionsBelow(path).Any();

    public bool NeedsJudgedLinks(string path)
    {
        string mount = Mount(path);
        return HoldsMounts(mount)
            || Rules.Any(rule => IsAtOrAbove(rule.Path, mount) || IsAtOrAbove(mount, rule.Path))
            || Around(mount) != Within(mount)
            || PermissionsBelow(mount).Any(permission => permission != Within(mount));
    }

    public string? GoverningPath(string directory) => Governing(directory)?.Path;

    public IEnumerable<string> MountPointsIn(string directory) =>
        Mounts
            .Where(mount => mount != directory && IsAtOrAbove(directory, mount))
            .Select(mount => "/" + string.Join('/', Segments(mount)[..(Segments(directory).Length + 1)]))
            .Distinct()
            .Where(path => Verdict(path) != NameVerdict.Hidden);

    public static string Parent(string path) => path == "/" ? "/" : path[..Math.Max(1, path.LastIndexOf('/'))];

    private static bool Refuses((string Path, string[] Allowed, string[] Denied, bool Hides) rule, string name)
    {
        if (rule.Allowed.Any(pattern => NaiveGlob.Matches(pattern, name, ignoreCase: true)))
        {
            return false;
        }

        return rule.Denied.Any(pattern => NaiveGlob.Matches(pattern, name, ignoreCase: true)) || rule.Allowed.Length > 0;
    }

    private static bool IsExact(string path) => path.IndexOfAny(['*', '?', '[']) < 0;

    // The shorter of the two decides how many segments are compared.
    private static bool Fits(string[] entry, string[] path) =>
        entry.Zip(path).All(static pair => IsExact(pair.First) ? pair.First == pair.Second : NaiveGlob.Matches(pair.First, pair.Second, ignoreCase: false));

    private static bool IsAtOrAbove(string ancestor, string path) =>
        Segments(ancestor).Length <= Segments(path).Length && Segments(ancestor).SequenceEqual(Segments(path).Take(Segments(ancestor).Length));

    private static string[] Segments(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private IEnumerable<Permission> PermissionsBelow(string path) =>
        Directories.Where(entry => Segments(entry.Path).Length > Segments(path).Length && Fits(Segments(entry.Path), Segments(path))).Select(static entry => entry.Permission);

    private (string Path, string[] Allowed, string[] Denied, bool Hides)? Governing(string directory) =>
        Rules.Where(rule => IsAtOrAbove(rule.Path, directory))
            .OrderByDescending(static rule => Segments(rule.Path).Length)
            .Cast<(string, string[], string[], bool)?>()
            .FirstOrDefault();
}
