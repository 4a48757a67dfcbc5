namespace Hpc.Actors.Cluster;

/// <summary>A node that begins, or begins anew.</summary>
public sealed record JoinRequest
{
    /// <summary>The run that begins.</summary>
    public required NodeEpoch Node { get; init; }

    /// <summary>How long its shares of limits last after a tick.</summary>
    public required TimeSpan ShareLease { get; init; }

    /// <summary>How long its sessions, and itself, last after a tick; not shorter than <see cref="ShareLease"/>.</summary>
    public required TimeSpan NodeLease { get; init; }

    /// <summary>Version of the program, for lists.</summary>
    public string Version { get; init; } = "";

    /// <summary>Where operators reach the node, for lists.</summary>
    public string Address { get; init; } = "";

    /// <summary>The last notice that the process knows; 0 for one that has just started.</summary>
    public long Cursor { get; init; }

    /// <summary>All sessions that the process has; what the engine knows of others of this node is over. In one statement, so that nobody takes their places in between.</summary>
    public IReadOnlyList<HeldPlace> Sessions { get; init; } = [];

    /// <summary>The part that the process was told last (<see cref="TickReply.AwayPart"/>), for an engine that has lost what it knew; 0 for one that has just started.</summary>
    public int AwayPart { get; init; }

    /// <summary>How hosts are judged; of different nodes the last that was told holds. Null leaves it as it is; without any, nobody is banned for points.</summary>
    public DefenderParameters? Defender { get; init; }
}

/// <summary>The answer to a <see cref="JoinRequest"/>.</summary>
public sealed record JoinReply
{
    /// <summary>True if nothing happened, because the epoch is not higher than <see cref="LastEpoch"/>. The same join again is no such case: it is answered again.</summary>
    public bool IsStale { get; init; }

    /// <summary>The highest epoch of the name that was ever told.</summary>
    public long LastEpoch { get; init; }

    /// <summary>Where the node's first tick goes on: the request's cursor if the log still has what came behind it, else the last notice of now.</summary>
    public long Cursor { get; init; }

    /// <summary>True if notices were lost to the process, because it was away for longer than they are kept.</summary>
    public bool HasMissed { get; init; }

    /// <summary>All bans that last.</summary>
    public IReadOnlyList<ClusterBan> Bans { get; init; } = [];

    /// <summary>Ids of the request's sessions that have no place any more: the node ends them.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>As <see cref="TickReply.AwayPart"/>.</summary>
    public int AwayPart { get; init; }

    /// <summary>Nodes whose lease lasts, with this one.</summary>
    public int Nodes { get; init; } = 1;
}
