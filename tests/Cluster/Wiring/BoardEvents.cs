using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>Tells a board what the cluster says, and nobody else anything.</summary>
internal sealed class BoardEvents : IClusterEvents
{
    public ClusterBoard? Board { get; set; }

    public void OnEndSession(string sessionId)
    {
    }

    public void OnEndSessionsOfUser(string userName)
    {
    }

    public void OnBans(IReadOnlyList<ClusterBan> bans) => Board!.OnBans(bans);

    public void OnBansForgotten() => Board!.OnBansForgotten();

    public void OnBan(string host, TimeSpan left) => Board!.OnBan(host, left);

    public void OnUnban(string host) => Board!.OnUnban(host);

    public void OnChanged()
    {
    }

    public void OnNoticesMissed()
    {
    }

    public void OnLeadership(bool isLeader)
    {
    }
}
