using System.Globalization;
using Hpc.Actors.Cluster.Node;

namespace Hpc.Cluster.Tests.Simulation;

/// <summary>Worlds from fixed seeds. HPC_CLUSTER_SEEDS=from-to runs others, of all kinds.</summary>
public sealed class SimulationTests
{
    public static TheoryData<string> Kinds => new(WorldKinds.Names);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void No_limit_is_passed_whatever_happens(string kind)
    {
        (int from, int to) = Seeds();
        for (int seed = from; seed < to; seed++)
        {
            string? failure = new World(WorldKinds.Make(kind, seed)).Run();
            failure.ShouldBeNull($"{kind}: {failure}");
        }
    }

    [Fact]
    public void Two_hundred_nodes_keep_the_limits_under_all_faults()
    {
        var world = new World(new WorldOptions
        {
            Seed = 7, Nodes = 200, Scopes = 1, Away = AwayPolicy.Stop, Loss = 0.01, Echo = 0.02, Trouble = 0.02, Outage = 0.1, LimitChange = 0.05, Faulty = TimeSpan.FromSeconds(8),
        });
        world.Run().ShouldBeNull();
    }

    private static (int From, int To) Seeds()
    {
        string[] parts = (Environment.GetEnvironmentVariable("HPC_CLUSTER_SEEDS") ?? "1-25").Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
