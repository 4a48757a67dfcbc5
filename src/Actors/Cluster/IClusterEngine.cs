namespace Hpc.Actors.Cluster;

/// <summary>
/// What the nodes of a cluster agree on: who is there, what each may use of a limit, which sessions are open, who is banned.
/// Times are the engine's alone: a node tells it durations, and counts leases from the moment of sending on its own monotonic clock.
/// Every statement happens as a whole or not at all. An exception means that the engine does not answer; whether the statement happened is then unknown, and the same one
/// (same epoch and sequence) may be sent again: it changes nothing the second time and is answered alike.
/// Safe for any number of callers at once, and never blocks the calling thread.
/// </summary>
public interface IClusterEngine : IAsyncDisposable
{
    /// <summary>
    /// Begins an epoch of a node; its lease begins with this statement. One process alone can have the node's data directory: the sessions that it tells take the place of all that
    /// the engine knew of the node. Its shares stay as they are until their lease runs out or the first tick tells them anew.
    /// </summary>
    ValueTask<JoinReply> JoinAsync(JoinRequest request, CancellationToken ct);

    /// <summary>The one statement of a node's tick. One at a time for each node.</summary>
    ValueTask<TickReply> TickAsync(TickRequest request, CancellationToken ct);

    /// <summary>
    /// Takes a place for a session if no limit is reached by the sessions of all nodes whose lease lasts, in one guarded statement.
    /// Asked again for a session that has its place, it says so again.
    /// </summary>
    ValueTask<PlaceReply> OpenSessionAsync(PlaceRequest request, CancellationToken ct);

    /// <summary>Ends the node's epoch and hands back everything at once.</summary>
    ValueTask LeaveAsync(NodeEpoch node, CancellationToken ct);

    /// <summary>Sessions of all nodes in the order of their ids, from the first behind <paramref name="after"/> (null: from the start), at most <paramref name="limit"/> (1 to 10,000).</summary>
    ValueTask<IReadOnlyList<ClusterSession>> ListSessionsAsync(string? after, int limit, CancellationToken ct);

    /// <summary>Nodes whose lease lasts, in the order of their names.</summary>
    ValueTask<IReadOnlyList<ClusterMember>> ListNodesAsync(CancellationToken ct);

    /// <summary>Bans that last, in the order of their hosts, from the first behind <paramref name="after"/>, at most <paramref name="limit"/> (1 to 10,000).</summary>
    ValueTask<IReadOnlyList<ClusterBan>> ListBansAsync(string? after, int limit, CancellationToken ct);

    /// <summary>Tells all nodes something, in their next tick: a kill, a ban, the end of a ban. Returns when it is certain that they will be told.</summary>
    ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct);

    /// <summary>
    /// Waits until something has happened that this node should tick for before its time: a notice, a share that became free for it, a place that it waits for.
    /// Many may be reported as one, and one may be lost: it hurries, and nothing depends on it.
    /// </summary>
    ValueTask WaitForHurryAsync(NodeEpoch node, CancellationToken ct);
}
