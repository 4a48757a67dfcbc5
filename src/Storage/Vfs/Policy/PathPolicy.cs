namespace Hpc.Storage.Vfs.Policy;

/// <summary>
/// Permissions, patterns and mount points of one user in one tree of path segments, so that a look-up costs as much as the path is deep.
/// Immutable, and without a session's backends: mounts are numbers, so that all sessions of a user share it.
/// </summary>
internal sealed class PathPolicy
{
    private readonly PolicyTree _tree;

    private PathPolicy(PolicyTree tree, Permission somewhere)
    {
        _tree = tree;
        Somewhere = somewhere;
    }

    /// <summary>All that is allowed in one place or another of the user's tree.</summary>
    public Permission Somewhere { get; }

    /// <summary>Builds the tree. Throws <see cref="ArgumentException"/> unless each mount has a path of its own and one of them is <c>/</c>.</summary>
    /// <param name="permissions">What is allowed where.</param>
    /// <param name="patterns">Which names there may be where.</param>
    /// <param name="mounts">Where mounts begin; <see cref="Place.Mount"/> is the index.</param>
    /// <param name="fixedPaths">Where the directories of mounts lie within others.</param>
    public static PathPolicy Create(PermissionSet permissions, PatternSet patterns, IReadOnlyList<VirtualPath> mounts, IReadOnlyList<FixedPath>? fixedPaths = null)
    {
        var tree = new PolicyTree(permissions);
        foreach (PatternRule rule in patterns.Rules)
        {
            tree.Add(rule);
        }

        for (int i = 0; i < mounts.Count; i++)
        {
            tree.AddMount(mounts[i], i);
        }

        foreach (FixedPath place in fixedPaths ?? [])
        {
            tree.Add(place);
        }

        if (tree.Root.Mount is null)
        {
            throw new ArgumentException("No mount begins at '/'.", nameof(mounts));
        }

        foreach (VirtualPath mount in mounts)
        {
            PolicyWalk walk = tree.Walk(mount);
            walk.MountNode.NeedsJudgedLinks = RulesDiffer(walk, tree.NodesAt(mount));
        }

        MakeViews(tree.Root);
        return new PathPolicy(tree, permissions.Somewhere);
    }

    /// <summary>What is decided of a path. Allocates nothing.</summary>
    public Place Find(VirtualPath path)
    {
        PolicyWalk walk = _tree.Walk(path);
        return new Place
        {
            Mount = walk.MountNode.Mount.GetValueOrDefault(),
            Around = walk.Around,
            Within = walk.Within,
            Verdict = walk.Verdict,
            IsMountPoint = ReferenceEquals(walk.Node, walk.MountNode),
            HoldsMounts = walk.Node is { HoldsMounts: true },
            IsFixed = walk.Node is { IsFixed: true },
            IsReadOnly = walk.IsReadOnly,
            NeedsJudgedLinks = walk.MountNode.NeedsJudgedLinks,
            IsUniformBelow = !walk.HasMoreBelow,
        };
    }

    /// <summary>The path below its mount.</summary>
    public static VirtualPath Inner(Mount mount, VirtualPath path) => path.SeenFrom(mount.Path);

    /// <summary>The path in the user's tree of a path below a mount.</summary>
    public static VirtualPath Outer(Mount mount, VirtualPath inner) => inner.MovedInto(mount.Path);

    /// <summary>What of a directory's entries is shown: never all, because temporaries are not. Allocates nothing.</summary>
    public DirectoryView ViewOf(VirtualPath directory)
    {
        PolicyWalk walk = _tree.Walk(directory);
        return walk.Node?.View ?? walk.Rule?.View ?? DirectoryView.Plain;
    }

    /// <summary>
    /// True if the same permissions and the same pattern rule hold for the entries of two directories. It says nothing of what is deeper:
    /// that is <see cref="Place.IsUniformBelow"/> of both.
    /// </summary>
    public bool HaveSameRules(VirtualPath left, VirtualPath right)
    {
        PolicyWalk first = _tree.Walk(left);
        PolicyWalk second = _tree.Walk(right);
        return first.Within == second.Within && ReferenceEquals(first.Rule, second.Rule);
    }

    // A link can lead to the mount's own root too, which is judged as an entry of the directory above.
    private static bool RulesDiffer(in PolicyWalk mount, List<PolicyNode> nodes)
    {
        if (mount.MountNode.HoldsMounts || mount.Rule is not null || mount.Around != mount.Within)
        {
            return true;
        }

        var below = new Stack<PolicyNode>(nodes.SelectMany(ChildrenOf));
        while (below.TryPop(out PolicyNode? node))
        {
            if (node.IsFixed || node.Rule is not null || (node.Entry is { } entry && entry.Permission != mount.Within))
            {
                return true;
            }

            foreach (PolicyNode child in ChildrenOf(node))
            {
                below.Push(child);
            }
        }

        return false;
    }

    private static List<PolicyNode> ChildrenOf(PolicyNode node)
    {
        var children = node.Children.Select(static child => child.Value).ToList();
        foreach (GlobChild child in node.Globs)
        {
            children.Add(child.Node);
        }

        return children;
    }

    private static void MakeViews(PolicyNode root)
    {
        var open = new Stack<(PolicyNode Node, VirtualPath Path, PatternRule? Rule)>();
        open.Push((root, VirtualPath.Root, root.Rule));
        while (open.TryPop(out (PolicyNode Node, VirtualPath Path, PatternRule? Rule) directory))
        {
            if (!directory.Node.HoldsMounts)
            {
                continue;
            }

            var mountPoints = new List<VirtualPath>();
            foreach ((string name, PolicyNode child) in directory.Node.Children)
            {
                if (child.Mount is not null || child.HoldsMounts)
                {
                    VirtualPath path = directory.Path.Combine(name);
                    mountPoints.Add(path);
                    open.Push((child, path, child.Rule ?? directory.Rule));
                }
            }

            directory.Node.View = new DirectoryView(directory.Rule, mountPoints);
        }
    }
}
