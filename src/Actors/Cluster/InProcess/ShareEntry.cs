namespace Hpc.Actors.Cluster.InProcess;

/// <summary>What one node has of one scope.</summary>
internal sealed class ShareEntry(ScopeEntry scope, NodeEntry node)
{
    public ScopeEntry Scope { get; } = scope;

    public NodeEntry Node { get; } = node;

    public long Limit { get; set; }

    public long Wanted { get; set; }

    public int Weight { get; set; }

    /// <summary>As last told by the node.</summary>
    public long InForce { get; set; }

    /// <summary>As last answered.</summary>
    public long Granted { get; set; }

    /// <summary>What it may be granted again whatever the others hold: it is in the books already.</summary>
    public long Kept { get; set; }

    public long Target { get; set; }

    /// <summary>Sequence of the tick that told it last.</summary>
    public long Stamp { get; set; }

    /// <summary>The most that the node can be using: it has shrunk only when it has said so.</summary>
    public long Held => Math.Max(InForce, Granted);

    public void Lapse() => InForce = Granted = Kept = 0;
}
