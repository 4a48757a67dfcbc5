namespace Hpc.Storage.Vfs.Policy;

/// <summary>
/// Permission entries, pattern rules and mounts by path segment. A look-up walks the path once; of siblings that are patterns each is tried,
/// and each node is come to at most once, because its depth says which segment it can stand for.
/// </summary>
internal sealed class PolicyTree
{
    private readonly Permission _everywhere;

    public PolicyTree(PermissionSet permissions)
    {
        _everywhere = permissions.Everywhere;
        foreach (PermissionEntry entry in permissions.Directories)
        {
            PolicyNode node = Root;
            int depth = 0;
            foreach (ReadOnlySpan<char> segment in entry.Path.Segments)
            {
                node = entry.Patterns[depth++] is { } pattern ? node.Add(pattern) : node.Add(segment);
            }

            node.Entry = entry;
        }
    }

    public PolicyNode Root { get; } = new();

    public void Add(PatternRule rule) => Add(rule.Path).Rule = rule;

    public void AddMount(VirtualPath path, int index)
    {
        PolicyNode node = Add(path);
        if (node.Mount is not null)
        {
            throw new ArgumentException($"Two mounts begin at '{path}'.", nameof(path));
        }

        node.Mount = index;
        PolicyNode above = Root;
        foreach (ReadOnlySpan<char> segment in path.Segments)
        {
            above.HoldsMounts = true;
            above = above.Find(segment)!;
        }
    }

    public void Add(FixedPath place)
    {
        PolicyNode node = Root;
        foreach (ReadOnlySpan<char> segment in place.Path.Segments)
        {
            node = node.Add(segment);
            node.IsFixed = true;
        }

        node.IsReadOnly |= place.IsReadOnly;
    }

    /// <summary>What is known of a path. Allocates nothing.</summary>
    public PolicyWalk Walk(VirtualPath path)
    {
        var walk = new PolicyWalk(_everywhere, Root);
        ReadOnlySpan<char> rest = path.IsRoot ? default : path.ToString().AsSpan(1);
        PolicyNode? node = Root;
        for (int depth = 1; !rest.IsEmpty; depth++)
        {
            ReadOnlySpan<char> segment = TakeSegment(ref rest);
            walk.Judge(segment, isLast: rest.IsEmpty);
            if (node is null)
            {
                continue;
            }

            Descend(node.Globs, segment, rest, depth, ref walk);
            node = node.Find(segment);
            if (node is not null)
            {
                walk.Enter(node, depth, isLast: rest.IsEmpty);
            }
        }

        walk.Arrive(node);
        return walk;
    }

    /// <summary>All nodes that stand for the path, exactly or as a pattern.</summary>
    public List<PolicyNode> NodesAt(VirtualPath path)
    {
        List<PolicyNode> nodes = [Root];
        foreach (ReadOnlySpan<char> segment in path.Segments)
        {
            var next = new List<PolicyNode>();
            foreach (PolicyNode node in nodes)
            {
                foreach (GlobChild child in node.Globs)
                {
                    if (child.Pattern.Matches(segment))
                    {
                        next.Add(child.Node);
                    }
                }

                if (node.Find(segment) is { } exact)
                {
                    next.Add(exact);
                }
            }

            nodes = next;
        }

        return nodes;
    }

    private static void Descend(
        ReadOnlySpan<GlobChild> children, ReadOnlySpan<char> segment, ReadOnlySpan<char> rest, int depth, ref PolicyWalk walk)
    {
        foreach (GlobChild child in children)
        {
            if (child.Pattern.Matches(segment))
            {
                Descend(child.Node, rest, depth, ref walk);
            }
        }
    }

    private static void Descend(PolicyNode node, ReadOnlySpan<char> rest, int depth, ref PolicyWalk walk)
    {
        walk.Offer(node.Entry, depth, isLast: rest.IsEmpty);
        if (rest.IsEmpty)
        {
            walk.NoteBelow(node);
            return;
        }

        ReadOnlySpan<char> segment = TakeSegment(ref rest);
        Descend(node.Globs, segment, rest, depth + 1, ref walk);
        if (node.Find(segment) is { } child)
        {
            Descend(child, rest, depth + 1, ref walk);
        }
    }

    private static ReadOnlySpan<char> TakeSegment(ref ReadOnlySpan<char> rest)
    {
        int slash = rest.IndexOf('/');
        ReadOnlySpan<char> segment = slash < 0 ? rest : rest[..slash];
        rest = slash < 0 ? default : rest[(slash + 1)..];
        return segment;
    }

    private PolicyNode Add(VirtualPath path)
    {
        PolicyNode node = Root;
        foreach (ReadOnlySpan<char> segment in path.Segments)
        {
            node = node.Add(segment);
        }

        return node;
    }
}
