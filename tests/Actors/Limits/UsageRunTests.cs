using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

/// <summary>A node that was taken for dead and is not; and what it may spend until it knows.</summary>
public sealed class UsageRunTests
{
    private const long MiB = 1 << 20;
    private const long Limit = 100 * MiB;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_was_ended_is_followed_by_another_and_what_it_had_not_told_is_told_once(bool wasTakenWithoutAnswer)
    {
        await using var nodes = new SharedNodes("one");
        UsageFixture one = nodes[0];
        await nodes.TickAsync();
        UsageLedger ledger = one.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 100, Limit)).ShouldBe(StorageError.None);
        await nodes.TickAsync();
        (await UsageFixture.TakeBytesAsync(ledger, 50, Limit)).ShouldBe(StorageError.None);
        if (wasTakenWithoutAnswer)
        {
            one.Store.LosesAnswers = true;
            nodes.Time.Advance(TimeSpan.FromSeconds(1));
            await nodes.UntilAsync(async () => (await nodes.RecordAsync()).Used.Bytes == 150);
            one.Store.LosesAnswers = false;
        }

        await nodes.Shared.EndRunAsync(one.Node, Ct);
        await nodes.TickAsync(2);
        (await nodes.RecordAsync()).Used.Bytes.ShouldBe(150);
        IReadOnlyList<UsageNode> holders = await nodes.Shared.ListHoldersAsync(Ct);
        holders.Count(run => run.Id == "one").ShouldBe(2);
        (await UsageFixture.TakeBytesAsync(ledger, 10, Limit)).ShouldBe(StorageError.None);
        await nodes.TickAsync();
        (await nodes.RecordAsync()).Used.Bytes.ShouldBe(160);
    }

    [Fact]
    public async Task Scopes_that_an_ended_run_was_changing_are_counted_again_and_what_it_held_is_free()
    {
        await using var nodes = new SharedNodes("one");
        UsageFixture one = nodes[0];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        nodes.Write("a", 400);
        Task care = one.Keeper.RunAsync(nodes.Trees, stop.Token);
        UsageLedger ledger = one.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 300, Limit)).ShouldBe(StorageError.None);
        await nodes.TickAsync();

        // Another node took this one for dead, counted what was there and gave back what was held.
        await nodes.Shared.EndRunAsync(one.Node, Ct);
        await nodes.Shared.FinishOfAsync(one.Node, UsageFixture.Scope, new UsageCorrection(UsageFixture.Scope, 1, 100, nodes.Time.GetUtcNow()), Ct);
        await nodes.UntilAsync(async () => (await nodes.RecordAsync()).Used is { Files: 1, Bytes: 400 });
        await nodes.UntilAsync(() => Task.FromResult(ledger.Bytes.Value == 400));
        (await nodes.Shared.ListUnfinishedOfAsync(one.Node, Ct)).ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(care);
    }

    [Fact]
    public async Task A_count_that_is_in_doubt_keeps_its_mark_until_it_is_right()
    {
        await using var nodes = new SharedNodes("one");
        UsageFixture one = nodes[0];
        await nodes.TickAsync();
        UsageLedger ledger = one.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 300, Limit)).ShouldBe(StorageError.None);
        await nodes.Shared.EndRunAsync(one.Node, Ct);
        one.Keeper.Release(ledger);
        await nodes.TickAsync(60);
        (await one.Keeper.StopAsync(Ct)).ShouldBeTrue();
        (await nodes.Shared.ListHoldersAsync(Ct)).Count(static run => run.Id == "one").ShouldBe(2);
        (await nodes.Shared.ListChangersAsync(UsageFixture.Scope, Ct)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_an_ended_run_held_of_transfers_counts_as_moved_and_nothing_twice()
    {
        await using var nodes = new SharedNodes("one");
        UsageFixture one = nodes[0];
        await nodes.TickAsync();
        UsageLedger ledger = one.Keeper.Acquire(UsageFixture.Scope);
        await UploadAsync(ledger, 2 * MiB);
        await nodes.TickAsync();
        await UploadAsync(ledger, MiB);
        long held = (await nodes.RecordAsync()).Reserved.Uploaded;
        held.ShouldBeGreaterThan(MiB);
        await nodes.Shared.EndRunAsync(one.Node, Ct);
        await nodes.TickAsync();
        await nodes.Shared.FinishOfAsync(one.Node, UsageFixture.Scope, null, Ct);
        (await nodes.RecordAsync()).Used.Uploaded.ShouldBe((2 * MiB) + held);
        await UploadAsync(ledger, MiB);
        await nodes.TickAsync(12);
        (await nodes.RecordAsync()).Used.Uploaded.ShouldBe((3 * MiB) + held);
        ledger.Uploaded.Value.ShouldBe((3 * MiB) + held);

        static async Task UploadAsync(UsageLedger ledger, long bytes)
        {
            while (ledger.TryTakeUpload(bytes, Limit, 0) != TakeOutcome.Taken)
            {
                (await ledger.ReserveAsync(new UsageNeed { Uploaded = bytes, MaxUploaded = Limit }, Ct)).IsSuccess.ShouldBeTrue();
            }
        }
    }

    [Fact]
    public async Task What_is_reserved_is_spent_for_fifteen_seconds_without_the_store_and_not_longer()
    {
        await using var nodes = new SharedNodes("one");
        UsageFixture one = nodes[0];
        await nodes.TickAsync();
        UsageLedger ledger = one.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 1, Limit)).ShouldBe(StorageError.None);
        await nodes.TickAsync();
        (await UsageFixture.TakeBytesAsync(ledger, 1, Limit)).ShouldBe(StorageError.None);
        one.Store.IsAway = true;
        await nodes.TickAsync(12);
        ledger.Bytes.TryTake(1, Limit).ShouldBe(TakeOutcome.Taken);

        // As of a process that is stopped: nobody has to notice it.
        nodes.Time.Advance(TimeSpan.FromSeconds(4));
        ledger.Bytes.TryTake(1, Limit).ShouldBe(TakeOutcome.NeedsReservation);
        ledger.TryTakeUpload(1, 0, Limit).ShouldBe(TakeOutcome.NeedsReservation);
        (await UsageFixture.TakeBytesAsync(ledger, 1, Limit)).ShouldBe(StorageError.Unavailable);

        // Who has no limit goes on, also above what was reserved.
        (await UsageFixture.TakeBytesAsync(ledger, 3 * Limit, 0)).ShouldBe(StorageError.None);
        one.Store.IsAway = false;
        await nodes.TickAsync(2);
        (await nodes.RecordAsync()).Used.Bytes.ShouldBe((3 * Limit) + 3);
        (await UsageFixture.TakeBytesAsync(ledger, 1, 4 * Limit)).ShouldBe(StorageError.None);
    }
}
