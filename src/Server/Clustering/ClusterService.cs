using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Kernel;
using Hpc.Actors.Limits;
using Hpc.Actors.Sessions;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;
using Microsoft.Extensions.Logging;

namespace Hpc.Server.Clustering;

/// <summary>This server as a node of a cluster: what its limits, sessions, bans and accounts have of it.</summary>
internal sealed partial class ClusterService : IDisposable
{
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(5);

    private readonly ClusterOrders _orders;
    private readonly ClusterMetrics _metrics;
    private readonly ILogger _logger;
    private UsageKeeper? _usage;

    public ClusterService(HpcOptions options, ClusterStart start, ActorSystem actors, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<ClusterService>();
        Name = start.Name;
        _orders = new ClusterOrders(loggers.CreateLogger<ClusterOrders>());
        Node = new ClusterNode(actors, start.Engine, OptionMapping.Cluster(options, start.Name), _orders, loggers.CreateLogger<ClusterNode>()) { Ticked = OnTicked };
        Rates = new ClusterRates(Node);
        Places = new ClusterPlaces(Node, options.Cluster.MaxSessionsPerHost, options.Cluster.MaxSessions, actors.TimeProvider);
        Board = new ClusterBoard(OptionMapping.Defender(options.Defender), Node, actors.TimeProvider, loggers.CreateLogger<ClusterBoard>());
        Herald = new ChangeHerald(Node, loggers.CreateLogger<ChangeHerald>());
        _orders.Board = Board;
        _metrics = new ClusterMetrics(Node, Rates);
    }

    public string Name { get; }

    public ClusterNode Node { get; }

    public ClusterRates Rates { get; }

    public ClusterPlaces Places { get; }

    public ClusterBoard Board { get; }

    /// <summary>Is to be told of changes that this node makes.</summary>
    public ChangeHerald Herald { get; }

    /// <summary>Sessions of all nodes; there from <see cref="Attach"/> on.</summary>
    public ClusterSessions Sessions { get; private set; } = null!;

    /// <summary>Knows the sessions from now on, but takes no part yet.</summary>
    public void Attach(SessionGate sessions, ILoggerFactory loggers)
    {
        _orders.Sessions = sessions;
        Sessions = new ClusterSessions(Node, sessions, loggers.CreateLogger<ClusterSessions>());
    }

    /// <summary>Takes part.</summary>
    /// <param name="usage">Is told how many nodes there are.</param>
    /// <param name="hurried">Have accounts and lists looked at when another node has changed something.</param>
    public void Start(UsageKeeper usage, IReadOnlyList<Action> hurried)
    {
        _usage = usage;
        _orders.Hurried = hurried;
        Node.Start();
        Begins(_logger, Name);
    }

    /// <summary>For operators.</summary>
    public async Task<ClusterView> ShowAsync(CancellationToken ct)
    {
        IReadOnlyList<ClusterMember>? members = null;
        try
        {
            members = await Node.ListNodesAsync(ct).ConfigureAwait(false);
        }
        catch (Exception error) when (!ct.IsCancellationRequested)
        {
            NotListed(_logger, error.Message);
        }

        ClusterCounters counters = Node.Counters;
        return new ClusterView
        {
            Name = Name,
            HasLease = counters.HasLease,
            LeaseAgeSeconds = counters.LeaseAge.TotalSeconds,
            Scopes = counters.Scopes,
            Nodes = members is null ? null : [.. members.Select(ClusterMemberView.Of)],
        };
    }

    /// <summary>Hands back everything, when no session is open and everything is settled.</summary>
    public async Task LeaveAsync()
    {
        using var patience = new CancellationTokenSource(LeaveTimeout);
        try
        {
            if (await Node.LeaveAsync(patience.Token).ConfigureAwait(false))
            {
                Left(_logger, Name);
            }
        }
#pragma warning disable CA1031 // The leases run out.
        catch (Exception error)
#pragma warning restore CA1031
        {
            NotLeft(_logger, error.Message);
        }
    }

    public void Dispose() => _metrics.Dispose();

    private void OnTicked(TimeSpan duration)
    {
        _metrics.Record(duration);
        if (_usage is { } usage && usage.Nodes != Node.Nodes)
        {
            usage.Nodes = Math.Max(1, Node.Nodes);
        }
    }

    [LoggerMessage(4087, LogLevel.Warning, "the nodes cannot be listed: {Reason}")]
    private static partial void NotListed(ILogger logger, string reason);

    [LoggerMessage(4084, LogLevel.Information, "node {Name} of a cluster")]
    private static partial void Begins(ILogger logger, string name);

    [LoggerMessage(4085, LogLevel.Information, "node {Name} has left the cluster")]
    private static partial void Left(ILogger logger, string name);

    [LoggerMessage(4086, LogLevel.Warning, "the node did not leave the cluster in order, and its leases run out: {Reason}")]
    private static partial void NotLeft(ILogger logger, string reason);
}
