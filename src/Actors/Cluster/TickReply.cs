namespace Hpc.Actors.Cluster;

/// <summary>The answer to a tick.</summary>
public sealed record TickReply
{
    /// <summary>
    /// True if the engine does not know the epoch any more (its lease ran out, or a later one began), or the share lease ran out. Nothing of the request happened;
    /// the node begins a new epoch and tells all that it holds before it asks for more.
    /// </summary>
    public bool IsFenced { get; init; }

    /// <summary>Grants of this node that are others than it was told last; those of its demands are always among them.</summary>
    public IReadOnlyList<ShareGrant> Grants { get; init; } = [];

    /// <summary>What happened behind the request's cursor, oldest first; at most 10,000, the rest with the next tick.</summary>
    public IReadOnlyList<ClusterNotice> Notices { get; init; } = [];

    /// <summary>Behind the last of <see cref="Notices"/>.</summary>
    public long Cursor { get; init; }

    /// <summary>True if more notices wait: tick again at once.</summary>
    public bool HasMore { get; init; }

    /// <summary>Nodes whose lease lasts, with this one.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>True while this node does the work that one node alone does, until its lease runs out.</summary>
    public bool IsLeader { get; init; }

    /// <summary>
    /// Millionths of every limit that the node may use while it has no lease, because the engine is away: those of all nodes together are never more than a million.
    /// Counted over all nodes and not over those of a scope, since a scope may begin on any node while the engine is away.
    /// </summary>
    public int AwayPart { get; init; }

    /// <summary>
    /// From the answer on, until the first share lease of another node is over if that node is not heard before; null if there is none. A tick behind it finds free what that node had.
    /// </summary>
    public TimeSpan? NextLeaseEnd { get; init; }

    /// <summary>The engine's time, for logs and lists alone.</summary>
    public DateTimeOffset Now { get; init; }
}

/// <summary>What a node may use of a rate until its lease runs out.</summary>
/// <param name="Scope">As in the demand.</param>
/// <param name="Rate">Bytes per second, 0 or more.</param>
/// <param name="Nodes">Nodes that use the scope, with this one.</param>
public readonly record struct ShareGrant(string Scope, long Rate, int Nodes);
