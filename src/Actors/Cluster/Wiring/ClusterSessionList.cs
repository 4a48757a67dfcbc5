using Hpc.Actors.Sessions;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>Sessions of all nodes.</summary>
/// <param name="Node">This node.</param>
/// <param name="Local">Its sessions, oldest first, with all that is known of them.</param>
/// <param name="Remote">Those of other nodes, oldest first.</param>
/// <param name="HasOthers">True if there are other nodes.</param>
/// <param name="IsPartial">True if there are more than these: the engine did not answer, or there are more than <see cref="ClusterSessions.MaxRemote"/>.</param>
public sealed record ClusterSessionList(
    string Node, IReadOnlyList<SessionInfo> Local, IReadOnlyList<ClusterSession> Remote, bool HasOthers, bool IsPartial);
