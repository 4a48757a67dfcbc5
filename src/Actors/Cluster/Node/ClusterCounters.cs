namespace Hpc.Actors.Cluster.Node;

/// <summary>What has happened between this node and the engine.</summary>
public sealed record ClusterCounters
{
    /// <summary>Ticks answered.</summary>
    public long Ticks { get; init; }

    /// <summary>Calls that failed.</summary>
    public long Failures { get; init; }

    /// <summary>Epochs begun.</summary>
    public long Joins { get; init; }

    /// <summary>Times that the share lease ran out, or the engine did not know the epoch any more.</summary>
    public long Fenced { get; init; }

    /// <summary>Demands told.</summary>
    public long DemandsTold { get; init; }

    /// <summary>Grants heard.</summary>
    public long GrantsHeard { get; init; }

    /// <summary>Notices heard.</summary>
    public long Notices { get; init; }

    /// <summary>How long the last tick took.</summary>
    public TimeSpan LastDuration { get; init; }

    /// <summary>How long ago the last answered tick was sent.</summary>
    public TimeSpan LeaseAge { get; init; }

    /// <summary>Scopes of this node.</summary>
    public int Scopes { get; init; }

    /// <summary>Nodes as last heard.</summary>
    public int Nodes { get; init; }

    /// <summary>True if grants are in force.</summary>
    public bool HasLease { get; init; }

    /// <summary>True if this node leads.</summary>
    public bool IsLeader { get; init; }
}
