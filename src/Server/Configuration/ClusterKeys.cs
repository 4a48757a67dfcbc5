using System.Globalization;

namespace Hpc.Server.Configuration;

/// <summary>Keys of several nodes that share their limits.</summary>
internal static class ClusterKeys
{
    // Two tries at a tick have to fit into the lease, and it must not run out in what is not yet taken for a silence of the engine (ClusterRules.SilentPart).
    private const double TicksPerLease = 2.25;

    private const int MaxSessions = 2_000_000;

    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        Keys.Boolean("cluster.enabled", o => o.Cluster.Enabled, (o, v) => o.Cluster.Enabled = v,
            "Share limits, sessions and bans with the other nodes of the same database. Needs data_provider.driver postgresql."),
        Keys.Text("cluster.node_name", 48, "letters, digits, dots, hyphens and underscores", o => o.Cluster.NodeName, (o, v) => o.Cluster.NodeName = v,
            "Name of this node in lists; empty is the machine's. What node.id in data_dir begins with is put behind it: two nodes must not have the same, so a copied data_dir has to lose that file."),
        Keys.Text("cluster.address", 255, "text", o => o.Cluster.Address, (o, v) => o.Cluster.Address = v,
            "Where operators reach this node; shown in lists, used for nothing else."),
        Keys.Secret("cluster.connection_string", 4096, o => o.Cluster.ConnectionString, (o, v) => o.Cluster.ConnectionString = v,
            "Database that the nodes agree in, in Npgsql's form; empty is that of the data provider. The same for all nodes."),
        Keys.Integer("cluster.tick_milliseconds", 200, 10_000, o => o.Cluster.TickMilliseconds, (o, v) => o.Cluster.TickMilliseconds = v,
            "From one tick to the next; what hurries comes sooner."),
        Keys.Integer("cluster.share_lease_milliseconds", 1_000, 60_000, o => o.Cluster.ShareLeaseMilliseconds, (o, v) => o.Cluster.ShareLeaseMilliseconds = v,
            "How long a node may use its share of a speed after a tick; what a node had that was killed is free for others after this."),
        Keys.Integer("cluster.node_lease_milliseconds", 2_000, 600_000, o => o.Cluster.NodeLeaseMilliseconds, (o, v) => o.Cluster.NodeLeaseMilliseconds = v,
            "How long the sessions of a node that is not heard keep their places."),
        Keys.Choice("cluster.away", (o, _) => o.Cluster.Away, (o, _, v) => o.Cluster.Away = v,
            "Speeds while the database is away: share uses this node's part of each limit, stop lets nothing through that is limited over all nodes."),
        Keys.Choice("cluster.sessions_away", (o, _) => o.Cluster.SessionsAway, (o, _, v) => o.Cluster.SessionsAway = v,
            "New sessions with a limit while the database is away: share allows this node's part of the limit, at least one; refuse none."),
        Keys.Integer("cluster.max_sessions", 0, MaxSessions, o => o.Cluster.MaxSessions, (o, v) => o.Cluster.MaxSessions = v,
            "Sessions of all nodes together; 0 is no limit."),
        Keys.Integer("cluster.max_sessions_per_host", 0, MaxSessions, o => o.Cluster.MaxSessionsPerHost, (o, v) => o.Cluster.MaxSessionsPerHost = v,
            "Sessions of one client address (IPv6: /64) on all nodes together; 0 is no limit."),
    ];

    /// <summary>What does not go together.</summary>
    public static void Check(HpcOptions options, List<string> faults)
    {
        ClusterSection cluster = options.Cluster;
        if (cluster.Enabled && options.DataProvider.Driver != DataProviderDriver.Postgresql)
        {
            faults.Add($"cluster.enabled: found true with data_provider.driver {ChoiceText.Of(options.DataProvider.Driver)}, allowed: true with postgresql, which all nodes share.");
        }

        if (!cluster.Enabled && options.Defender.Driver == DefenderDriver.Provider)
        {
            faults.Add("defender.driver: found provider, allowed: memory, or provider together with cluster.enabled.");
        }

        if (!cluster.NodeName.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
        {
            faults.Add($"cluster.node_name: found \"{cluster.NodeName}\", allowed: letters, digits, dots, hyphens and underscores.");
        }

        if (cluster.ShareLeaseMilliseconds < TicksPerLease * cluster.TickMilliseconds)
        {
            faults.Add($"cluster.share_lease_milliseconds: found {cluster.ShareLeaseMilliseconds}, allowed: at least {TicksPerLease.ToString(CultureInfo.InvariantCulture)} times cluster.tick_milliseconds ({cluster.TickMilliseconds}).");
        }

        if (cluster.NodeLeaseMilliseconds < cluster.ShareLeaseMilliseconds)
        {
            faults.Add($"cluster.node_lease_milliseconds: found {cluster.NodeLeaseMilliseconds}, allowed: at least cluster.share_lease_milliseconds ({cluster.ShareLeaseMilliseconds}).");
        }
    }
}
