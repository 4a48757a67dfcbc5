using System.Net;
using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Contract;

/// <summary>
/// What every engine does. Time is moved by <see cref="PassAsync"/>: an engine on a clock of its own waits, or shifts it. Names are unique to each test, so that tests may share a store
/// of sessions and hosts; the nodes of others must not be there.
/// </summary>
public abstract partial class ClusterEngineContract : IAsyncLifetime
{
    protected static readonly TimeSpan ShareLease = TimeSpan.FromSeconds(3);
    protected static readonly TimeSpan NodeLease = TimeSpan.FromSeconds(8);

    private readonly string _run = Guid.NewGuid().ToString("N")[..8];
    private readonly Dictionary<string, TestNode> _nodes = [];

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected IClusterEngine Engine { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Engine = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>An engine that knows nothing, and has nothing to learn.</summary>
    protected abstract ValueTask<IClusterEngine> CreateAsync();

    /// <summary>So much time passes for the engine.</summary>
    protected abstract ValueTask PassAsync(TimeSpan time);

    protected virtual ValueTask CleanUpAsync() => default;

    /// <summary>A node that has joined.</summary>
    private async Task<TestNode> JoinAsync(string name, long epoch = 1, DefenderParameters? defender = null, params HeldPlace[] sessions)
    {
        TestNode node = _nodes[name] = new TestNode(Engine, $"{name}-{_run}", epoch);
        node.Joined = await Engine.JoinAsync(node.MakeJoin(defender, sessions), Ct);
        node.Cursor = node.Joined.Cursor;
        return node;
    }

    private async Task<(TestNode A, TestNode B)> JoinTwoAsync()
    {
        TestNode a = await JoinAsync("a");
        TestNode b = await JoinAsync("b");
        return (a, b);
    }

    /// <summary>Seconds in which a node ticks on: an engine that hears nobody for a while takes that for an absence of its own.</summary>
    private async Task PassWithAsync(TestNode node, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
            await node.TickAsync();
        }
    }

    private HeldPlace Place(string id, string user = "ann", int ofUser = 0, int ofHost = 0, int total = 0, string host = "192.0.2.1") =>
        new(new ClusterSession($"{id}-{_run}", "", user, "SFTP", new IPEndPoint(IPAddress.Parse(host), 1), default), ofUser, ofHost, total);

    private static ShareDemand Want(string scope, long limit, long inForce, long wanted = long.MaxValue, int weight = 1) => new(scope, limit, inForce, wanted, weight);
}
