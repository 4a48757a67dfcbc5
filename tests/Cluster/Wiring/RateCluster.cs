using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.TestKit;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>Nodes over one engine, in steps of a millisecond of virtual time. In each step the rates of all nodes are compared with the limits.</summary>
internal sealed class RateCluster : IDisposable
{
    public static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(1);

    /// <summary>From a statement to its answer.</summary>
    public static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(3);

    private readonly ManualTimeProvider _time = new();
    private readonly Dictionary<string, long> _limits = [];

    public RateCluster(int nodes, AwayPolicy away = AwayPolicy.Share)
    {
        Engine = new InProcessEngine(_time);
        Nodes = [.. Enumerable.Range(0, nodes).Select(i => new RateNode(this, $"n{i}", away, i + 1))];
    }

    public InProcessEngine Engine { get; }

    public List<RateNode> Nodes { get; }

    public bool IsEngineUp { get; set; } = true;

    public long Moved => Nodes.Sum(static node => node.Moved);

    /// <summary>From now on no more than this is in force over all nodes.</summary>
    public void Watch(string scope, long limit) => _limits[scope] = limit;

    /// <summary>What is watched; 0 if nothing is.</summary>
    public long LimitOf(string scope) => _limits.GetValueOrDefault(scope);

    public void Run(double seconds)
    {
        for (int i = (int)Math.Round(seconds / StepTime.TotalSeconds); i > 0; i--)
        {
            Nodes.ForEach(static node => node.Step());
            _time.Advance(StepTime);
            foreach ((string scope, long limit) in _limits)
            {
                SumOf(scope).ShouldBeLessThanOrEqualTo(limit);
            }
        }
    }

    public long SumOf(string scope) => Nodes.Sum(node => node.RateOf(scope));

    /// <summary>Bytes a second that all move.</summary>
    public double Measure(double seconds)
    {
        long before = Moved;
        Run(seconds);
        return (Moved - before) / seconds;
    }

    public void Dispose() => Nodes.ForEach(static node => node.Dispose());
}
