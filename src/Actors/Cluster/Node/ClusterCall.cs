namespace Hpc.Actors.Cluster.Node;

/// <summary>A statement that is on its way: one of the two.</summary>
internal sealed record ClusterCall(JoinRequest? Join, TickRequest? Tick, TimeSpan SentAt);
