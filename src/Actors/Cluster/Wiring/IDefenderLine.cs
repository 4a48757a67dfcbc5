namespace Hpc.Actors.Cluster.Wiring;

/// <summary>What the defender needs of the cluster.</summary>
internal interface IDefenderLine
{
    /// <summary>True while the engine answers.</summary>
    bool HasLease { get; }

    /// <summary>The next tick tells it.</summary>
    void AddScore(HostScore score);

    /// <summary>What waits for the next tick is not told.</summary>
    void ForgetScore(string host);

    /// <summary>A tick is worth while before its time.</summary>
    void Nudge();

    /// <summary>Tells all nodes. An exception means that it is not certain.</summary>
    ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct);
}
