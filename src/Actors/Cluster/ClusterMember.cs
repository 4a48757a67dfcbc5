namespace Hpc.Actors.Cluster;

/// <summary>A node that is there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Version of its program.</param>
/// <param name="Address">Where operators reach it.</param>
/// <param name="Since">When its epoch began, by the engine's clock.</param>
/// <param name="Sessions">Sessions that it has.</param>
/// <param name="IsLeader">It does what one node alone does.</param>
public sealed record ClusterMember(string Name, string Version, string Address, DateTimeOffset Since, int Sessions, bool IsLeader);
