using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Defender;

namespace Hpc.Cluster.Tests.Wiring;

/// <summary>Bans of several nodes, in virtual time.</summary>
public sealed class ClusterBoardTests
{
    private static readonly HostKey Host = DefenderWorld.Host(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Points_of_two_nodes_ban_on_all()
    {
        DefenderWorld world = Started(3);
        world.Nodes[0].Board.Add(Host, 6).IsBanned.ShouldBeFalse();
        world.Nodes[1].Board.Add(Host, 4).IsBanned.ShouldBeFalse();
        world.Pass();
        world.Nodes.ShouldAllBe(node => node.Board.IsBanned(Host));
        world.AllAgree("after the tick");
        world.Nodes.ShouldAllBe(node => node.Begun.Count == 1);
    }

    [Fact]
    public void A_host_with_too_many_points_on_one_node_is_banned_there_at_once_and_everywhere_with_the_tick()
    {
        DefenderWorld world = Started(2);
        world.Nodes[0].Board.Add(Host, 10).IsBanned.ShouldBeTrue();
        world.Nodes[0].Board.IsBanned(Host).ShouldBeTrue();
        world.Nodes[1].Board.IsBanned(Host).ShouldBeFalse();
        world.Pass();
        world.Nodes[1].Board.IsBanned(Host).ShouldBeTrue();
        world.AllAgree("after the tick");
        world.Nodes.ShouldAllBe(node => node.Begun.Count == 1 && node.Published == 0);
    }

    [Fact]
    public void A_host_that_two_nodes_ban_at_once_is_banned_once()
    {
        DefenderWorld world = Started(2);
        world.Nodes[0].Board.Add(Host, 10).IsBanned.ShouldBeTrue();
        world.Nodes[1].Board.Add(Host, 10).IsBanned.ShouldBeTrue();
        world.Pass();
        world.AllAgree("after the tick");
        (world.Bans().Single().Left - TimeSpan.FromMinutes(30)).TotalSeconds.ShouldBeInRange(-3, 0);
        world.Nodes.ShouldAllBe(node => node.Begun.Count == 1);
    }

    [Fact]
    public async Task A_ban_by_hand_and_its_end_are_in_force_everywhere()
    {
        DefenderWorld world = Started(3);
        (await world.Nodes[0].BanAsync(Host, Hour)).ShouldBeTrue();
        world.Nodes[0].Board.IsBanned(Host).ShouldBeTrue();
        world.Pass();
        world.Nodes.ShouldAllBe(node => node.Board.IsBanned(Host));
        (await world.Nodes[2].UnbanAsync(Host)).ShouldBeTrue();
        world.Nodes[2].Board.IsBanned(Host).ShouldBeFalse();
        world.Pass();
        world.Nodes.ShouldAllBe(node => !node.Board.IsBanned(Host));
        world.Bans().ShouldBeEmpty();
        world.Nodes.ShouldAllBe(node => node.Begun.Count == 1);
    }

    [Fact]
    public async Task A_shorter_ban_by_hand_leaves_a_longer_one_as_it_is()
    {
        DefenderWorld world = Started(2);
        await world.Nodes[0].BanAsync(Host, Hour);
        world.Pass();
        await world.Nodes[1].BanAsync(Host, TimeSpan.FromMinutes(1));
        world.Pass();
        world.AllAgree("after the second");
        world.Bans().Single().Left.TotalMinutes.ShouldBeGreaterThan(59);
    }

    [Fact]
    public async Task Who_is_forgotten_has_no_points_on_any_node()
    {
        DefenderWorld world = Started(3);
        world.Nodes[0].Board.Add(Host, 5);
        world.Pass();
        world.Nodes[1].Board.Add(Host, 4);
        (await world.Nodes[1].UnbanAsync(Host)).ShouldBeTrue();
        world.Pass();
        world.Nodes.ShouldAllBe(node => node.Board.Find(Host) == null);
        world.Nodes[0].Board.Add(Host, 5).Score.ShouldBe(5);
        world.Nodes[2].Board.Add(Host, 4).Score.ShouldBe(4);
        world.Pass();
        world.Bans().ShouldBeEmpty("9 points since it was forgotten");
        world.Nodes[1].Board.Add(Host, 1);
        world.Pass();
        world.Nodes.ShouldAllBe(node => node.Board.IsBanned(Host));
    }

    [Fact]
    public void A_return_that_all_nodes_see_is_one()
    {
        DefenderWorld world = Started(3);
        world.Nodes[0].Board.Add(Host, 10);
        world.Pass();
        DateTimeOffset until = world.Bans().Single().Until;
        foreach (DefenderNode node in world.Nodes)
        {
            node.Board.IsBannedOnReturn(Host).ShouldBeTrue();
            node.Board.IsBannedOnReturn(Host).ShouldBeTrue();
        }

        world.Pass(40);
        world.Nodes[1].Board.IsBannedOnReturn(Host).ShouldBeTrue();
        world.Pass();
        world.AllAgree("after the returns");
        world.Bans().Single().Until.ShouldBe(until + TimeSpan.FromMinutes(15));
        world.Pass(60);
        world.Nodes[1].Board.IsBannedOnReturn(Host).ShouldBeTrue();
        world.Pass();
        world.AllAgree("after the second return");
        world.Bans().Single().Until.ShouldBe(until + TimeSpan.FromMinutes(30));
        world.Nodes.ShouldAllBe(node => node.Begun.Count == 1);
    }

    [Fact]
    public async Task A_node_that_was_cut_off_ends_what_the_others_have_lifted_and_tells_what_it_has_banned()
    {
        DefenderWorld world = Started(2);
        (DefenderNode here, DefenderNode there) = (world.Nodes[0], world.Nodes[1]);
        await there.BanAsync(Host, Hour);
        world.Pass();
        here.IsCutOff = true;
        world.Pass(20);
        await there.UnbanAsync(Host);
        await there.BanAsync(DefenderWorld.Host(2), Hour);
        here.Board.Add(DefenderWorld.Host(3), 10).IsBanned.ShouldBeTrue();
        (await here.BanAsync(DefenderWorld.Host(4), Hour)).ShouldBeFalse();

        // Notices are kept for a minute: nobody tells of the lifted ban any more.
        world.Pass(300);
        here.Board.IsBanned(Host).ShouldBeTrue();
        here.IsCutOff = false;
        await world.SettleAsync();
        world.AllAgree("after the node is back");
        world.Bans().Select(static ban => ban.Host).ShouldBe(["192.0.2.2", "192.0.2.3", "192.0.2.4"]);
        world.Bans().Single(static ban => ban.Host == "192.0.2.3").Left.ShouldBeLessThan(TimeSpan.FromMinutes(25.5), "a ban that is told late does not begin anew");
        here.Begun.Count(static host => host == DefenderWorld.Host(3)).ShouldBe(1);
    }

    [Fact]
    public async Task While_the_engine_is_away_bans_hold_here_and_are_told_later()
    {
        DefenderWorld world = Started(2);
        world.IsAway = true;
        world.Pass(10);
        world.Nodes[0].Board.Add(Host, 10).IsBanned.ShouldBeTrue();
        (await world.Nodes[1].BanAsync(DefenderWorld.Host(2), Hour)).ShouldBeFalse();
        (await world.Nodes[1].UnbanAsync(DefenderWorld.Host(9))).ShouldBeFalse();
        world.Nodes[0].Board.IsBanned(Host).ShouldBeTrue();
        world.Nodes[1].Board.IsBanned(DefenderWorld.Host(2)).ShouldBeTrue();
        world.Pass(10);
        world.IsAway = false;
        await world.SettleAsync();
        world.AllAgree("after the engine is back");
        world.Bans().Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_engine_that_has_lost_what_it_knew_is_told_of_all_bans()
    {
        DefenderWorld world = Started(3);
        await world.Nodes[0].BanAsync(Host, Hour);
        world.Nodes[1].Board.Add(DefenderWorld.Host(2), 10);
        world.Pass();
        world.Forget();
        world.Pass(1);
        world.Nodes.ShouldAllBe(node => node.Board.IsBanned(Host));
        await world.SettleAsync();
        world.AllAgree("after it was told");
        world.Bans().Count.ShouldBe(2);
        world.Nodes.ShouldAllBe(node => node.Begun.Count == 2);
    }

    [Fact]
    public async Task A_ban_that_was_lifted_while_the_engine_was_away_does_not_come_back()
    {
        DefenderWorld world = Started(2);
        await world.Nodes[0].BanAsync(Host, Hour);
        world.Pass();
        world.IsAway = true;
        world.Pass(10);
        (await world.Nodes[0].UnbanAsync(Host)).ShouldBeFalse();
        world.Nodes[0].Board.IsBanned(Host).ShouldBeFalse();
        world.Nodes[1].Board.IsBanned(Host).ShouldBeTrue();
        world.IsAway = false;
        world.Pass();
        world.Nodes[0].Board.IsBanned(Host).ShouldBeFalse();
        await world.SettleAsync();
        world.Nodes.ShouldAllBe(node => !node.Board.IsBanned(Host));
        world.Bans().ShouldBeEmpty();
    }

    [Fact]
    public void A_ban_of_this_node_alone_grows_here_while_the_engine_is_away()
    {
        DefenderWorld world = Started(1);
        world.IsAway = true;
        world.Pass(10);
        ClusterBoard board = world.Nodes[0].Board;
        board.Add(Host, 10);
        DateTimeOffset until = board.Find(Host)!.BannedUntil!.Value;
        board.IsBannedOnReturn(Host).ShouldBeTrue();
        board.Find(Host)!.BannedUntil.ShouldBe(until + TimeSpan.FromMinutes(15));
    }

    [Fact]
    public async Task A_ban_that_is_unknown_after_the_pause_is_told_without_a_join()
    {
        DefenderWorld world = Started(2);
        world.Nodes[0].Board.Add(Host, 10);

        // As if there had been no room for its points.
        world.Nodes[0].ForgetScore(Host.ToString());
        world.Pass();
        world.Nodes[1].Board.IsBanned(Host).ShouldBeFalse();
        await world.SettleAsync();
        world.AllAgree("after it was told");
        world.Nodes[1].Board.IsBanned(Host).ShouldBeTrue();
    }

    [Fact]
    public async Task With_a_full_table_of_bans_by_hand_one_more_is_refused_until_the_others_are_told()
    {
        DefenderWorld world = Started(1);
        DefenderNode node = world.Nodes[0];
        world.IsAway = true;
        for (int i = 0; i < MemoryBoard.MaxByHand; i++)
        {
            node.Board.Ban(Of(i), Hour).ShouldBeTrue();
        }

        node.Board.Ban(Of(-1), Hour).ShouldBeFalse();
        node.Board.Banned.ShouldBe(MemoryBoard.MaxByHand);
        world.IsAway = false;
        world.Pass();
        for (int i = 0; i < MemoryBoard.MaxByHand / BanTeller.MaxAtOnce; i++)
        {
            await node.Board.Teller.TellAllAsync();
        }

        world.Pass();
        world.AllAgree("after all are told");
        node.Board.Ban(Of(-1), Hour).ShouldBeTrue();
        node.Board.Banned.ShouldBe(MemoryBoard.MaxByHand + 1);

        static HostKey Of(int i) => HostKey.Of(new System.Net.IPAddress(new byte[] { 10, 1, (byte)(i >> 8), (byte)i }));
    }

    [Fact]
    public void Bans_of_other_nodes_do_not_end_before_their_time_for_want_of_room_here()
    {
        DefenderWorld world = Started(1, DefenderWorld.Options with { EntriesSoftLimit = 2, EntriesHardLimit = 3 });
        ClusterBoard board = world.Nodes[0].Board;
        for (int i = 0; i < 50; i++)
        {
            board.OnBan(DefenderWorld.Host(i).ToString(), Hour);
        }

        for (int i = 50; i < 60; i++)
        {
            board.Add(DefenderWorld.Host(i), 10);
        }

        Enumerable.Range(0, 50).ShouldAllBe(i => board.IsBanned(DefenderWorld.Host(i)));
        board.Banned.ShouldBeInRange(52, 53);
    }

    [Fact]
    public void What_is_no_host_or_over_already_bans_nobody()
    {
        ClusterBoard board = Started(1).Nodes[0].Board;
        board.OnBan("everybody", Hour);
        board.OnBan(Host.ToString(), TimeSpan.Zero);
        board.OnUnban("nobody");
        board.Banned.ShouldBe(0);
    }

    [Fact]
    public void Settings_are_told_as_they_are_counted()
    {
        ClusterBoard.ParametersOf(new DefenderOptions()).ShouldBeNull();
        ClusterBoard.ParametersOf(new DefenderOptions { IsEnabled = true })
            .ShouldBe(new DefenderParameters(15, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(15), 150));
        ClusterBoard.ParametersOf(new DefenderOptions { IsEnabled = true, BanTimeIncrement = 0 })!.Increment.ShouldBe(TimeSpan.Zero);
        ClusterBoard.ParametersOf(new DefenderOptions { IsEnabled = true, BanTimeIncrement = 1 })!.Increment.ShouldBe(TimeSpan.FromMinutes(1));
    }

    private static DefenderWorld Started(int nodes, DefenderOptions? options = null)
    {
        var world = new DefenderWorld(nodes, options);
        world.Pass(3);
        return world;
    }
}
