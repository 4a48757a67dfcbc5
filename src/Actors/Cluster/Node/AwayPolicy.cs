namespace Hpc.Actors.Cluster.Node;

/// <summary>What a node does with limits over all nodes while it has no lease.</summary>
public enum AwayPolicy
{
    /// <summary>
    /// It uses its part of each (<see cref="TickReply.AwayPart"/>), at first no more than it was granted. The nodes together stay within the limit while none of them
    /// reaches the engine; a node that alone is cut off uses its part above it.
    /// </summary>
    Share,

    /// <summary>Nothing passes that is limited over all nodes: the limit holds whoever is cut off.</summary>
    Stop,
}

/// <summary>What a node does with new sessions of limited users while the engine is away.</summary>
public enum SessionsAway
{
    /// <summary>It has its part of the limit, at least one.</summary>
    Share,

    /// <summary>They are refused.</summary>
    Refuse,
}
