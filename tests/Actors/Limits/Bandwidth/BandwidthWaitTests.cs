using Hpc.Actors.Limits.Bandwidth;
using Hpc.Storage.Vfs.Bandwidth;
using Shouldly;
using Xunit;

namespace Hpc.Actors.Tests.Limits.Bandwidth;

public sealed class BandwidthWaitTests
{
    [Fact]
    public async Task There_is_no_timer_while_nobody_waits()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1_000_000);
        using ITransferPace pace = session.Bandwidth.Download!.Begin();
        pace.TryTake(50_000, 50_000).ShouldBe(50_000);
        fixture.Time.PendingTimers.ShouldBe(0);

        pace.TryTake(100_000, 100_000).ShouldBe(100_000);
        pace.TryTake(1, 1).ShouldBe(0);
        fixture.Time.PendingTimers.ShouldBe(0);

        ValueTask<bool> wait = pace.WaitAsync(1000, CancellationToken.None);
        wait.IsCompleted.ShouldBeFalse();
        fixture.Time.PendingTimers.ShouldBe(1);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(100));
        wait.IsCompleted.ShouldBeTrue();
        (await wait).ShouldBeTrue();
        pace.TryTake(1000, 1000).ShouldBe(1000);
        fixture.Time.PendingTimers.ShouldBe(0);
    }

    [Fact]
    public void A_long_wait_is_not_looked_at_all_the_time()
    {
        using var fixture = new BandwidthFixture();
        fixture.Download("ann", 1024, 32_768);
        fixture.Run(TimeSpan.FromSeconds(30));
        fixture.Keeper.Pacer.Beats.ShouldBeLessThan(40);
    }

    [Fact]
    public async Task A_cancelled_wait_ends_at_once_and_takes_nothing()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1000);
        using ITransferPace pace = session.Bandwidth.Download!.Begin();
        pace.TryTake(100_000, 100_000).ShouldBe(100_000);
        using var stop = new CancellationTokenSource();
        ValueTask<bool> wait = pace.WaitAsync(1000, stop.Token);
        fixture.Scope("user/ann/down").Waiting.ShouldBe(1);
        await stop.CancelAsync();
        (await wait).ShouldBeFalse();
        fixture.Scope("user/ann/down").Waiting.ShouldBe(0);
        fixture.Scope("user/ann/down").Moved.ShouldBe(100_000);
        (await pace.WaitAsync(1000, stop.Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Who_waits_when_its_file_is_closed_is_let_go()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1000);
        ITransferPace pace = session.Bandwidth.Download!.Begin();
        pace.TryTake(100_000, 100_000);
        ValueTask<bool> first = pace.WaitAsync(1000, CancellationToken.None);
        ValueTask<bool> second = pace.WaitAsync(1000, CancellationToken.None);
        pace.Dispose();
        (await first).ShouldBeTrue();
        (await second).ShouldBeTrue();
        fixture.Scope("user/ann/down").Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Who_waits_under_limits_that_are_exchanged_is_let_go_and_others_are_not()
    {
        using var fixture = new BandwidthFixture();
        using ITransferPace one = fixture.Open("ann", 1000).Bandwidth.Download!.Begin();
        IBandwidth replaced = fixture.Open("ann", 1000).Bandwidth.Download!;
        using ITransferPace two = replaced.Begin();
        one.TryTake(100_000, 100_000);
        ValueTask<bool> stays = one.WaitAsync(1000, CancellationToken.None);
        ValueTask<bool> goes = two.WaitAsync(1000, CancellationToken.None);
        replaced.Supersede();
        (await goes).ShouldBeTrue();
        stays.IsCompleted.ShouldBeFalse();
        (await two.WaitAsync(1000, CancellationToken.None)).ShouldBeTrue();
    }

    [Fact]
    public async Task What_was_set_aside_and_not_used_is_given_back()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1_000_000);
        using ITransferPace lazy = session.Bandwidth.Download!.Begin();
        lazy.Prepare(90_000, 90_000).ShouldBe(90_000);
        fixture.Scope("user/ann/down").Moved.ShouldBe(90_000);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        lazy.TryTake(1000, 1000).ShouldBe(1000);
        fixture.Scope("user/ann/down").Moved.ShouldBe(1000);

        lazy.Prepare(50_000, 50_000).ShouldBe(50_000);
        lazy.Dispose();
        fixture.Scope("user/ann/down").Moved.ShouldBe(1000);
        fixture.Keeper.Dispose();
        (await session.Bandwidth.Download!.Begin().WaitAsync(1, CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public void A_turn_that_throws_ends_its_transfer_alone()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1_000_000);
        RunningTransfer bad = fixture.Download(session, 32_768);
        RunningTransfer good = fixture.Download(session, 32_768);
        fixture.Run(TimeSpan.FromMilliseconds(200));
        fixture.Keeper.Pacer.Fault = transfer => ThrowIf(ReferenceEquals(transfer, bad.Pace));
        fixture.Run(TimeSpan.FromSeconds(1));
        bad.Failure.ShouldBeOfType<InvalidOperationException>();
        fixture.Keeper.Faults.ShouldBe(1);
        fixture.Measure(TimeSpan.FromSeconds(10))[1].ShouldBeInRange(9_800_000, 10_200_000);
        good.Failure.ShouldBeNull();
        fixture.Scope("user/ann/down").Waiting.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public void A_beat_that_throws_is_followed_by_the_next()
    {
        using var fixture = new BandwidthFixture();
        RunningTransfer transfer = fixture.Download("ann", 1_000_000, 32_768);
        fixture.Run(TimeSpan.FromMilliseconds(200));
        int left = 5;
        fixture.Keeper.Pacer.Fault = turn => ThrowIf(turn is null && left-- > 0);
        fixture.Run(TimeSpan.FromSeconds(1));
        fixture.Keeper.Faults.ShouldBe(5);
        fixture.Measure(TimeSpan.FromSeconds(10))[0].ShouldBeInRange(9_800_000, 10_200_000);
        transfer.Failure.ShouldBeNull();
    }

    [Fact]
    public void What_is_counted_names_kinds_and_no_users()
    {
        using var fixture = new BandwidthFixture();
        fixture.Download("ann", 1_000_000, 32_768, new GroupTotal("g", 0, 5_000_000));
        fixture.Download("bob", 1_000_000, 32_768, new GroupTotal("g", 0, 5_000_000));
        fixture.Run(TimeSpan.FromSeconds(1));
        IReadOnlyList<BandwidthCounters> all = fixture.Keeper.Count();
        all.Count.ShouldBe(8);
        BandwidthCounters users = all.Single(static counters => counters is { Kind: BandwidthScopeKind.User, IsUpload: false });
        (users.Scopes, users.Waiting).ShouldBe((2, 2));
        users.Waits.ShouldBeGreaterThan(10);
        users.Moved.ShouldBe(all.Single(static counters => counters is { Kind: BandwidthScopeKind.Group, IsUpload: false }).Moved);
    }

    [Fact]
    public void An_operation_under_the_limit_allocates_nothing()
    {
        using var fixture = new BandwidthFixture();
        BandwidthLease session = fixture.Open("ann", 1_000_000_000, new GroupTotal("g", 0, 1_000_000_000));
        using ITransferPace pace = session.Bandwidth.Download!.Begin();
        pace.TryTake(1000, 1000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            long taken = pace.TryTake(100, 1000);
            pace.Give(taken - 900);
            pace.Prepare(10, 100);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static void ThrowIf(bool fails)
    {
        if (fails)
        {
            throw new InvalidOperationException("for the test");
        }
    }
}
