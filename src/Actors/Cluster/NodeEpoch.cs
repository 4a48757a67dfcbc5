namespace Hpc.Actors.Cluster;

/// <summary>One run of a node.</summary>
/// <param name="Name">Name of the node, unique in the cluster, 1 to 63 letters, digits, dots, hyphens and underscores.</param>
/// <param name="Epoch">Above 0 and higher than all earlier ones of the name: a join that was held up on its way cannot end a later one. What the last one was, <see cref="JoinReply.LastEpoch"/> says.</param>
public readonly record struct NodeEpoch(string Name, long Epoch);
