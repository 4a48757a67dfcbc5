using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Cluster.Tests.Wiring;

public sealed class ClusterRatesTests
{
    private const long Limit = 40_000_000;
    private const string Ann = "user/ann/down";

    [Fact]
    public void Transfers_of_a_user_on_three_nodes_get_its_limit_by_their_number()
    {
        using RateCluster cluster = With(Limit, 20, 3, 1);
        cluster.Run(3);
        for (int i = 0; i < 3; i++)
        {
            cluster.Measure(10).ShouldBeInRange(Limit * 0.985, Limit * 1.015);
        }

        double[] parts = [.. cluster.Nodes.Select(static node => node.RateOf(Ann) / (double)Limit)];
        parts[0].ShouldBeInRange(19.5 / 24, 20.5 / 24);
        parts[1].ShouldBeInRange(2.5 / 24, 3.5 / 24);
        parts[2].ShouldBeInRange(0.5 / 24, 1.5 / 24);
    }

    [Fact]
    public void A_limit_that_is_always_reached_asks_for_no_more_ticks_than_there_are()
    {
        using RateCluster cluster = With(Limit, 8, 8, 8);
        cluster.Run(5);
        long before = cluster.Nodes.Sum(static node => node.Statements);
        cluster.Run(20);
        (cluster.Nodes.Sum(static node => node.Statements) - before).ShouldBeLessThanOrEqualTo(3 * 21);
    }

    [Fact]
    public void A_shift_of_demand_is_followed_within_two_ticks()
    {
        using RateCluster cluster = With(Limit, 8, 8, 8);
        cluster.Run(3);
        for (int shift = 0; shift < 6; shift++)
        {
            for (int i = 0; i < 3; i++)
            {
                cluster.Nodes[i].SetActive(i == shift % 3 || (shift > 3 && i == 0));
            }

            cluster.Run(2 + (shift * 0.137));
            cluster.Measure(4).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
        }
    }

    [Fact]
    public void Who_begins_to_wait_has_its_part_long_before_the_next_tick()
    {
        using RateCluster cluster = With(Limit, 8, 0);
        cluster.Run(5.25);
        cluster.Nodes[0].RateOf(Ann).ShouldBeGreaterThan(Limit / 100 * 95);
        cluster.Nodes[1].Download(cluster.Nodes[1].Open("ann", Limit), 8);
        cluster.Run(0.35);
        cluster.Nodes[1].RateOf(Ann).ShouldBeGreaterThan(Limit / 5);
    }

    [Fact]
    public void Who_begins_to_wait_after_a_long_rest_has_too()
    {
        using RateCluster cluster = With(Limit, 8, 8);
        cluster.Run(3);
        cluster.Nodes[1].SetActive(false);
        cluster.Run(5.25);
        cluster.Nodes[1].RateOf(Ann).ShouldBe(0);
        cluster.Nodes[1].SetActive(true);
        cluster.Run(0.35);
        cluster.Nodes[1].RateOf(Ann).ShouldBeGreaterThan(Limit / 5);
        cluster.Nodes[1].Rates.Counters.Hurries.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_session_that_begins_has_something_before_its_first_byte()
    {
        using RateCluster cluster = With(Limit, 8, 0);
        cluster.Run(5.25);
        cluster.Nodes[1].Open("ann", Limit);
        cluster.Nodes[1].Rates.Counters.Ungranted.ShouldBe(1);
        cluster.Run(0.3);
        cluster.Nodes[1].RateOf(Ann).ShouldBeGreaterThan(Limit / 20);
        cluster.Nodes[1].Rates.Counters.Ungranted.ShouldBe(0);
        cluster.Nodes[1].Rates.Counters.FirstGrants.ShouldBe(1);
        cluster.Run(5);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void A_client_that_is_slower_than_its_part_leaves_the_rest_to_the_others()
    {
        using RateCluster cluster = With(Limit, 0, 8);
        BandwidthLease session = cluster.Nodes[0].Open("ann", Limit);
        cluster.Nodes[0].Transfers.Add(new GreedyTransfer(session.Bandwidth.Download!.Begin(), 3000) { PerStep = 3000 });
        cluster.Run(4);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.96, Limit * 1.01);
        long before = cluster.Nodes[0].Moved;
        cluster.Run(10);
        ((cluster.Nodes[0].Moved - before) / 10.0).ShouldBeInRange(2_900_000, 3_010_000);
    }

    [Fact]
    public void The_share_of_a_node_that_is_killed_is_free_after_the_share_lease()
    {
        using RateCluster cluster = With(Limit, 8, 8, 8);
        cluster.Run(3);
        cluster.Nodes[2].Kill();
        cluster.Run(4.5);
        cluster.SumOf(Ann).ShouldBeGreaterThan(Limit / 100 * 97);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void Without_an_engine_the_nodes_use_their_parts()
    {
        using RateCluster cluster = With(Limit, 8, 8, 0);
        cluster.Run(5);
        cluster.IsEngineUp = false;
        cluster.Run(10);
        cluster.Measure(10).ShouldBeInRange(Limit * 2 / 3 * 0.97, Limit * 2 / 3 * 1.03);
        cluster.Nodes[0].Lease.Until.ShouldBe(long.MaxValue);
        cluster.IsEngineUp = true;
        cluster.Run(4);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void Without_an_engine_nothing_passes_if_the_policy_says_so()
    {
        using RateCluster cluster = With(Limit, AwayPolicy.Stop, 8, 8);
        cluster.Run(5);
        cluster.IsEngineUp = false;
        cluster.Run(3.5);
        cluster.Measure(10).ShouldBe(0);
        cluster.IsEngineUp = true;
        cluster.Run(4);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void A_limit_that_changes_is_in_force_on_all_nodes()
    {
        using RateCluster cluster = With(Limit, 8, 8, 8);
        cluster.Run(5);
        cluster.Nodes.ForEach(static node => node.Open("ann", Limit / 10));
        cluster.Run(1.5);
        cluster.Watch(Ann, Limit / 10);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.097, Limit * 0.103);
        cluster.Watch(Ann, Limit * 2);
        cluster.Nodes.ForEach(static node => node.Open("ann", Limit * 2));
        cluster.Run(2);
        cluster.Measure(10).ShouldBeInRange(Limit * 1.94, Limit * 2.06);
    }

    [Fact]
    public void A_limit_that_is_taken_away_and_set_again_has_one_share()
    {
        using RateCluster cluster = With(Limit, 1, 1);
        cluster.Run(3);
        var group = new GroupTotal("g", 0, Limit * 10);
        cluster.Nodes[0].Open("ann", 0, group);
        cluster.Nodes[0].Keeper.List().Single(static scope => scope.Name == Ann).Rate.ShouldBe(BandwidthScope.Unlimited);
        cluster.Nodes[0].Registered.ShouldBe(1);
        cluster.Nodes[0].Open("ann", Limit, group);
        cluster.Nodes[0].Registered.ShouldBe(2);
        cluster.Run(3);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void A_limit_that_is_taken_away_while_a_tick_is_on_its_way_stays_away()
    {
        using RateCluster cluster = With(Limit, 0, 0);
        var group = new GroupTotal("g", 0, Limit * 10);
        cluster.Watch(Ann, long.MaxValue);
        for (int i = 0; i < 40; i++)
        {
            cluster.Nodes[0].Open("ann", Limit, group);
            cluster.Run(0.001 * (i % 8));
            cluster.Nodes[0].Open("ann", 0, group);
            cluster.Run(0.2);
            cluster.Nodes[0].Keeper.List().Single(static scope => scope.Name == Ann).Rate.ShouldBe(BandwidthScope.Unlimited);
        }
    }

    [Fact]
    public void Members_on_all_nodes_share_the_total_of_their_group()
    {
        using var cluster = new RateCluster(3);
        var sales = new GroupTotal("sales", 0, 10_000_000);
        var staff = new GroupTotal("staff", 0, 30_000_000);
        cluster.Watch("group/sales/down", 10_000_000);
        cluster.Watch("group/staff/down", 30_000_000);
        string[] users = ["ann", "bob", "carl", "dora"];
        for (int i = 0; i < users.Length; i++)
        {
            RateNode node = cluster.Nodes[i % 3];
            node.Download(i < 3 ? node.Open(users[i], 0, sales, staff) : node.Open(users[i], 0, staff), 4);
        }

        cluster.Run(4);
        cluster.Measure(10).ShouldBeInRange(29_000_000, 30_900_000);
        cluster.SumOf("group/sales/down").ShouldBeGreaterThan(9_700_000);
    }

    [Fact]
    public void A_node_that_was_stopped_spends_no_more_than_a_bucket_of_what_is_not_its_own()
    {
        using RateCluster cluster = With(Limit, AwayPolicy.Stop, 8, 8, 8);
        cluster.Run(5);
        RateNode node = cluster.Nodes[0];
        node.IsStopped = true;
        cluster.Run(30);
        long before = node.Moved;
        node.Clock.Advance(TimeSpan.FromSeconds(30));
        for (int i = 0; i < 500; i++)
        {
            node.Transfers.ForEach(static transfer => transfer.Move());
            node.Clock.Advance(RateCluster.StepTime);
        }

        (node.Moved - before).ShouldBeLessThanOrEqualTo((Limit / 3 / 10) + (9 * 32_768));
        node.IsStopped = false;
        cluster.Run(4);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Theory]
    [InlineData(AwayPolicy.Share)]
    [InlineData(AwayPolicy.Stop)]
    public void With_a_node_that_was_stopped_no_more_than_a_burst_above_the_limit_passes(AwayPolicy away)
    {
        using RateCluster cluster = With(Limit, away, 8, 8, 8);

        // Its part of the limit is in force with one of the policies, until the engine answers.
        cluster.Watch(Ann, away == AwayPolicy.Share ? Limit * 4 / 3 : Limit);
        cluster.Run(5);
        cluster.Nodes[0].IsStopped = true;
        cluster.Run(10);
        cluster.Nodes[0].Clock.Advance(TimeSpan.FromSeconds(10));
        cluster.Nodes[0].IsStopped = false;
        cluster.Measure(1).ShouldBeLessThanOrEqualTo(Limit * 1.1);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void A_small_limit_moves_all_transfers_on()
    {
        using RateCluster cluster = With(1024, 4, 4, 4);
        cluster.Run(450);
        foreach (RateNode node in cluster.Nodes)
        {
            node.Transfers.ShouldAllBe(static transfer => transfer.Moved >= 32_768);
        }

        // A first operation of each node is its credit.
        cluster.Moved.ShouldBeInRange(445 * 1024, (450 * 1024) + (4 * 32_768));
    }

    [Fact]
    public void Shares_that_go_to_and_fro_pass_no_more_than_the_limit()
    {
        using RateCluster cluster = With(10_000, 0, 0);
        BandwidthLease[] sessions = [.. cluster.Nodes.Select(static node => node.Open("ann", 10_000))];
        for (int i = 0; i < 150; i++)
        {
            RateNode ends = cluster.Nodes[i % 2];
            ends.Transfers.ForEach(static transfer => transfer.IsActive = false);
            ends.Transfers.ForEach(static transfer => transfer.Dispose());
            cluster.Nodes[(i + 1) % 2].Download(sessions[(i + 1) % 2], 4);
            cluster.Run(1 + (i % 7 * 0.1));
        }

        cluster.Moved.ShouldBeInRange(160 * 10_000, (195 * 10_000) + (4 * 32_768));
    }

    [Fact]
    public void What_an_ended_session_owes_is_paid_though_another_node_wants_all()
    {
        using RateCluster cluster = With(1000, 0, 4);
        BandwidthLease session = cluster.Nodes[0].Open("ann", 1000);
        cluster.Run(1);
        using (var transfer = new GreedyTransfer(session.Bandwidth.Download!.Begin(), 32_768))
        {
            transfer.Move();
            transfer.Moved.ShouldBe(32_768);
        }

        cluster.Nodes[0].Close(session);
        cluster.Run(20);
        cluster.Nodes[0].Registered.ShouldBe(1);
        cluster.Run(80);
        cluster.Nodes[0].Keeper.Open(new SessionBandwidth { UserName = "none" }).ShouldBeNull();
        cluster.Nodes[0].Registered.ShouldBe(0);
    }

    [Fact]
    public void Scopes_that_are_not_used_any_more_have_no_share()
    {
        using var cluster = new RateCluster(2);
        for (int i = 0; i < 1000; i++)
        {
            RateNode node = cluster.Nodes[i % 2];
            BandwidthLease session = node.Open($"u{i % 700}", 1_000_000 + i, new GroupTotal($"g{i % 10}", 2_000_000, 2_000_000));
            using (var transfer = new GreedyTransfer(session.Bandwidth.Download!.Begin(), 4096))
            {
                transfer.Move();
                cluster.Run(0.005);
                transfer.IsActive = false;
            }

            node.Close(session);
        }

        for (int i = 0; i < 40; i++)
        {
            cluster.Run(0.3);
            cluster.Nodes.ForEach(static node => node.Keeper.Open(new SessionBandwidth { UserName = "none" }).ShouldBeNull());
        }

        foreach (RateNode node in cluster.Nodes)
        {
            node.Keeper.List().ShouldBeEmpty();
            node.Registered.ShouldBe(0);
            node.Rates.Counters.Shared.ShouldBe(0);
            node.Rates.Counters.Ungranted.ShouldBe(0);
        }
    }

    [Fact]
    public void More_scopes_than_there_are_places_wait_for_one()
    {
        using var cluster = new RateCluster(1);
        cluster.Nodes[0].Dispose();
        cluster.Nodes[0] = new RateNode(cluster, "n0", AwayPolicy.Share, 1, maxShared: 2);
        RateNode node = cluster.Nodes[0];
        BandwidthLease[] sessions = [.. Enumerable.Range(0, 4).Select(i => node.Open($"u{i}", 1_000_000))];
        cluster.Run(2);
        node.Rates.Counters.Shared.ShouldBe(2);
        node.Rates.Counters.Unplaced.ShouldBe(2);
        cluster.SumOf("user/u1/down").ShouldBe(1_000_000);
        cluster.SumOf("user/u3/down").ShouldBe(0);
        node.Close(sessions[2]);
        node.Close(sessions[0]);
        cluster.Run(2);
        node.Rates.Counters.Unplaced.ShouldBe(0);
        cluster.SumOf("user/u3/down").ShouldBe(1_000_000);
    }

    [Fact]
    public void A_name_that_is_too_long_for_the_cluster_has_a_share_too()
    {
        using var cluster = new RateCluster(2);
        string name = new('n', 400);
        cluster.Nodes.ForEach(node => node.Download(node.Open(name, Limit), 4));
        cluster.Watch($"user/{name}/down", Limit);
        cluster.Run(3);
        cluster.Measure(10).ShouldBeInRange(Limit * 0.97, Limit * 1.03);
    }

    [Fact]
    public void The_limit_of_a_node_is_its_own()
    {
        using var cluster = new RateCluster(2);
        cluster.Nodes.ForEach(static node => node.Keeper.SetNode(0, Limit));
        cluster.Nodes.ForEach(static node => node.Download(node.Open("ann", 0), 4));
        cluster.Measure(10).ShouldBeInRange(Limit * 1.98, Limit * 2.03);
        cluster.Nodes[0].Registered.ShouldBe(0);
    }

    private static RateCluster With(long limit, params int[] transfers) => With(limit, AwayPolicy.Share, transfers);

    private static RateCluster With(long limit, AwayPolicy away, params int[] transfers)
    {
        var cluster = new RateCluster(transfers.Length, away);
        cluster.Watch(Ann, limit);
        for (int i = 0; i < transfers.Length; i++)
        {
            if (transfers[i] > 0)
            {
                cluster.Nodes[i].Download(cluster.Nodes[i].Open("ann", limit), transfers[i]);
            }
        }

        return cluster;
    }
}
