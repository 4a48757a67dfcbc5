using Hpc.Storage.Vfs.Policy;

namespace Hpc.Storage.Vfs;

/// <summary>
/// Permissions, patterns and mount points of a user, made ready for look-ups. Immutable and of no session,
/// so that one instance serves all sessions for which they are the same.
/// </summary>
public sealed class TreeRules
{
    private readonly VirtualPath[] _mounts;

    /// <summary>Makes the rules of a tree. Throws <see cref="ArgumentException"/> unless each mount has a path of its own and one of them is <c>/</c>.</summary>
    /// <param name="permissions">What is allowed where.</param>
    /// <param name="patterns">Which names there may be where.</param>
    /// <param name="mounts">Where the parts of the tree begin, in the order of the sessions' mounts.</param>
    /// <param name="fixedPaths">Where the directories of parts lie within others; none if null.</param>
    public TreeRules(PermissionSet permissions, PatternSet patterns, IEnumerable<VirtualPath> mounts, IReadOnlyList<FixedPath>? fixedPaths = null)
    {
        _mounts = [.. mounts];
        Permissions = permissions;
        Patterns = patterns;
        Policy = PathPolicy.Create(permissions, patterns, _mounts, fixedPaths);
    }

    /// <summary>What is allowed where.</summary>
    public PermissionSet Permissions { get; }

    /// <summary>Which names there may be where.</summary>
    public PatternSet Patterns { get; }

    internal PathPolicy Policy { get; }

    /// <summary>The rules of a session: those that it brings, which must be of what it says, or its own.</summary>
    internal static TreeRules Of(UserFilesDefinition user)
    {
        if (user.Rules is not { } rules)
        {
            return new TreeRules(user.Permissions, user.Patterns, user.Mounts.Select(static mount => mount.Path));
        }

        bool areTheirs = ReferenceEquals(rules.Permissions, user.Permissions)
            && ReferenceEquals(rules.Patterns, user.Patterns)
            && rules.AreOf(user.Mounts);
        return areTheirs ? rules : throw new ArgumentException("The rules are of other permissions, patterns or mounts.", nameof(user));
    }

    private bool AreOf(IReadOnlyList<Mount> mounts)
    {
        if (mounts.Count != _mounts.Length)
        {
            return false;
        }

        for (int i = 0; i < _mounts.Length; i++)
        {
            if (mounts[i].Path != _mounts[i])
            {
                return false;
            }
        }

        return true;
    }
}
