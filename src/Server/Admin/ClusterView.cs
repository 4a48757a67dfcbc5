using Hpc.Actors.Cluster;

namespace Hpc.Server.Admin;

/// <summary>This node and the others.</summary>
internal sealed record ClusterView
{
    /// <summary>This node.</summary>
    public required string Name { get; init; }

    /// <summary>True while it has its shares of limits over all nodes.</summary>
    public required bool HasLease { get; init; }

    public required double LeaseAgeSeconds { get; init; }

    /// <summary>Shared speeds in use on this node.</summary>
    public required int Scopes { get; init; }

    /// <summary>All nodes whose lease lasts; null if the database of the cluster does not answer.</summary>
    public required IReadOnlyList<ClusterMemberView>? Nodes { get; init; }
}

/// <summary>A node.</summary>
internal sealed record ClusterMemberView
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Address { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required int Sessions { get; init; }

    public required bool IsLeader { get; init; }

    public static ClusterMemberView Of(ClusterMember member) => new()
    {
        Name = member.Name,
        Version = member.Version,
        Address = member.Address,
        Since = member.Since,
        Sessions = member.Sessions,
        IsLeader = member.IsLeader,
    };
}
