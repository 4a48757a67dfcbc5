using Hpc.Actors.Limits.Bandwidth;
using Shouldly;
using Xunit;

namespace Hpc.Actors.Tests.Limits.Bandwidth;

/// <summary>A scope of which this node has a share.</summary>
public sealed class BandwidthShareTests
{
    private const string Ann = "user/ann/down";
    private const long Memory = TimeSpan.TicksPerSecond / 4;

    [Fact]
    public void Nothing_becomes_due_beyond_the_end_of_the_share_and_all_goes_on_when_it_is_renewed()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer transfer = fixture.Download("ann", 10_000_000, 32_768);
        var share = new FakeShare { Until = fixture.Time.GetTimestamp() + TimeSpan.TicksPerSecond };
        fixture.Scope(Ann).Share = share;
        fixture.Run(TimeSpan.FromSeconds(1));
        transfer.Moved.ShouldBeInRange(9_900_000, 11_100_000);

        fixture.Measure(TimeSpan.FromSeconds(5))[0].ShouldBeLessThanOrEqualTo(1_000_000 + 32_768);
        transfer.IsWaiting.ShouldBeTrue();
        share.Until = long.MaxValue;
        fixture.Run(TimeSpan.FromMilliseconds(150));
        fixture.Measure(TimeSpan.FromSeconds(5))[0].ShouldBeInRange(49_500_000, 50_500_000);
    }

    [Fact]
    public void What_the_next_transfer_can_expect_is_its_part_of_the_lowest_limit()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 10_000_000, new GroupTotal("lab", 0, 4_000_000));
        session.Bandwidth.Upload.ShouldBeNull();
        session.Bandwidth.Download!.RateOfNext.ShouldBe(4_000_000);
        for (int i = 0; i < 3; i++)
        {
            fixture.Download(session, 32_768);
        }

        fixture.Run(TimeSpan.FromSeconds(1));
        session.Bandwidth.Download.RateOfNext.ShouldBe(1_000_000);
        fixture.Transfers[0].Pace.Rate.ShouldBe(1_000_000);
        fixture.Scope("group/lab/down").Share = new FakeShare { Until = long.MaxValue };
        fixture.Scope("group/lab/down").SetRate(0);
        session.Bandwidth.Download.RateOfNext.ShouldBe(1_000_000);
        fixture.Scope("group/lab/down").SetRate(BandwidthScope.Unlimited);
        fixture.Scope(Ann).SetRate(BandwidthScope.Unlimited);
        session.Bandwidth.Download.RateOfNext.ShouldBeNull();
    }

    [Fact]
    public void Who_wakes_up_after_the_end_of_the_share_gets_no_more_than_a_bucket()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer transfer = fixture.Download("ann", 10_000_000, 32_768);
        fixture.Scope(Ann).Share = new FakeShare { Until = fixture.Time.GetTimestamp() + (2 * TimeSpan.TicksPerSecond) };
        fixture.Run(TimeSpan.FromSeconds(1));
        long before = transfer.Moved;
        fixture.Time.Advance(TimeSpan.FromHours(1));
        fixture.Run(TimeSpan.FromSeconds(2));
        (transfer.Moved - before).ShouldBeLessThanOrEqualTo(1_000_000 + (2 * 32_768));
    }

    [Fact]
    public void A_share_that_shrinks_forgives_nothing_and_a_limit_that_does_shortens_what_is_owed()
    {
        using var fixture = new BandwidthFixture();
        fixture.Download("ann", 1000, 32_768);
        BandwidthScope scope = fixture.Scope(Ann);
        scope.Share = new FakeShare();
        fixture.Run(TimeSpan.FromMilliseconds(10));
        long owed = -scope.BalanceAt(fixture.Time.GetTimestamp());
        owed.ShouldBeGreaterThan(32_000);
        foreach (long rate in (long[])[1, 1000, 0, 1000, 1, 1000])
        {
            scope.SetRate(rate);
        }

        (-scope.BalanceAt(fixture.Time.GetTimestamp())).ShouldBe(owed);
        scope.Limit = 100;
        scope.SetRate(100);
        (-scope.BalanceAt(fixture.Time.GetTimestamp())).ShouldBe(owed / 10);
    }

    [Fact]
    public void What_is_owed_is_remembered_at_a_share_of_nothing()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer transfer = fixture.Download("ann", 1000, 32_768);
        BandwidthScope scope = fixture.Scope(Ann);
        scope.Share = new FakeShare();
        fixture.Run(TimeSpan.FromMilliseconds(10));
        transfer.Pace.Dispose();
        scope.SetRate(0);
        scope.IsRested(fixture.Time.GetTimestamp()).ShouldBeFalse();
        scope.SetRate(1000);
        fixture.Time.Advance(TimeSpan.FromSeconds(34));
        scope.SetRate(0);
        scope.IsRested(fixture.Time.GetTimestamp()).ShouldBeTrue();
    }

    [Fact]
    public void The_scope_that_holds_up_says_so_and_the_others_on_the_way_do_not()
    {
        using var fixture = new BandwidthFixture();
        var group = new GroupTotal("g", 0, 1_000_000);
        BandwidthLease session = fixture.Open("ann", 50_000_000, group);
        for (int i = 0; i < 5; i++)
        {
            fixture.Download(session, 32_768);
        }

        BandwidthScope ann = fixture.Scope(Ann);
        BandwidthScope g = fixture.Scope("group/g/down");
        var annShare = new FakeShare();
        var groupShare = new FakeShare();
        ann.Share = annShare;
        g.Share = groupShare;
        for (int i = 0; i < 2000; i++)
        {
            fixture.Run(TimeSpan.FromMilliseconds(1));
            g.IsStarvedAt(fixture.Time.GetTimestamp(), Memory).ShouldBeTrue();
        }

        groupShare.Starved.ShouldBeGreaterThan(0);
        annShare.Starved.ShouldBe(0);
        ann.IsStarvedAt(fixture.Time.GetTimestamp(), Memory).ShouldBeFalse();
    }

    [Fact]
    public void Transfers_share_what_is_their_users_and_users_what_is_their_groups()
    {
        using var fixture = new BandwidthFixture();
        var group = new GroupTotal("g", 0, 5_000_000);
        BandwidthLease ann = fixture.Open("ann", 4_000_000, group);
        for (int i = 0; i < 20; i++)
        {
            fixture.Download(ann, 32_768);
        }

        fixture.Download("bob", 4_000_000, 32_768, group);
        for (int i = 0; i < 20; i++)
        {
            fixture.Run(TimeSpan.FromMilliseconds(137));
            if (i > 3)
            {
                fixture.Scope(Ann).UsersAt(fixture.Time.GetTimestamp()).ShouldBe(20);
                fixture.Scope("group/g/down").UsersAt(fixture.Time.GetTimestamp()).ShouldBe(2);
            }
        }

        fixture.Transfers.ForEach(static transfer => transfer.Pace.Dispose());
        fixture.Time.Advance(TimeSpan.FromSeconds(2));
        fixture.Scope(Ann).UsersAt(fixture.Time.GetTimestamp()).ShouldBe(1);
    }

    [Fact]
    public void A_scope_that_comes_into_use_again_is_told_again()
    {
        var rates = new CountingRates();
        var time = new Hpc.TestKit.ManualTimeProvider();
        using var keeper = new BandwidthKeeper(time, Microsoft.Extensions.Logging.Abstractions.NullLogger<BandwidthKeeper>.Instance, rates);
        var limits = new SessionBandwidth { UserName = "ann", Download = 1_000_000 };
        BandwidthLease first = keeper.Open(limits)!;
        keeper.Open(limits)!.Dispose();
        rates.Changed.ShouldBe(1);
        first.Bandwidth.Download!.Begin().TryTake(500_000, 500_000).ShouldBe(500_000);
        first.Dispose();
        rates.Released.ShouldBe(0);
        keeper.Open(limits);
        rates.Changed.ShouldBe(2);
    }

    private sealed class FakeShare : IScopeShare
    {
        public long Until { get; set; } = long.MaxValue;

        public int Starved { get; private set; }

        public void Starve() => Starved++;
    }

    private sealed class CountingRates : IBandwidthRates
    {
        public int Changed { get; private set; }

        public int Released { get; private set; }

        public void LimitChanged(BandwidthScope scope)
        {
            Changed++;
            scope.SetRate(scope.Limit);
        }

        void IBandwidthRates.Released(BandwidthScope scope) => Released++;
    }
}
