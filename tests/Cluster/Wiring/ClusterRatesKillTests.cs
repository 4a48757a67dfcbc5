namespace Hpc.Cluster.Tests.Wiring;

/// <summary>What a node had that is killed is the others' two ticks later.</summary>
public sealed class ClusterRatesKillTests
{
    private const long Limit = 40_000_000;
    private const string Ann = "user/ann/down";

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.4)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    [InlineData(0.95)]
    public void Two_ticks_after_a_node_is_killed_the_others_use_what_it_had(double phase)
    {
        using var cluster = new RateCluster(3);
        cluster.Watch(Ann, Limit);
        cluster.Nodes.ForEach(static node => node.Download(node.Open("ann", Limit), 20));
        cluster.Nodes.ForEach(node => Wanting(node, node == cluster.Nodes[2] ? 20 : 2));
        cluster.Run(5 + phase);
        long before = cluster.Nodes[2].Moved;
        cluster.Run(1);
        (cluster.Nodes[2].Moved - before).ShouldBeGreaterThan(Limit / 4 * 3);

        cluster.Nodes[2].Kill();
        Wanting(cluster.Nodes[0], 12);
        Wanting(cluster.Nodes[1], 12);
        cluster.Run(2);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void Nodes_that_are_all_there_send_no_tick_before_its_time()
    {
        using var cluster = new RateCluster(5);
        cluster.Nodes.ForEach(static node => node.Download(node.Open("ann", Limit), 4));
        cluster.Run(5);
        long before = cluster.Nodes.Sum(static node => node.Statements);
        cluster.Run(20);
        (cluster.Nodes.Sum(static node => node.Statements) - before).ShouldBeLessThanOrEqualTo(5 * 21);
    }

    private static void Wanting(RateNode node, int transfers)
    {
        for (int i = 0; i < node.Transfers.Count; i++)
        {
            node.Transfers[i].IsActive = i < transfers;
        }
    }
}
