using Hpc.Actors.Limits.Bandwidth;
using Hpc.Storage.Vfs.Bandwidth;
using Shouldly;
using Xunit;

namespace Hpc.Actors.Tests.Limits.Bandwidth;

public sealed class BandwidthRateTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(131_072, 32_768, 1)]
    [InlineData(1_048_576, 4096, 1)]
    [InlineData(1_048_576, 32_768, 3)]
    [InlineData(40_000_000, 262_144, 8)]
    [InlineData(40_000_000, 4096, 8)]
    [InlineData(1_000_000_000, 262_144, 5)]
    public void Transfers_of_a_user_together_get_its_rate(long rate, int operation, int count)
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", rate);
        for (int i = 0; i < count; i++)
        {
            fixture.Download(session, operation);
        }

        fixture.Run(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
        {
            double ratio = fixture.Measure(Window).Sum() / (double)(rate * 10);
            ratio.ShouldBeInRange(0.99 - (operation / (rate * 10.0)), 1.01 + (operation / (rate * 10.0)));
        }
    }

    [Fact]
    public void A_slow_user_moves_less_than_an_operation_at_a_time_on_average()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer transfer = fixture.Download("ann", 1024, 32_768);
        fixture.Run(TimeSpan.FromSeconds(1));
        transfer.Moved.ShouldBe(32_768);
        fixture.Run(TimeSpan.FromSeconds(30));
        transfer.Moved.ShouldBe(32_768);
        fixture.Run(TimeSpan.FromSeconds(4));
        transfer.Moved.ShouldBe(65_536);
    }

    [Fact]
    public void Two_sessions_of_a_user_share_its_rate_and_two_directions_do_not()
    {
        using var fixture = new BandwidthFixture();
        var limits = new SessionBandwidth { UserName = "ann", Upload = 1_000_000, Download = 1_000_000 };
        RunningTransfer one = fixture.Download(fixture.Open(limits)!, 16_384);
        RunningTransfer two = fixture.Download(fixture.Open(limits)!, 16_384);
        var upload = new RunningTransfer(fixture.Open(limits)!.Bandwidth.Upload!.Begin(), 16_384);
        fixture.Transfers.Add(upload);
        fixture.Run(Window);
        (one.Moved + two.Moved).ShouldBeInRange(9_900_000, 10_300_000);
        upload.Moved.ShouldBeInRange(9_900_000, 10_300_000);
    }

    [Fact]
    public void A_limit_by_network_takes_the_place_of_the_users()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer own = fixture.Download("ann", 1_000_000, 16_384);
        var from = new SessionBandwidth { UserName = "ann", Source = 0, Download = 2_000_000 };
        RunningTransfer one = fixture.Download(fixture.Open(from)!, 16_384);
        RunningTransfer two = fixture.Download(fixture.Open(from)!, 16_384);
        fixture.Run(Window);
        own.Moved.ShouldBeInRange(9_900_000, 10_300_000);
        (one.Moved + two.Moved).ShouldBeInRange(19_800_000, 20_500_000);
        fixture.Keeper.Open(new SessionBandwidth { UserName = "ann", Source = 1 }).ShouldBeNull();
    }

    [Fact]
    public void A_user_whose_name_looks_like_a_limit_by_network_has_a_limit_of_its_own()
    {
        using var fixture = new BandwidthFixture();
        fixture.Open("ann@0", 1_000_000);
        fixture.Open(new SessionBandwidth { UserName = "ann", Source = 0, Download = 5_000_000 });
        fixture.Keeper.List().Select(static scope => scope.Rate).Order().ShouldBe([1_000_000, 5_000_000]);
    }

    [Fact]
    public void Users_of_a_group_share_its_total_and_keep_to_their_own()
    {
        using var fixture = new BandwidthFixture();
        var group = new GroupTotal("sales", 0, 10_000_000);
        RunningTransfer slow = fixture.Download("slow", 1_000_000, 32_768, group);
        RunningTransfer ann = fixture.Download("ann", 0, 32_768, group);
        RunningTransfer bob = fixture.Download("bob", 0, 262_144, group);
        fixture.Run(TimeSpan.FromSeconds(1));
        long[] moved = fixture.Measure(Window);
        moved.Sum().ShouldBeInRange(99_000_000, 101_000_000);
        moved[0].ShouldBeInRange(9_700_000, 10_300_000);
        moved[1].ShouldBeInRange(43_000_000, 47_000_000);
        moved[2].ShouldBeInRange(43_000_000, 47_000_000);
        (fixture.Scope("group/sales/down").Moved - slow.Moved - ann.Moved - bob.Moved).ShouldBeInRange(0, 1_000_000);
    }

    [Fact]
    public void The_node_limits_all_together_and_a_user_without_other_limits_has_its_turn()
    {
        using var fixture = new BandwidthFixture();
        fixture.Keeper.SetNode(0, 9_000_000);
        fixture.Download("ann", 0, 32_768);
        fixture.Download("bob", 0, 32_768);
        BandwidthLease many = fixture.Open("carl", 0);
        fixture.Download(many, 32_768);
        fixture.Download(many, 32_768);
        fixture.Run(TimeSpan.FromSeconds(1));
        long[] moved = fixture.Measure(Window);
        moved.Sum().ShouldBeInRange(89_100_000, 90_900_000);
        moved[0].ShouldBeInRange(28_500_000, 31_500_000);
        moved[1].ShouldBeInRange(28_500_000, 31_500_000);
        (moved[2] + moved[3]).ShouldBeInRange(28_500_000, 31_500_000);
    }

    [Fact]
    public void Who_has_no_limit_on_its_way_has_no_object_for_it_and_is_not_held_up_by_others()
    {
        using var fixture = new BandwidthFixture();
        fixture.Download("ann", 1, 32_768);
        fixture.Run(TimeSpan.FromMilliseconds(10));
        fixture.Keeper.Open(new SessionBandwidth { UserName = "bob" }).ShouldBeNull();
        BandwidthLease fast = fixture.Open("bob", 1_000_000_000);
        fast.Bandwidth.Upload.ShouldBeNull();
        using ITransferPace pace = fast.Bandwidth.Download!.Begin();
        pace.TryTake(65_536, 65_536).ShouldBe(65_536);
    }

    [Fact]
    public void Who_waits_for_its_own_limit_holds_up_nobody_in_its_group()
    {
        using var fixture = new BandwidthFixture();
        var group = new GroupTotal("g", 0, 1_000_000_000);
        RunningTransfer slow = fixture.Download("ann", 1000, 32_768, group);
        fixture.Run(TimeSpan.FromMilliseconds(50));
        slow.IsWaiting.ShouldBeTrue();
        using ITransferPace free = fixture.Open("bob", 0, group).Bandwidth.Download!.Begin();
        for (int i = 0; i < 100; i++)
        {
            free.TryTake(32_768, 32_768).ShouldBe(32_768);
            fixture.Time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Theory]
    [InlineData(40_000_000)]
    [InlineData(1_000_000)]
    [InlineData(131_072)]
    public void Transfers_of_a_user_get_the_same_whatever_the_size_of_their_operations(long rate)
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", rate);
        fixture.Download(session, 4096);
        fixture.Download(session, 262_144);
        fixture.Run(TimeSpan.FromSeconds(5));
        long[] moved = fixture.Measure(TimeSpan.FromSeconds(60));
        double ratio = moved[0] / (double)moved[1];
        double slack = 262_144.0 / (rate * 30);
        ratio.ShouldBeInRange(0.95 - slack, 1.05 + slack);
    }

    [Fact]
    public void A_transfer_that_takes_less_than_its_part_leaves_the_rest_to_the_others()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 10_000_000);
        var slow = new RunningTransfer(session.Bandwidth.Download!.Begin(), 1000) { PerStep = 1000 };
        fixture.Transfers.Add(slow);
        RunningTransfer fast = fixture.Download(session, 32_768);
        fixture.Run(TimeSpan.FromSeconds(1));
        long[] moved = fixture.Measure(Window);
        moved[0].ShouldBeInRange(8_500_000, 10_100_000);
        moved.Sum().ShouldBeInRange(99_000_000, 101_000_000);
        fast.Moved.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_changed_rate_is_in_force_at_once_for_who_runs_and_who_waits()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer transfer = fixture.Download("ann", 1024, 32_768);
        fixture.Run(TimeSpan.FromSeconds(1));
        transfer.IsWaiting.ShouldBeTrue();

        fixture.Open("ann", 10_000_000);
        fixture.Run(TimeSpan.FromMilliseconds(20));
        transfer.Moved.ShouldBeGreaterThan(32_768);
        fixture.Run(TimeSpan.FromSeconds(1));
        fixture.Measure(Window)[0].ShouldBeInRange(99_000_000, 101_000_000);

        fixture.Open("ann", 1_000_000);
        fixture.Measure(Window)[0].ShouldBeInRange(9_800_000, 10_300_000);
    }

    [Fact]
    public void At_a_rate_of_nothing_nothing_passes_until_there_is_another()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer transfer = fixture.Download("ann", 10_000_000, 32_768);
        fixture.Run(TimeSpan.FromMilliseconds(50));
        fixture.Scope("user/ann/down").SetRate(0);
        fixture.Run(TimeSpan.FromMilliseconds(10));
        fixture.Measure(TimeSpan.FromSeconds(5))[0].ShouldBe(0);
        fixture.Time.PendingTimers.ShouldBe(0);

        fixture.Scope("user/ann/down").SetRate(1_000_000);
        fixture.Measure(Window)[0].ShouldBeInRange(9_800_000, 10_300_000);

        fixture.Scope("user/ann/down").SetRate(BandwidthScope.Unlimited);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(20));
        transfer.Pace.TryTake(1 << 30, 1 << 30).ShouldBe(1 << 30);
    }

    [Fact]
    public void A_user_who_comes_back_finds_what_is_still_owed()
    {
        using var fixture = new BandwidthFixture();
        var limits = new SessionBandwidth { UserName = "ann", Download = 1000 };
        using (BandwidthLease lease = fixture.Keeper.Open(limits)!)
        {
            using ITransferPace first = lease.Bandwidth.Download!.Begin();
            first.TryTake(10_000, 10_000).ShouldBe(10_000);
        }

        using (BandwidthLease again = fixture.Keeper.Open(limits)!)
        {
            using ITransferPace second = again.Bandwidth.Download!.Begin();
            second.TryTake(1, 1).ShouldBe(0);
        }

        // Nothing is kept of who owes nothing.
        fixture.Time.Advance(TimeSpan.FromSeconds(11));
        fixture.Keeper.Open(new SessionBandwidth { UserName = "bob" }).ShouldBeNull();
        fixture.Keeper.List().ShouldBeEmpty();
        fixture.Keeper.Count().Sum(static counters => counters.Moved).ShouldBe(10_000);
    }
}
