using System.Net;

namespace Hpc.Actors.Cluster;

/// <summary>A session as all nodes see it.</summary>
/// <param name="Id">Unique in the cluster (16 hex digits).</param>
/// <param name="Node">The node that has it.</param>
/// <param name="User">Name of its user.</param>
/// <param name="Protocol">As in the session list.</param>
/// <param name="Remote">The client.</param>
/// <param name="Since">When it began, by the engine's clock.</param>
public sealed record ClusterSession(string Id, string Node, string User, string Protocol, IPEndPoint Remote, DateTimeOffset Since);
