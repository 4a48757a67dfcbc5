namespace Hpc.Actors.Defender;

/// <summary>Where a ban comes from.</summary>
internal enum BanSource
{
    /// <summary>The host has too many points on this node, and nobody else knows of it for certain.</summary>
    Own,

    /// <summary>An operator on this node, and nobody else knows of it for certain: it is never forgotten before its end.</summary>
    Hand,

    /// <summary>All nodes know of it: it grows and ends when they are told so.</summary>
    Cluster,
}
