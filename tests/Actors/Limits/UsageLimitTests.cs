using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

public sealed class UsageLimitTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixteen_that_take_at_once_reach_the_limit_exactly_and_never_pass_it()
    {
        const long Limit = 50_000_000;
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        long[] taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(seed => Task.Run(() => TakeAllAsync(ledger, Limit, seed), Ct)));
        taken.Sum().ShouldBe(Limit);
        ledger.Bytes.Value.ShouldBe(Limit);
        await fixture.TickAsync();
        UsageRecord record = await fixture.RecordAsync();
        (record.Used.Bytes, record.Reserved.Bytes).ShouldBe((Limit, 0));
        fixture.Keeper.Counters.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Two_nodes_never_pass_a_limit_together_and_use_all_of_it()
    {
        const long Limit = 50_000_000;
        await using var one = new UsageFixture();
        await using var two = new UsageFixture(one.Store, node: "two", time: one.Time);
        UsageLedger[] ledgers = [one.Keeper.Acquire(UsageFixture.Scope), two.Keeper.Acquire(UsageFixture.Scope)];
        long taken = 0;
        for (int round = 0; round < 50 && taken < Limit; round++)
        {
            long[] sums = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => TakeAllAsync(ledgers[seed % 2], Limit, seed), Ct)));
            taken += sums.Sum();
            UsageRecord record = await one.RecordAsync();
            (record.Used.Bytes + record.Reserved.Bytes).ShouldBeLessThanOrEqualTo(Limit);
            taken.ShouldBeLessThanOrEqualTo(Limit);

            // What one node does not need is the other's after ten idle seconds.
            await one.TickAsync(12);
            await two.TickAsync(1);
        }

        taken.ShouldBe(Limit);
        await two.TickAsync(1);
        (await one.RecordAsync()).Used.Bytes.ShouldBe(Limit);
    }

    [Fact]
    public async Task Settling_while_bytes_are_taken_and_given_loses_none()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        Task<long>[] workers = [.. Enumerable.Range(0, 4).Select(seed => Task.Run(() => TakeAndGiveAsync(ledger, seed), Ct))];
        Task<long[]> all = Task.WhenAll(workers);
        while (!all.IsCompleted)
        {
            await fixture.TickAsync();
        }

        long expected = (await all).Sum();
        ledger.Bytes.Value.ShouldBe(expected);
        await fixture.TickAsync();
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(expected);
    }

    [Fact]
    public async Task Transfers_of_both_ways_reach_the_limit_of_the_sum_exactly()
    {
        const long Limit = 40_000_000;
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        long[] moved = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => MoveAllAsync(ledger, Limit, seed), Ct)));
        moved.Sum().ShouldBe(Limit);
        ledger.Transferred.Value.ShouldBe(Limit);
        (ledger.Uploaded.Value + ledger.Downloaded.Value).ShouldBe(Limit);
        await fixture.TickAsync();
        UsageRecord record = await fixture.RecordAsync();
        (record.Used.Uploaded + record.Used.Downloaded).ShouldBe(Limit);
        record.Used.Uploaded.ShouldBeGreaterThan(0);
        record.Used.Downloaded.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_way_of_transfer_gives_up_what_the_other_one_needs()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await MoveAsync(ledger, isUpload: true, 1, 1000)).ShouldBe(StorageError.None);
        ledger.Uploaded.Ceiling.ShouldBe(1000);
        (await MoveAsync(ledger, isUpload: false, 999, 1000)).ShouldBe(StorageError.None);
        (await MoveAsync(ledger, isUpload: false, 1, 1000)).ShouldBe(StorageError.QuotaExceeded);
        (await MoveAsync(ledger, isUpload: true, 1, 1000)).ShouldBe(StorageError.QuotaExceeded);
    }

    [Fact]
    public async Task Little_is_reserved_for_transfers_so_that_a_crash_costs_little()
    {
        const long Limit = 1L << 30;
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        for (int i = 0; i < 100; i++)
        {
            (await MoveAsync(ledger, isUpload: false, 100_000, Limit)).ShouldBe(StorageError.None);
            if (i % 10 == 9)
            {
                await fixture.TickAsync();
                UsageRecord record = await fixture.RecordAsync();
                record.Used.Downloaded.ShouldBe((i + 1) * 100_000);
                record.Reserved.Downloaded.ShouldBeLessThanOrEqualTo(16 * 1024 * 1024);
            }
        }
    }

    [Fact]
    public async Task A_direction_without_a_limit_reserves_nothing_and_is_counted()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await ledger.ReserveAsync(new UsageNeed { Downloaded = 1 }, Ct)).IsSuccess.ShouldBeTrue();
        for (int i = 0; i < 3; i++)
        {
            ledger.TryTakeDownload(1L << 40, 0, 0).ShouldBe(TakeOutcome.Taken);
        }

        await fixture.TickAsync();
        UsageRecord record = await fixture.RecordAsync();
        (record.Used.Downloaded, record.Reserved).ShouldBe((3L << 40, default));
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldHaveSingleItem().Use.ShouldBe(UsageUse.Transfers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_of_the_transfer_volume_is_seen_by_users_that_are_here(bool isOurs)
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await MoveAsync(ledger, isUpload: true, 1000, 1000)).ShouldBe(StorageError.None);
        await fixture.TickAsync();
        if (isOurs)
        {
            (await fixture.Keeper.ResetTransferAsync(UsageFixture.Scope, Ct)).ShouldBeTrue();
            await fixture.TickAsync();
        }
        else
        {
            (await fixture.Store.ResetTransferAsync(UsageFixture.Scope, fixture.Time.GetUtcNow(), Ct)).ShouldBeTrue();
            await fixture.TickAsync(10);
        }

        (await MoveAsync(ledger, isUpload: true, 1000, 1000)).ShouldBe(StorageError.None);
        (await MoveAsync(ledger, isUpload: true, 1, 1000)).ShouldBe(StorageError.QuotaExceeded);
        (ledger.Uploaded.Value, ledger.Transferred.Value).ShouldBe((1000, 1000));
    }

    [Fact]
    public async Task A_reset_takes_what_was_moved_in_the_last_second_with_it()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await MoveAsync(ledger, isUpload: true, 700, 1000)).ShouldBe(StorageError.None);
        (await fixture.Keeper.ResetTransferAsync(UsageFixture.Scope, Ct)).ShouldBeTrue();
        await fixture.TickAsync(3);
        (await fixture.RecordAsync()).Used.Uploaded.ShouldBe(0);
        (await MoveAsync(ledger, isUpload: true, 1000, 1000)).ShouldBe(StorageError.None);
    }

    [Fact]
    public async Task Users_of_one_scope_keep_to_their_own_limits()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire("folder:shared");
        (await UsageFixture.TakeBytesAsync(ledger, 500, 10_000)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 501, 1000)).ShouldBe(StorageError.QuotaExceeded);
        (await UsageFixture.TakeBytesAsync(ledger, 500, 1000)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 9000, 10_000)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 1, 10_000)).ShouldBe(StorageError.QuotaExceeded);
        (await UsageFixture.TakeBytesAsync(ledger, 1 << 30, 0)).ShouldBe(StorageError.None);
    }

    private static async Task<long> TakeAllAsync(UsageLedger ledger, long limit, int seed)
    {
        var random = new Random(seed);
        long taken = 0;
        int size = 300_000;
        while (size > 0)
        {
            long amount = random.Next(1, size + 1);
            if (await UsageFixture.TakeBytesAsync(ledger, amount, limit) == StorageError.None)
            {
                taken += amount;
            }
            else
            {
                size = size == 1 ? 0 : size / 2;
            }

            ledger.Bytes.Value.ShouldBeLessThanOrEqualTo(limit);
        }

        return taken;
    }

    private static async Task<long> TakeAndGiveAsync(UsageLedger ledger, int seed)
    {
        var random = new Random(seed);
        long held = 0;
        for (int i = 0; i < 20_000; i++)
        {
            long amount = random.Next(1, 100_000);
            if (random.Next(2) == 0 && held >= amount)
            {
                ledger.Bytes.Give(amount);
                held -= amount;
            }
            else if (await UsageFixture.TakeBytesAsync(ledger, amount, 0) == StorageError.None)
            {
                held += amount;
            }
        }

        return held;
    }

    private static async Task<long> MoveAllAsync(UsageLedger ledger, long limit, int seed)
    {
        var random = new Random(seed);
        long moved = 0;
        int size = 200_000;
        while (size > 0)
        {
            long amount = random.Next(1, size + 1);
            if (await MoveAsync(ledger, random.Next(2) == 0, amount, limit) == StorageError.None)
            {
                moved += amount;
            }
            else
            {
                size = size == 1 ? 0 : size / 2;
            }

            ledger.Transferred.Value.ShouldBeLessThanOrEqualTo(limit);
        }

        return moved;
    }

    private static async Task<StorageError> MoveAsync(UsageLedger ledger, bool isUpload, long amount, long limit)
    {
        while (true)
        {
            switch (isUpload ? ledger.TryTakeUpload(amount, 0, limit) : ledger.TryTakeDownload(amount, 0, limit))
            {
                case TakeOutcome.Taken: return StorageError.None;
                case TakeOutcome.LimitReached: return StorageError.QuotaExceeded;
            }

            var need = new UsageNeed { Uploaded = isUpload ? amount : 0, Downloaded = isUpload ? 0 : amount, MaxTransferred = limit };
            StorageResult reserved = await ledger.ReserveAsync(need, Ct);
            if (!reserved.IsSuccess)
            {
                return reserved.Error;
            }
        }
    }
}
