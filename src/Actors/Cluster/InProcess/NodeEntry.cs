namespace Hpc.Actors.Cluster.InProcess;

/// <summary>A node as the engine knows it; times are the engine's.</summary>
internal sealed class NodeEntry(string name)
{
    public string Name { get; } = name;

    public long Epoch { get; set; }

    public long Sequence { get; set; }

    public TimeSpan ShareLease { get; set; }

    public TimeSpan NodeLease { get; set; }

    public TimeSpan ShareUntil { get; set; }

    public TimeSpan NodeUntil { get; set; }

    public DateTimeOffset Since { get; set; }

    public string Version { get; set; } = "";

    public string Address { get; set; } = "";

    /// <summary>It left, or its lease ran out: what it had is free, and its epoch alone is remembered.</summary>
    public bool IsOver { get; set; }

    /// <summary>Its epoch is over before its leases: nothing is taken from it any more, and what it has runs out.</summary>
    public bool IsExpelled { get; set; }

    /// <summary>Its shares are given up, its demands are known.</summary>
    public bool IsLapsed { get; set; }

    /// <summary>It had a lease when the engine fell silent, and has not said yet what it keeps to.</summary>
    public bool IsUnheard { get; set; }

    /// <summary>The answer to <see cref="Sequence"/>.</summary>
    public TickReply? LastReply { get; set; }

    public JoinReply? JoinReply { get; set; }

    /// <summary>Part of limits that it may use without a lease, as it is known to know, and as it was told last: it keeps to one of the two.</summary>
    public int PartKnown { get; set; }

    public int PartTold { get; set; }

    public int PartHeld => Math.Max(PartKnown, PartTold);

    public Dictionary<string, ShareEntry> Shares { get; } = new(StringComparer.Ordinal);

    /// <summary>Shares whose grant is to be told anew.</summary>
    public HashSet<ShareEntry> Dirty { get; } = [];

    public bool IsAllDirty { get; set; }

    public Dictionary<string, SessionRow> Sessions { get; } = new(StringComparer.Ordinal);

    public HurrySignal Hurry { get; } = new();

    public bool IsLive => !IsOver && !IsLapsed;
}
