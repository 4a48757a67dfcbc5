namespace Hpc.Actors.Cluster;

/// <summary>A session and the limits that it was opened under.</summary>
/// <param name="Session">The session.</param>
/// <param name="MaxOfUser">Most sessions of the user; 0 is no limit.</param>
/// <param name="MaxOfHost">Most sessions of the host (an IPv4 address or an IPv6 /64); 0 is no limit.</param>
/// <param name="MaxTotal">Most sessions in all; 0 is no limit.</param>
public sealed record HeldPlace(ClusterSession Session, int MaxOfUser, int MaxOfHost, int MaxTotal);
