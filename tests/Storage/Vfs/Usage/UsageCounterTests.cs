using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Tests.Vfs.Usage;

public sealed class UsageCounterTests
{
    [Fact]
    public void Nothing_is_taken_before_the_count_is_loaded_and_what_is_given_back_is_kept()
    {
        var counter = new UsageCounter();
        counter.TryTake(1, 0).ShouldBe(TakeOutcome.NeedsReservation);
        counter.TryTake(0, 10).ShouldBe(TakeOutcome.NeedsReservation);
        counter.TryTake(0, 0).ShouldBe(TakeOutcome.Taken);
        counter.TryTake(11, 10).ShouldNotBe(TakeOutcome.Taken);
        counter.Give(30);
        counter.Value.ShouldBe(0);
        long snapshot = counter.LowerCeiling(0);
        counter.UnsettledAt(snapshot).ShouldBe(-30);
        counter.Settle(snapshot, 70, 20);
        (counter.Value, counter.Ceiling).ShouldBe((70, 90));
    }

    [Fact]
    public void Limit_and_ceiling_hold()
    {
        UsageCounter counter = Loaded(used: 10, reserved: 5);
        counter.TryTake(3, 12).ShouldBe(TakeOutcome.LimitReached);
        counter.TryTake(2, 12).ShouldBe(TakeOutcome.Taken);
        counter.TryTake(4, 0).ShouldBe(TakeOutcome.NeedsReservation);
        counter.TryTake(3, 0).ShouldBe(TakeOutcome.Taken);
        counter.TryTake(long.MaxValue, 0).ShouldBe(TakeOutcome.LimitReached);
        counter.Give(100);
        counter.Value.ShouldBe(0);
        counter.TryTake(15, 15).ShouldBe(TakeOutcome.Taken);
    }

    [Fact]
    public void A_settlement_keeps_what_was_taken_while_it_was_on_its_way()
    {
        UsageCounter counter = Loaded(used: 0, reserved: 100);
        counter.TryTake(10, 0).ShouldBe(TakeOutcome.Taken);
        long snapshot = counter.LowerCeiling(50);
        counter.UnsettledAt(snapshot).ShouldBe(10);
        counter.TryTake(50, 0).ShouldBe(TakeOutcome.Taken);
        counter.TryTake(1, 0).ShouldBe(TakeOutcome.NeedsReservation);

        // Another node has used 1000 meanwhile.
        counter.Settle(snapshot, 1010, 60);
        (counter.Value, counter.Ceiling).ShouldBe((1060, 1070));
        counter.UnsettledAt(counter.LowerCeiling(0)).ShouldBe(50);
        counter.IsUnsettled.ShouldBeTrue();
    }

    [Fact]
    public void A_correction_changes_what_is_used_and_not_what_is_reserved_or_unsettled()
    {
        UsageCounter counter = Loaded(used: 100, reserved: 20);
        counter.TryTake(5, 0).ShouldBe(TakeOutcome.Taken);
        counter.Correct(-60);
        (counter.Value, counter.Ceiling).ShouldBe((45, 60));
        counter.Correct(200);
        (counter.Value, counter.Ceiling).ShouldBe((245, 260));
        counter.UnsettledAt(245).ShouldBe(5);
    }

    [Fact]
    public async Task Takers_never_pass_a_limit_and_lose_nothing()
    {
        const long Limit = 1_000_000;
        UsageCounter counter = Loaded(used: 0, reserved: 1L << 40);
        long[] taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => Take(seed))));
        counter.Value.ShouldBe(taken.Sum());
        counter.Value.ShouldBe(Limit);

        long Take(int seed)
        {
            var random = new Random(seed);
            long sum = 0;
            while (true)
            {
                long amount = random.Next(1, 20);
                if (counter.TryTake(amount, Limit) == TakeOutcome.Taken)
                {
                    sum += amount;
                }
                else if (counter.TryTake(1, Limit) == TakeOutcome.Taken)
                {
                    sum++;
                }
                else
                {
                    return sum;
                }

                if (random.Next(3) == 0 && sum > 5)
                {
                    counter.Give(5);
                    sum -= 5;
                }
            }
        }
    }

    [Fact]
    public async Task Above_what_was_told_and_is_still_reserved_nothing_is_ever_taken()
    {
        // The store as one number: what it was told, and what it reserved. Takers and settlements run at once.
        const long Limit = 300_000;
        UsageCounter counter = Loaded(used: 0, reserved: 0);
        long used = 0;
        long taken = 0;
        Task all = Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => Take(seed))));
        var random = new Random(99);
        while (!all.IsCompleted)
        {
            long room = random.Next(0, 5000);
            long snapshot = counter.LowerCeiling(room);
            used += counter.UnsettledAt(snapshot);
            long granted = Math.Min(room, Limit - used);
            (used + granted).ShouldBeLessThanOrEqualTo(Limit);
            counter.Settle(snapshot, used, granted);
            counter.Value.ShouldBeLessThanOrEqualTo(Limit);
            counter.Correct(7);
            counter.Correct(-7);
        }

        await all;
        taken.ShouldBe(Limit);
        counter.Value.ShouldBe(Limit);

        void Take(int seed)
        {
            var own = new Random(seed);
            for (long left = Limit; left > 0; left = Limit - Interlocked.Read(ref taken))
            {
                long amount = Math.Min(left, own.Next(1, 300));
                if (counter.TryTake(amount, 0) == TakeOutcome.Taken)
                {
                    Interlocked.Add(ref taken, amount);
                }
                else
                {
                    Thread.Yield();
                }
            }
        }
    }

    [Fact]
    public void A_transfer_counts_in_its_way_and_in_the_sum_or_in_neither()
    {
        var ledger = new UsageLedger("user:alice", null!);
        ledger.Transferred.SetCeiling(long.MaxValue);
        ledger.Uploaded.Settle(0, 0, 100);
        ledger.Downloaded.Settle(0, 0, 10);
        ledger.TryTakeUpload(60, 50, 100).ShouldBe(TakeOutcome.LimitReached);
        ledger.TryTakeUpload(60, 0, 100).ShouldBe(TakeOutcome.Taken);
        ledger.TryTakeDownload(11, 0, 100).ShouldBe(TakeOutcome.NeedsReservation);
        ledger.TryTakeDownload(10, 0, 65).ShouldBe(TakeOutcome.LimitReached);
        ledger.TryTakeDownload(10, 0, 70).ShouldBe(TakeOutcome.Taken);
        (ledger.Uploaded.Value, ledger.Downloaded.Value, ledger.Transferred.Value).ShouldBe((60, 10, 70));
        ledger.GiveUpload(20);
        ledger.GiveDownload(10);
        (ledger.Uploaded.Value, ledger.Downloaded.Value, ledger.Transferred.Value).ShouldBe((40, 0, 40));
    }

    private static UsageCounter Loaded(long used, long reserved)
    {
        var counter = new UsageCounter();
        counter.Settle(0, used, reserved);
        return counter;
    }
}
