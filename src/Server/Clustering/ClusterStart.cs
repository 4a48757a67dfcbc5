using Hpc.Actors.Cluster;

namespace Hpc.Server.Clustering;

/// <summary>What a node of a cluster begins with.</summary>
/// <param name="Engine">What the nodes agree in; stays the caller's.</param>
/// <param name="Name">This node, as all others know it.</param>
internal sealed record ClusterStart(IClusterEngine Engine, string Name);
