using BenchmarkDotNet.Attributes;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;

namespace Hpc.Benchmarks.Actors;

/// <summary>Ticks of nodes that share all their scopes, on the engine in the process: all demands changed, and none.</summary>
[MemoryDiagnoser]
public class ClusterTickBenchmarks
{
    private const int Scopes = 5_000;

    private readonly InProcessEngine _engine = new(TimeProvider.System);
    private readonly long[] _sequence = new long[32];
    private readonly ShareDemand[][] _demands = new ShareDemand[2][];
    private int _round;

    /// <summary>Nodes that use each scope.</summary>
    [Params(2, 16)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public async Task SetupAsync()
    {
        for (int variant = 0; variant < 2; variant++)
        {
            _demands[variant] = [.. Enumerable.Range(0, Scopes).Select(i => new ShareDemand($"user/u{i}/down", 1_000_000, 0, 100_000 + (variant * 50_000), 1 + variant))];
        }

        for (int node = 0; node < Nodes; node++)
        {
            await _engine.JoinAsync(
                new JoinRequest { Node = IdOf(node), ShareLease = TimeSpan.FromMinutes(9), NodeLease = TimeSpan.FromMinutes(10) }, CancellationToken.None);
            await TickAsync(node, _demands[0]);
        }
    }

    [Benchmark]
    public ValueTask<TickReply> Changed()
    {
        _round++;
        return TickAsync(_round % Nodes, _demands[_round / Nodes % 2]);
    }

    [Benchmark]
    public ValueTask<TickReply> Unchanged() => TickAsync(0, []);

    private static NodeEpoch IdOf(int node) => new($"n{node}", 1);

    private ValueTask<TickReply> TickAsync(int node, ShareDemand[] demands) =>
        _engine.TickAsync(new TickRequest { Node = IdOf(node), Sequence = ++_sequence[node], Shares = demands, Cursor = 1 }, CancellationToken.None);
}
