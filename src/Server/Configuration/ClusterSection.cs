namespace Hpc.Server.Configuration;

/// <summary>Limits, sessions and bans that nodes have in common.</summary>
internal sealed class ClusterSection
{
    public bool Enabled { get; set; }

    /// <summary>Empty is the machine's name.</summary>
    public string NodeName { get; set; } = "";

    /// <summary>For lists alone.</summary>
    public string Address { get; set; } = "";

    /// <summary>Empty is that of the data provider.</summary>
    public string ConnectionString { get; set; } = "";

    public int TickMilliseconds { get; set; } = 1_000;

    public int ShareLeaseMilliseconds { get; set; } = 2_250;

    public int NodeLeaseMilliseconds { get; set; } = 8_000;

    public AwayPolicyName Away { get; set; }

    public SessionsAwayName SessionsAway { get; set; }

    /// <summary>0 is no limit.</summary>
    public int MaxSessions { get; set; }

    /// <summary>0 is no limit.</summary>
    public int MaxSessionsPerHost { get; set; }
}

/// <summary>What is in force of rates over all nodes while the cluster's database is away.</summary>
internal enum AwayPolicyName
{
    Share,
    Stop,
}

/// <summary>What becomes of new sessions with a limit while the cluster's database is away.</summary>
internal enum SessionsAwayName
{
    Share,
    Refuse,
}
