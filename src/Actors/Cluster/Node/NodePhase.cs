namespace Hpc.Actors.Cluster.Node;

/// <summary>Where a node stands.</summary>
internal enum NodePhase
{
    /// <summary>The engine knows no epoch of it, or one that is given up: it joins.</summary>
    Apart,

    /// <summary>An epoch has begun, and its first tick tells everything.</summary>
    Joined,

    /// <summary>Ticks are answered.</summary>
    Member,

    /// <summary>It handed back everything.</summary>
    Left,
}
