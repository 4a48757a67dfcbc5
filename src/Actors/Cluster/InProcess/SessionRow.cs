using Hpc.Actors.Defender;

namespace Hpc.Actors.Cluster.InProcess;

/// <summary>A session that has its place.</summary>
internal sealed record SessionRow(ClusterSession Session, NodeEntry Node, HostKey Host);
