using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>What is wanted of a limit is used, and nobody keeps what he cannot use.</summary>
public sealed class ClusterRatesUseTests
{
    private const long Limit = 40_000_000;
    private const string Ann = "user/ann/down";

    [Fact]
    public void A_limit_that_is_raised_holds_though_a_node_where_nobody_is_left_knows_the_old_one()
    {
        using var cluster = new RateCluster(2);
        cluster.Nodes[0].Download(cluster.Nodes[0].Open("ann", Limit / 10), 4);
        BandwidthLease gone = cluster.Nodes[1].Open("ann", Limit / 10);
        cluster.Nodes[1].Download(gone, 4);
        cluster.Run(3);
        cluster.Nodes[1].SetActive(false);
        cluster.Nodes[1].Transfers.ForEach(static transfer => transfer.Dispose());
        cluster.Nodes[1].Close(gone);
        cluster.Nodes[1].Registered.ShouldBe(1);
        cluster.Run(1);
        cluster.Nodes[0].Open("ann", Limit);
        cluster.Run(1.5);
        cluster.Nodes[0].RateOf(Ann).ShouldBe(Limit);
        cluster.Nodes[1].Registered.ShouldBe(0);
    }

    [Fact]
    public void Scopes_that_nobody_uses_are_forgotten_though_nobody_comes_or_goes()
    {
        using var cluster = new RateCluster(1);
        RateNode node = cluster.Nodes[0];
        BandwidthLease[] sessions = [.. Enumerable.Range(0, 100).Select(i => node.Open($"u{i}", Limit))];
        cluster.Run(2);
        foreach (BandwidthLease session in sessions)
        {
            node.Download(session, 1);
        }

        cluster.Run(0.01);
        node.SetActive(false);
        node.Transfers.ForEach(static transfer => transfer.Dispose());
        Array.ForEach(sessions, node.Close);
        node.Registered.ShouldBe(100);
        cluster.Run(2);
        node.Registered.ShouldBe(0);
        node.Keeper.List().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(4_000)]
    [InlineData(38_000)]
    [InlineData(1_000_000)]
    public void A_transfer_that_uses_little_costs_the_others_little(int bytesPerSecond)
    {
        using var cluster = new RateCluster(2);
        cluster.Watch(Ann, Limit);
        cluster.Nodes[0].Download(cluster.Nodes[0].Open("ann", Limit), 4);
        BandwidthLease session = cluster.Nodes[1].Open("ann", Limit);
        int operation = bytesPerSecond / 1000;
        var little = new GreedyTransfer(session.Bandwidth.Download!.Begin(), operation) { PerStep = operation };
        cluster.Nodes[1].Transfers.Add(little);
        cluster.Run(5);
        long before = little.Moved;
        cluster.Measure(20).ShouldBeInRange(Limit * 0.97, Limit * 1.01);
        (little.Moved - before).ShouldBe(20 * bytesPerSecond);
    }

    [Fact]
    public void Small_reads_now_and_then_cost_the_others_little()
    {
        using var cluster = new RateCluster(2);
        cluster.Watch(Ann, Limit);
        cluster.Nodes[0].Download(cluster.Nodes[0].Open("ann", Limit), 4);
        var small = new GreedyTransfer(cluster.Nodes[1].Open("ann", Limit).Bandwidth.Download!.Begin(), 20_000) { PerStep = 20_000 };
        cluster.Nodes[1].Transfers.Add(small);
        cluster.Run(5);
        long before = cluster.Moved;
        for (int i = 0; i < 20; i++)
        {
            small.IsActive = true;
            cluster.Run(0.001);
            small.IsActive = false;
            cluster.Run(0.999);
        }

        (cluster.Moved - before).ShouldBeInRange((long)(20 * Limit * 0.97), 20 * Limit);
    }

    [Fact]
    public void A_group_gives_no_more_to_a_node_than_its_users_there_may_use()
    {
        using var cluster = new RateCluster(3);
        var group = new GroupTotal("g", 0, Limit);
        cluster.Watch("group/g/down", Limit);
        cluster.Nodes[0].Download(cluster.Nodes[0].Open("ann", 0, group), 6);
        cluster.Nodes[2].Download(cluster.Nodes[2].Open("bob", 1_075_000, group), 4, 262_144);
        cluster.Run(6);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.01);
    }

    [Fact]
    public void A_user_gives_no_more_to_a_node_than_its_group_has_there()
    {
        using var cluster = new RateCluster(2);
        var group = new GroupTotal("g", 0, 10_000_000);
        cluster.Watch(Ann, 8_000_000);
        cluster.Watch("group/g/down", 10_000_000);
        cluster.Nodes[0].Download(cluster.Nodes[0].Open("ann", 8_000_000, group), 4, 262_144);
        for (int i = 0; i < 9; i++)
        {
            cluster.Nodes[0].Download(cluster.Nodes[0].Open($"u{i}", 0, group), 4, 262_144);
        }

        // Its group holds it up there, and nothing but its own limit here.
        GreedyTransfer[] here = [.. Enumerable.Range(0, 4).Select(_ => new GreedyTransfer(cluster.Nodes[1].Open("ann", 8_000_000).Bandwidth.Download!.Begin(), 262_144))];
        cluster.Nodes[1].Transfers.AddRange(here);
        cluster.Run(8);
        long before = here.Sum(static transfer => transfer.Moved);
        cluster.Run(10);
        ((here.Sum(static transfer => transfer.Moved) - before) / 10.0).ShouldBeGreaterThan(6_300_000);
    }
}
