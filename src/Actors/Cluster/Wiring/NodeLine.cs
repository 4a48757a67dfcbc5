using Hpc.Actors.Cluster.Node;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>The line of a node.</summary>
internal sealed class NodeLine(ClusterNode node) : IDefenderLine
{
    public bool HasLease => node.HasLease;

    public void AddScore(HostScore score) => node.AddScore(score);

    public void ForgetScore(string host) => node.ForgetScore(host);

    public void Nudge() => node.Nudge();

    public ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct) => node.PublishAsync(notice, ct);
}
