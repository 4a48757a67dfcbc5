namespace Hpc.Actors.Cluster;

/// <summary>
/// What a node tells and asks in one tick. Lists hold each key once, and what has changed since the last tick alone: the engine remembers the rest.
/// The first of an epoch tells all demands: shares of earlier epochs that are not in it are given up.
/// </summary>
public sealed record TickRequest
{
    /// <summary>Who sends it.</summary>
    public required NodeEpoch Node { get; init; }

    /// <summary>1 for the first of an epoch, then one more each time. One that was not answered is sent again, unchanged, before the next.</summary>
    public required long Sequence { get; init; }

    /// <summary>Demands on shared rates that have changed, or whose grant has been put in force since.</summary>
    public IReadOnlyList<ShareDemand> Shares { get; init; } = [];

    /// <summary>Scopes that the node uses no more.</summary>
    public IReadOnlyList<string> ReleasedShares { get; init; } = [];

    /// <summary>Sessions without a limit that have begun (those with one were told by <see cref="IClusterEngine.OpenSessionAsync"/>).</summary>
    public IReadOnlyList<ClusterSession> Opened { get; init; } = [];

    /// <summary>Ids of sessions that have ended.</summary>
    public IReadOnlyList<string> Closed { get; init; } = [];

    /// <summary>What the defender of this node has counted.</summary>
    public IReadOnlyList<HostScore> Scores { get; init; } = [];

    /// <summary>The last notice that the node knows.</summary>
    public required long Cursor { get; init; }
}

/// <summary>What a node wants of a rate that is limited over all nodes.</summary>
/// <param name="Scope">Kind, name and direction, such as <c>user/ann/down</c>; at most 300 UTF-8 bytes.</param>
/// <param name="Limit">The limit over all nodes in bytes per second, above 0. Of different ones the smallest that a node of the scope has told holds: a change may reach nodes in any order.</param>
/// <param name="InForce">What the node keeps to at the moment of sending, in bytes per second: from now on it never uses more before it is granted more.</param>
/// <param name="Wanted">What it would use if it were free to, in bytes per second; <see cref="long.MaxValue"/> if as much as it can get.</param>
/// <param name="Weight">Transfers that share it, at least 1: what all want is divided by this.</param>
public readonly record struct ShareDemand(string Scope, long Limit, long InForce, long Wanted, int Weight);

/// <summary>Points of a host.</summary>
/// <param name="Host">The address, or the network of an IPv6 host, as text.</param>
/// <param name="Points">Points since the last tick, 0 or more. A host that is banned gets none.</param>
/// <param name="HasReturned">It came back although it is banned: its ban grows.</param>
public readonly record struct HostScore(string Host, int Points, bool HasReturned = false);
