using Hpc.Storage.Vfs.Uploads;

namespace Hpc.Storage.Vfs.Policy;

/// <summary>What a walk down a path has found so far.</summary>
internal struct PolicyWalk
{
    private int _aroundDepth;
    private int _aroundRank;
    private int _withinDepth;
    private int _withinRank;

    public PolicyWalk(Permission everywhere, PolicyNode root)
    {
        Around = everywhere;
        Within = everywhere;
        _aroundRank = PermissionEntry.ExactRank;
        _withinRank = PermissionEntry.ExactRank;
        Rule = root.Rule;
        MountNode = root;
        Node = root;
    }

    /// <summary>What is allowed on the path as an entry of its directory.</summary>
    public Permission Around { get; private set; }

    /// <summary>What is allowed on the entries of the path.</summary>
    public Permission Within { get; private set; }

    /// <summary>The pattern rule for the entries of the path; while walking, for the next segment.</summary>
    public PatternRule? Rule { get; private set; }

    public NameVerdict Verdict { get; private set; }

    /// <summary>The node of the deepest mount; the root node if there are no mounts.</summary>
    public PolicyNode MountNode { get; private set; }

    /// <summary>The node of the path itself, if it has one without patterns.</summary>
    public PolicyNode? Node { get; private set; }

    /// <summary>True if entries, rules or mounts are below the path, or can be by a pattern.</summary>
    public bool HasMoreBelow { get; private set; }

    /// <summary>True at and below a path whose content takes no change.</summary>
    public bool IsReadOnly { get; private set; }

    /// <summary>Judges a name by the rule of the directory that holds it.</summary>
    public void Judge(ReadOnlySpan<char> name, bool isLast)
    {
        if (Verdict == NameVerdict.Hidden)
        {
            return;
        }

        if (TemporaryName.IsOne(name))
        {
            Verdict = NameVerdict.Hidden;
        }
        else if (Rule is { } rule && (isLast || rule.Hides) && rule.Refuses(name))
        {
            Verdict = rule.Hides ? NameVerdict.Hidden : NameVerdict.Denied;
        }
    }

    /// <summary>Goes down to a node without patterns.</summary>
    public void Enter(PolicyNode node, int depth, bool isLast)
    {
        Offer(node.Entry, depth, isLast);
        Rule = node.Rule ?? Rule;
        MountNode = node.Mount is null ? MountNode : node;
        IsReadOnly = node.IsReadOnly || (IsReadOnly && node.Mount is null);
    }

    /// <summary>Takes a permission entry if it is closer to the path than the one so far.</summary>
    public void Offer(PermissionEntry? entry, int depth, bool isLast)
    {
        if (entry is null)
        {
            return;
        }

        if (!isLast && IsCloser(entry, depth, _aroundDepth, _aroundRank))
        {
            (Around, _aroundDepth, _aroundRank) = (entry.Permission, depth, entry.Rank);
        }

        if (IsCloser(entry, depth, _withinDepth, _withinRank))
        {
            (Within, _withinDepth, _withinRank) = (entry.Permission, depth, entry.Rank);
        }
    }

    /// <summary>Ends the walk at the path's own node, if it has one.</summary>
    public void Arrive(PolicyNode? node)
    {
        Node = node;
        if (node is not null)
        {
            NoteBelow(node);
        }
    }

    /// <summary>Notes what is below a node that stands for the whole path, exactly or as a pattern.</summary>
    public void NoteBelow(PolicyNode node) => HasMoreBelow |= node.HasChildren;

    private static bool IsCloser(PermissionEntry entry, int depth, int bestDepth, int bestRank) =>
        depth > bestDepth || (depth == bestDepth && entry.Rank < bestRank);
}
