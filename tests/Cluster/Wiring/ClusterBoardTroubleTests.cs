using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Defender;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>What several nodes say of one host at a time, and attacks from many addresses.</summary>
public sealed class ClusterBoardTroubleTests
{
    private static readonly HostKey Host = DefenderWorld.Host(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_longer_ban_by_hand_that_could_not_be_told_is_not_cut_short_by_the_one_that_the_cluster_knows()
    {
        DefenderWorld world = Started(2);
        (DefenderNode here, DefenderNode there) = (world.Nodes[0], world.Nodes[1]);
        there.Board.Add(Host, 10);
        world.Pass();
        here.IsCutOff = true;
        world.Pass(20);
        (await here.BanAsync(Host, TimeSpan.FromDays(1))).ShouldBeFalse();
        here.IsCutOff = false;
        await world.SettleAsync();
        world.AllAgree("after the node is back");
        world.Bans().Single().Left.TotalHours.ShouldBeGreaterThan(23);
    }

    [Fact]
    public async Task A_shorter_ban_that_is_heard_before_a_longer_one_is_told_does_not_take_its_place()
    {
        DefenderWorld world = Started(2);
        (DefenderNode here, DefenderNode there) = (world.Nodes[0], world.Nodes[1]);
        here.Board.Ban(Host, TimeSpan.FromDays(1)).ShouldBeTrue();
        there.Board.Add(Host, 10);
        world.Pass();
        (await here.Board.TellBanAsync(Host, Ct)).ShouldBeTrue();
        world.Pass();
        world.AllAgree("after it was told");
        world.Bans().Single().Left.TotalHours.ShouldBeGreaterThan(23);
    }

    [Fact]
    public async Task A_ban_that_becomes_longer_while_it_is_told_is_told_again()
    {
        DefenderWorld world = Started(2);
        DefenderNode node = world.Nodes[0];
        node.Board.Ban(Host, TimeSpan.FromHours(1)).ShouldBeTrue();
        node.AfterPublishing = () =>
        {
            node.AfterPublishing = null;
            node.Board.Ban(Host, TimeSpan.FromDays(1)).ShouldBeTrue();
        };
        (await node.Board.TellBanAsync(Host, Ct)).ShouldBeTrue();
        (await node.Board.TellBanAsync(Host, Ct)).ShouldBeTrue();
        world.Pass();
        world.AllAgree("after both are told");
        world.Bans().Single().Left.TotalHours.ShouldBeGreaterThan(23);
    }

    [Fact]
    public async Task An_end_of_a_ban_that_is_told_late_does_not_end_a_newer_ban_of_the_same_node()
    {
        DefenderWorld world = Started(1);
        DefenderNode node = world.Nodes[0];
        world.IsAway = true;
        world.Pass(10);
        (await node.UnbanAsync(Host)).ShouldBeFalse();
        node.Board.Add(Host, 10).IsBanned.ShouldBeTrue();
        world.IsAway = false;
        world.Pass();

        // A tick hears what was told before the next thing is told.
        node.AfterPublishing = () => world.Pass(1);
        await world.SettleAsync();
        node.Board.IsBanned(Host).ShouldBeTrue();
        world.AllAgree("after all is told");
    }

    [Fact]
    public void However_many_hosts_are_banned_they_hurry_one_tick_in_a_second()
    {
        DefenderWorld world = Started(2);
        DefenderNode node = world.Nodes[0];
        for (int i = 1; i <= 200; i++)
        {
            node.Board.Add(DefenderWorld.Host(i), 10).IsBanned.ShouldBeTrue();
        }

        node.Nudges.ShouldBe(1);
        world.Pass();
        world.AllAgree("after the tick");
        world.Bans().Count.ShouldBe(200);
        node.Board.Add(DefenderWorld.Host(201), 10);
        node.Nudges.ShouldBe(2);
    }

    [Fact]
    public void One_tick_tells_a_bounded_number_of_hosts_and_the_next_ones_the_rest_in_order()
    {
        var scores = new NodeScores();
        const int Hosts = (2 * NodeScores.MaxTold) + 10;
        for (int i = 0; i < Hosts; i++)
        {
            scores.Add(new HostScore($"h{i}", 1));
        }

        var told = new List<string>();
        for (IReadOnlyList<HostScore> tick = scores.Take(); tick.Count > 0; tick = scores.Take())
        {
            tick.Count.ShouldBeLessThanOrEqualTo(NodeScores.MaxTold);
            told.AddRange(tick.Select(static score => score.Host));
            if (told.Count == NodeScores.MaxTold)
            {
                scores.Add(new HostScore("late", 1));
            }
        }

        told.ShouldBe([.. Enumerable.Range(0, Hosts).Select(static i => $"h{i}"), "late"]);
    }

    private static DefenderWorld Started(int nodes)
    {
        var world = new DefenderWorld(nodes);
        world.Pass(3);
        return world;
    }
}
