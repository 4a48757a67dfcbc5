namespace Hpc.Transport.Listening;

/// <summary>Limits on who may connect.</summary>
public sealed record ConnectionGateOptions
{
    /// <summary>Connections in all. Bounds the gate's table too.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>Connections per host (an IPv4 address or an IPv6 /64).</summary>
    public int MaxConnectionsPerHost { get; init; } = 200;

    /// <summary>Connections per host that have not logged in.</summary>
    public int MaxBeforeLoginPerHost { get; init; } = 50;

    /// <summary>From this many connections before login on, some are dropped at random (OpenSSH MaxStartups, start).</summary>
    public int BeforeLoginStart { get; init; } = 200;

    /// <summary>Percentage dropped at <see cref="BeforeLoginStart"/>; it rises linearly to 100 at <see cref="BeforeLoginFull"/> (OpenSSH MaxStartups, rate).</summary>
    public int BeforeLoginRate { get; init; } = 30;

    /// <summary>From this many connections before login on, all are dropped (OpenSSH MaxStartups, full).</summary>
    public int BeforeLoginFull { get; init; } = 1_000;

    /// <summary>How long a connection may take to log in.</summary>
    public TimeSpan LoginGraceTime { get; init; } = TimeSpan.FromMinutes(2);
}
