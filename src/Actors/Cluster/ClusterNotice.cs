namespace Hpc.Actors.Cluster;

/// <summary>What one node tells all.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">Id of a session, name of a user, a host, or what changed, by the kind; at most 300 UTF-8 bytes.</param>
/// <param name="Until">End of a ban by the engine's clock; null for other kinds.</param>
/// <param name="Left">What is left of a ban when it is told.</param>
public sealed record ClusterNotice(ClusterNoticeKind Kind, string Key, DateTimeOffset? Until = null, TimeSpan Left = default);

/// <summary>Kinds of <see cref="ClusterNotice"/>; the numbers are stored.</summary>
public enum ClusterNoticeKind
{
    /// <summary>A session has to end.</summary>
    EndSession = 1,

    /// <summary>All sessions of a user have to end.</summary>
    EndSessionsOfUser = 2,

    /// <summary>A host is banned.</summary>
    Ban = 3,

    /// <summary>A ban is over before its time.</summary>
    Unban = 4,

    /// <summary>Accounts or lists have changed: what is open is looked at now and not at the next look of its own.</summary>
    Changed = 5,
}
