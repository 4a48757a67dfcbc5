namespace Hpc.Actors.Cluster.Node;

/// <summary>What the cluster tells a node. Called on the cluster actor's turn: must not block. An exception is logged and stops nothing else.</summary>
public interface IClusterEvents
{
    /// <summary>A session has to end, because somebody ended it or its place is gone. One that is not of this node is nothing.</summary>
    void OnEndSession(string sessionId);

    /// <summary>All sessions of a user have to end.</summary>
    void OnEndSessionsOfUser(string userName);

    /// <summary>The bans of now, in the place of all that were known.</summary>
    void OnBans(IReadOnlyList<ClusterBan> bans);

    /// <summary>The cluster has lost the bans that it knew: that some are not among those which <see cref="OnBans"/> tells next says nothing.</summary>
    void OnBansForgotten()
    {
    }

    /// <summary>A host is banned, or its ban has grown.</summary>
    void OnBan(string host, TimeSpan left);

    /// <summary>A ban is over before its time.</summary>
    void OnUnban(string host);

    /// <summary>Another node has changed accounts or lists.</summary>
    void OnChanged();

    /// <summary>Notices were lost while the node was away: what they may have said has to be found out otherwise.</summary>
    void OnNoticesMissed();

    /// <summary>The node does, or does not any more, the work that one node alone does.</summary>
    void OnLeadership(bool isLeader);
}
