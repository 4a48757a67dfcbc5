using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

/// <summary>Nodes that know of each other.</summary>
public sealed class UsageSharingTests
{
    private const long MiB = 1 << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_node_reserves_little_before_it_knows_what_is_left_and_its_part_afterwards()
    {
        const long Limit = 64 * MiB;
        await using var fixture = new UsageFixture();
        fixture.Keeper.Nodes = 4;
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 1, Limit)).ShouldBe(StorageError.None);
        (await fixture.RecordAsync()).Reserved.Bytes.ShouldBe(MiB);
        (await UsageFixture.TakeBytesAsync(ledger, 2 * MiB, Limit)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 2 * MiB, Limit)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 2 * MiB, Limit)).ShouldBe(StorageError.None);
        await fixture.TickAsync();
        (await fixture.RecordAsync()).Reserved.Bytes.ShouldBeLessThanOrEqualTo(Limit / 8);
    }

    [Fact]
    public async Task Who_lacks_what_another_node_holds_and_does_not_use_waits_for_it()
    {
        const long Limit = 3 * MiB;
        await using var one = new UsageFixture();
        await using var two = new UsageFixture(one.Store, node: "two", time: one.Time);
        (one.Keeper.Nodes, two.Keeper.Nodes) = (2, 2);
        (await UsageFixture.TakeBytesAsync(one.Keeper.Acquire(UsageFixture.Scope), 1, Limit)).ShouldBe(StorageError.None);
        (await one.RecordAsync()).Reserved.Bytes.ShouldBeGreaterThan(0);

        Task<StorageError> taking = UsageFixture.TakeBytesAsync(two.Keeper.Acquire(UsageFixture.Scope), Limit - 1, Limit);
        await TickUntilAsync(taking, one, two);
        (await taking).ShouldBe(StorageError.None);
        await two.TickAsync();
        (await one.RecordAsync()).Used.Bytes.ShouldBe(Limit);
    }

    [Fact]
    public async Task What_another_node_gave_back_is_found_though_the_limit_seemed_to_be_reached()
    {
        await using var one = new UsageFixture();
        await using var two = new UsageFixture(one.Store, node: "two", time: one.Time);
        (one.Keeper.Nodes, two.Keeper.Nodes) = (2, 2);
        UsageLedger first = one.Keeper.Acquire(UsageFixture.Scope);
        UsageLedger second = two.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(first, 100, 100)).ShouldBe(StorageError.None);
        await one.TickAsync();
        (await TakeAsync(1)).ShouldBe(StorageError.QuotaExceeded);

        one.Time.Advance(TimeSpan.FromMilliseconds(250));

        // Not told yet when the other asks for it.
        first.Bytes.Give(60);
        (await TakeAsync(60)).ShouldBe(StorageError.None);
        (await TakeAsync(1)).ShouldBe(StorageError.QuotaExceeded);

        async Task<StorageError> TakeAsync(long amount)
        {
            // The clock does not wait for a thread that the machine holds up.
            while (true)
            {
                Task<StorageError> taking = UsageFixture.TakeBytesAsync(second, amount, 100);
                await TickUntilAsync(taking, one, two);
                if (await taking is not StorageError.Unavailable and var error)
                {
                    return error;
                }
            }
        }
    }

    [Fact]
    public async Task What_another_node_keeps_holding_is_refused_in_the_end()
    {
        const long Limit = 10 * MiB;
        await using var fixture = new UsageFixture();
        fixture.Keeper.Nodes = 2;
        await fixture.Store.SettleAsync(new("gone", "1"), 1, [new UsageRequest { Scope = UsageFixture.Scope, Wanted = new(0, MiB, 0, 0), Use = UsageUse.Files }], Ct);
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        Task<StorageError> taking = UsageFixture.TakeBytesAsync(ledger, Limit, Limit);
        await TickUntilAsync(taking, fixture);
        (await taking).ShouldBe(StorageError.QuotaExceeded);
    }

    [Fact]
    public async Task Thirty_uploads_of_three_nodes_use_all_of_a_limit_and_never_pass_it()
    {
        const long Limit = 1024 * MiB;
        await using var one = new UsageFixture();
        await using var two = new UsageFixture(one.Store, node: "two", time: one.Time);
        await using var three = new UsageFixture(one.Store, node: "three", time: one.Time);
        UsageFixture[] nodes = [one, two, three];
        Array.ForEach(nodes, node => node.Keeper.Nodes = 3);
        UsageLedger[] ledgers = [.. nodes.Select(node => node.Keeper.Acquire(UsageFixture.Scope))];
        Task<long[]> uploads = Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => UploadAsync(ledgers[i % 3], Limit), Ct)));
        await TickUntilAsync(uploads, nodes);
        long taken = (await uploads).Sum();
        taken.ShouldBeInRange(Limit - (Limit / 1000), Limit);
        foreach (UsageFixture node in nodes)
        {
            await node.TickAsync();
        }

        (await one.RecordAsync()).Used.Bytes.ShouldBe(taken);

        static async Task<long> UploadAsync(UsageLedger ledger, long limit)
        {
            const long Block = 32 << 10;
            long taken = 0;
            while (true)
            {
                // The clock does not wait for a thread that the machine holds up: what was asked for may have run out of time before it was sent.
                StorageError error = await UsageFixture.TakeBytesAsync(ledger, Block, limit);
                if (error is not (StorageError.None or StorageError.Unavailable))
                {
                    error.ShouldBe(StorageError.QuotaExceeded);
                    return taken;
                }

                taken += error == StorageError.None ? Block : 0;
            }
        }
    }

    private static async Task TickUntilAsync(Task work, params UsageFixture[] nodes)
    {
        while (!work.IsCompleted)
        {
            foreach (UsageFixture node in nodes)
            {
                await node.TickAsync();
            }
        }
    }
}
