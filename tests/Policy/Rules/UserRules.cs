namespace Hpc.Policy.Tests.Rules;

/// <summary>
/// What a user may do, as an operator writes it down, and what it means by spec/04: written as plainly as possible and for no speed at all,
/// so that it shares nothing with the code under test.
/// </summary>
internal sealed class UserRules
{
    public const string TemporaryPrefix = ".hpc-upload.";

    public static readonly string[] AllPermissions =
    [
        "list", "download", "upload", "overwrite", "delete_files", "delete_dirs", "rename_files", "rename_dirs",
        "create_dirs", "create_symlinks", "chmod", "chown", "chtimes", "copy",
    ];

    /// <summary>Directory (or a key with wildcards) to permission names; <c>/</c> is always there.</summary>
    public Dictionary<string, string[]> Permissions { get; init; } = new(StringComparer.Ordinal) { ["/"] = ["*"] };

    public List<NamePattern> Patterns { get; init; } = [];

    /// <summary>Virtual paths of all mounts but <c>/</c>.</summary>
    public string[] Mounts { get; init; } = [];

    /// <summary>Mounts, <c>/</c> among them, through which nothing may be changed.</summary>
    public string[] ReadOnlyMounts { get; init; } = [];

    public bool IsReadOnly { get; init; }

    public static string ParentOf(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "/";

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static string Join(string directory, string name) => directory == "/" ? "/" + name : directory + "/" + name;

    public static bool IsAtOrBelow(string path, string ancestor) =>
        ancestor == "/" || path == ancestor || path.StartsWith(ancestor + "/", StringComparison.Ordinal);

    /// <summary>A path as a peer writes it, brought to its plain form (no links looked at).</summary>
    public static string Normalise(string text, string start)
    {
        var segments = new List<string>();
        foreach (string segment in (text.StartsWith('/') ? text : start + "/" + text).Split('/'))
        {
            if (segment == "..")
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        return "/" + string.Join('/', segments);
    }

    /// <summary>R4.1: the closest directory with an entry decides; there an entry without wildcards comes first.</summary>
    public bool Holds(string directory, string permission)
    {
        string[] names = NamesAt(directory);
        return names.Contains("*") || names.Contains(permission)
            || (permission.StartsWith("delete_", StringComparison.Ordinal) && names.Contains("delete"))
            || (permission.StartsWith("rename_", StringComparison.Ordinal) && names.Contains("rename"));
    }

    /// <summary>R4.10 to R4.12, on the name and, for what is hidden, on every directory above it.</summary>
    public Verdict VerdictOf(string path)
    {
        var verdict = Verdict.Allowed;
        for (string at = path; at != "/"; at = ParentOf(at))
        {
            if (NameOf(at).StartsWith(TemporaryPrefix, StringComparison.Ordinal))
            {
                return Verdict.Hidden;
            }

            if (RefusedBy(at) is { } pattern)
            {
                if (pattern.Hides)
                {
                    return Verdict.Hidden;
                }

                verdict = at == path ? Verdict.Denied : verdict == Verdict.Allowed ? Verdict.BelowDenied : verdict;
            }
        }

        return verdict;
    }

    /// <summary>The deepest mount at or above a path.</summary>
    public string MountOf(string path) =>
        Mounts.Where(mount => IsAtOrBelow(path, mount)).Append("/").MaxBy(mount => mount.Length)!;

    public bool IsMountPoint(string path) => path == "/" || Mounts.Contains(path);

    public bool HoldsMounts(string path) => Mounts.Any(mount => mount != path && IsAtOrBelow(mount, path));

    public bool IsReadOnlyAt(string path) => IsReadOnly || ReadOnlyMounts.Contains(MountOf(path));

    public override string ToString() =>
        string.Join("; ", Permissions.Select(entry => $"{entry.Key}: {string.Join(',', entry.Value)}"))
        + string.Concat(Patterns.Select(p => $"; patterns {p.Path} allow [{string.Join(',', p.Allowed)}] deny [{string.Join(',', p.Denied)}] {(p.Hides ? "hide" : "deny")}"))
        + (Mounts.Length > 0 ? "; mounts " + string.Join(',', Mounts) : "")
        + (IsReadOnly ? "; read-only" : "")
        + (ReadOnlyMounts.Length > 0 ? "; read-only mounts " + string.Join(',', ReadOnlyMounts) : "");

    private string[] NamesAt(string directory)
    {
        for (string at = directory; ; at = ParentOf(at))
        {
            if (Permissions.TryGetValue(at, out string[]? exact))
            {
                return exact;
            }

            if (Permissions.Keys.FirstOrDefault(key => MatchesPath(key, at)) is { } key)
            {
                return Permissions[key];
            }

            if (at == "/")
            {
                return [];
            }
        }
    }

    private NamePattern? RefusedBy(string path)
    {
        string name = NameOf(path);
        for (string at = ParentOf(path); ; at = ParentOf(at))
        {
            if (Patterns.FirstOrDefault(entry => entry.Path == at) is { } pattern)
            {
                bool accepted = pattern.Allowed.Any(glob => MatchesName(glob, name))
                    || (pattern.Allowed.Length == 0 && !pattern.Denied.Any(glob => MatchesName(glob, name)));
                return accepted ? null : pattern;
            }

            if (at == "/")
            {
                return null;
            }
        }
    }

    private static bool MatchesPath(string key, string path)
    {
        string[] wanted = key.Split('/');
        string[] found = path.Split('/');
        return (key.Contains('*', StringComparison.Ordinal) || key.Contains('?', StringComparison.Ordinal))
            && wanted.Length == found.Length && wanted.Zip(found).All(pair => Glob(pair.First, pair.Second));
    }

    private static bool MatchesName(string glob, string name) => Glob(glob.ToLowerInvariant(), name.ToLowerInvariant());

    private static bool Glob(string glob, string text) =>
        glob.Length == 0
            ? text.Length == 0
            : glob[0] == '*'
                ? Glob(glob[1..], text) || (text.Length > 0 && Glob(glob, text[1..]))
                : text.Length > 0 && (glob[0] == '?' || glob[0] == text[0]) && Glob(glob[1..], text[1..]);
}
