using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Postgres;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Server.Cli;
using Hpc.Server.Configuration;

namespace Hpc.Server.Hosting;

// Several nodes.
internal static partial class OptionMapping
{
    // What of the node's id stands behind its name.
    private const int IdLength = 6;

    private const int CallsPerNodeLease = 8;

    // Of the share lease: a tick and two calls have to fit into it.
    private const double UsedOfLease = 0.98;

    /// <summary>Unique among nodes, the same after a restart.</summary>
    /// <param name="options">The section.</param>
    /// <param name="machineName">What it is called if the section does not say.</param>
    /// <param name="nodeId">Of the data directory, at least six characters.</param>
    public static string ClusterName(ClusterSection options, string machineName, string nodeId)
    {
        const int Most = 48;
        string name = options.NodeName.Length > 0 ? options.NodeName : machineName;
        string plain = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' ? c : '-'));
        return $"{(plain.Length > Most ? plain[..Most] : plain)}-{nodeId[..IdLength]}";
    }

    public static ClusterOptions Cluster(HpcOptions options, string name) => new()
    {
        Name = name,
        Version = ProductVersion.Text,
        Address = options.Cluster.Address,
        Tick = TimeSpan.FromMilliseconds(options.Cluster.TickMilliseconds),
        CallTimeout = TimeSpan.FromMilliseconds(Math.Max(250, options.Cluster.NodeLeaseMilliseconds / CallsPerNodeLease)),
        TickTimeout = TimeSpan.FromMilliseconds(Math.Max(250, ((options.Cluster.ShareLeaseMilliseconds * UsedOfLease) - options.Cluster.TickMilliseconds) / 2)),
        ShareLease = TimeSpan.FromMilliseconds(options.Cluster.ShareLeaseMilliseconds),
        NodeLease = TimeSpan.FromMilliseconds(options.Cluster.NodeLeaseMilliseconds),
        Away = options.Cluster.Away == AwayPolicyName.Stop ? AwayPolicy.Stop : AwayPolicy.Share,
        SessionsAway = options.Cluster.SessionsAway == SessionsAwayName.Refuse ? SessionsAway.Refuse : SessionsAway.Share,
        Defender = ClusterBoard.ParametersOf(Defender(options.Defender)),
    };

    /// <param name="options">The section.</param>
    /// <param name="connectionString">Of the data provider, for a section that has none of its own.</param>
    public static PostgresEngineOptions ClusterEngine(ClusterSection options, string connectionString) => new()
    {
        ConnectionString = options.ConnectionString.Length > 0 ? options.ConnectionString : connectionString,
    };
}
