using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Tests.Vfs.Policy;

/// <summary>Short ways to say a policy.</summary>
internal static class Policies
{
    public static VirtualPath Path(string text)
    {
        VirtualPath.TryParse(text, VirtualPath.Root, out VirtualPath path).ShouldBeTrue();
        return path;
    }

    public static Mount Mount(string path) => new() { Path = Path(path), Files = null!, State = new MountState(path) };

    /// <summary>Rules with mounts at the root, which is the first, and elsewhere.</summary>
    public static VirtualPath[] Mounts(params string[] paths) => [VirtualPath.Root, .. paths.Select(Path)];

    public static PermissionSet Permissions(string everywhere, params (string Path, string Names)[] directories)
    {
        bool isSet = PermissionSet.TryCreate(everywhere.Split(','), directories.Select(static entry => (entry.Path, (IReadOnlyList<string>)Names(entry.Names))), out PermissionSet set, out string error);
        error.ShouldBe("");
        isSet.ShouldBeTrue();
        return set;
    }

    public static PatternSet Patterns(params (string Path, string Allowed, string Denied, bool Hides)[] rules)
    {
        bool isSet = PatternSet.TryCreate(
            rules.Select(static rule => (rule.Path, (IReadOnlyList<string>)Names(rule.Allowed), (IReadOnlyList<string>)Names(rule.Denied), rule.Hides)), out PatternSet set, out string error);
        error.ShouldBe("");
        isSet.ShouldBeTrue();
        return set;
    }

    public static PathPolicy For(PermissionSet? permissions = null, PatternSet? patterns = null, params string[] mounts) =>
        PathPolicy.Create(permissions ?? PermissionSet.Full, patterns ?? PatternSet.Empty, Mounts(mounts));

    private static string[] Names(string names) => names.Length == 0 ? [] : names.Split(',');
}
