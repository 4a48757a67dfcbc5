using Hpc.Actors.Limits.Bandwidth;
using Hpc.Storage.Vfs.Bandwidth;
using Shouldly;
using Xunit;

namespace Hpc.Actors.Tests.Limits.Bandwidth;

/// <summary>What was taken and is not used: whose it is then, and when.</summary>
public sealed class BandwidthReturnTests
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    [Fact]
    public void What_is_given_back_is_had_at_once_by_who_waits_for_it()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1024);
        using ITransferPace first = session.Bandwidth.Download!.Begin();
        first.TryTake(32_768, 32_768).ShouldBe(32_768);
        RunningTransfer second = fixture.Download(session, 50);
        second.Move();
        second.IsWaiting.ShouldBeTrue();
        first.Give(32_768);
        fixture.Time.Advance(Beat);
        second.IsWaiting.ShouldBeFalse();
        second.Move();
        second.Moved.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Who_ends_leaves_what_it_was_granted_to_the_others()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1024);
        ITransferPace first = session.Bandwidth.Download!.Begin();
        first.Prepare(32_768, 32_768).ShouldBe(32_768);
        RunningTransfer second = fixture.Download(session, 50);
        second.Move();
        second.IsWaiting.ShouldBeTrue();
        first.Dispose();
        fixture.Time.Advance(Beat);
        second.IsWaiting.ShouldBeFalse();
        first.Keep(10);
        ((BandwidthTransfer)first).Credit.ShouldBe(0);
    }

    [Fact]
    public void A_little_more_does_not_keep_what_was_there_before_for_longer()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1_000_000);
        using var transfer = (BandwidthTransfer)session.Bandwidth.Download!.Begin();
        transfer.TryTake(100_001, 100_001).ShouldBe(100_001);
        transfer.Keep(100_000);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(190));
        transfer.Keep(1);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(20));
        transfer.Prepare(1, 1).ShouldBe(1);
        transfer.Credit.ShouldBe(1);
    }

    [Fact]
    public void Who_is_not_the_first_of_its_user_holds_up_nobody_elsewhere()
    {
        using var fixture = new BandwidthFixture();
        var slow = new GroupTotal("slow", 0, 1000);
        var fast = new GroupTotal("fast", 0, 1_000_000);
        RunningTransfer first = fixture.Download("ann", 0, 32_768, slow);
        first.Move();
        first.IsWaiting.ShouldBeTrue();
        RunningTransfer bob = fixture.Download("bob", 0, 200_000, fast);
        bob.Move();
        bob.IsWaiting.ShouldBeTrue();
        RunningTransfer second = fixture.Download("ann", 0, 1000, fast);
        second.Move();
        second.IsWaiting.ShouldBeTrue();
        bob.Pace.Dispose();
        fixture.Time.Advance(TimeSpan.FromMilliseconds(300));

        // The group has bytes again, and the one who waits in it waits for another limit first.
        using ITransferPace carl = fixture.Open("carl", 0, fast).Bandwidth.Download!.Begin();
        carl.TryTake(1000, 1000).ShouldBe(1000);
        first.Pace.Dispose();
        fixture.Time.Advance(Beat);
        second.IsWaiting.ShouldBeFalse();
    }

    [Fact]
    public void A_login_that_is_late_does_not_bring_back_the_limit_of_before()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease now = fixture.Open(new SessionBandwidth { UserName = "ann", Download = 2000, Version = 7 })!;
        fixture.Open(new SessionBandwidth { UserName = "ann", Download = 1000, Version = 6 })!.Dispose();
        fixture.Scope("user/ann/down").Rate.ShouldBe(2000);
        BandwidthLease next = fixture.Open(new SessionBandwidth { UserName = "ann", Download = 3000, Version = 8 })!;
        fixture.Scope("user/ann/down").Rate.ShouldBe(3000);
        now.Dispose();
        next.Dispose();

        // Deleted, and made anew under its name.
        fixture.Open(new SessionBandwidth { UserName = "ann", Download = 500, Version = 1 });
        fixture.Scope("user/ann/down").Rate.ShouldBe(500);
    }

    [Fact]
    public void Counters_do_not_go_back()
    {
        using var fixture = new BandwidthFixture();
        using ITransferPace lazy = fixture.Open("ann", 1_000_000).Bandwidth.Download!.Begin();
        lazy.Prepare(90_000, 90_000).ShouldBe(90_000);
        fixture.Keeper.Count().Sum(static counters => counters.Moved).ShouldBe(90_000);
        lazy.Dispose();
        fixture.Scope("user/ann/down").Moved.ShouldBe(0);
        fixture.Keeper.Count().Sum(static counters => counters.Moved).ShouldBe(90_000);
    }

    [Fact]
    public async Task A_rate_that_changes_all_the_time_loses_nothing_that_others_take_meanwhile()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1_000_000_000);
        BandwidthScope scope = fixture.Scope("user/ann/down");
        using var stop = new CancellationTokenSource();
        Task changes = Task.Run(() =>
        {
            for (long rate = 1_000_000_000; !stop.IsCancellationRequested; rate = 2_000_000_001 - rate)
            {
                scope.SetRate(rate);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using ITransferPace pace = session.Bandwidth.Download!.Begin();
            for (int i = 0; i < 100_000; i++)
            {
                pace.Give(pace.TryTake(1, 1));
            }
        })));
        await stop.CancelAsync();
        await changes;
        scope.Moved.ShouldBe(0);
        scope.Waiting.ShouldBe(0);
        scope.BalanceAt(fixture.Time.GetTimestamp()).ShouldBe(100_000_000);
    }
}
