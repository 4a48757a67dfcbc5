namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>Whom a limit of speed is for.</summary>
public enum BandwidthScopeKind
{
    /// <summary>All transfers of a user.</summary>
    User,

    /// <summary>Those of its sessions from some networks.</summary>
    Source,

    /// <summary>All transfers of the members of a group.</summary>
    Group,

    /// <summary>All transfers of the node.</summary>
    Node,
}
