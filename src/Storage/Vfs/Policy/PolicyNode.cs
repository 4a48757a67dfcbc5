namespace Hpc.Storage.Vfs.Policy;

/// <summary>A path that something is known of, or that is on the way to one. Changed only while the tree is built.</summary>
internal sealed class PolicyNode
{
    private Dictionary<string, PolicyNode>? _children;
    private Dictionary<string, PolicyNode>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private List<GlobChild>? _globs;

    /// <summary>The permission entry of the path, if it has one.</summary>
    public PermissionEntry? Entry { get; set; }

    /// <summary>The pattern rule of the path, if it has one.</summary>
    public PatternRule? Rule { get; set; }

    /// <summary>Which mount begins here; null if none does.</summary>
    public int? Mount { get; set; }

    /// <summary>True if mounts begin below the path.</summary>
    public bool HoldsMounts { get; set; }

    /// <summary>True if another mount's directory lies here or below.</summary>
    public bool IsFixed { get; set; }

    /// <summary>True if nothing here and below may be changed, unless a mount begins.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Of a node with a mount: whether links in the mount could lead to other rules.</summary>
    public bool NeedsJudgedLinks { get; set; }

    /// <summary>What is shown of the directory, if it holds mount points or what leads to them.</summary>
    public DirectoryView? View { get; set; }

    public bool HasChildren => _children is not null || _globs is not null;

    public IEnumerable<KeyValuePair<string, PolicyNode>> Children => _children ?? [];

    /// <summary>The children whose segment is a pattern.</summary>
    public ReadOnlySpan<GlobChild> Globs => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_globs);

    public PolicyNode? Find(ReadOnlySpan<char> segment) =>
        _children is not null && _bySpan.TryGetValue(segment, out PolicyNode? child) ? child : null;

    public PolicyNode Add(ReadOnlySpan<char> segment)
    {
        if (_children is null)
        {
            _children = new Dictionary<string, PolicyNode>(StringComparer.Ordinal);
            _bySpan = _children.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        PolicyNode child = Find(segment) ?? new PolicyNode();
        _children[segment.ToString()] = child;
        return child;
    }

    public PolicyNode Add(Glob pattern)
    {
        _globs ??= [];
        foreach (GlobChild present in _globs)
        {
            if (present.Pattern.Text == pattern.Text)
            {
                return present.Node;
            }
        }

        var child = new PolicyNode();
        _globs.Add(new GlobChild(pattern, child));
        return child;
    }
}
