using Hpc.Accounts.Data;
using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

public sealed class UsageAdjustTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_consumed_before_an_operator_sets_a_number_is_not_counted_on_top_of_it()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 500, 0)).ShouldBe(StorageError.None);

        await fixture.Keeper.AdjustAsync(Set(bytes: 100), Ct);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(100);
        (await UsageFixture.TakeBytesAsync(ledger, 7, 0)).ShouldBe(StorageError.None);
        await fixture.TickAsync(2);

        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(107);
        ledger.Bytes.Value.ShouldBe(107);
    }

    [Fact]
    public async Task What_an_operator_adds_is_added_to_what_was_consumed()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 500, 0)).ShouldBe(StorageError.None);

        await fixture.Keeper.AdjustAsync(Set(bytes: -600) with { IsAdded = true }, Ct);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(0);
        await fixture.TickAsync(2);

        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(0);
        ledger.Bytes.Value.ShouldBe(0);
    }

    [Fact]
    public async Task A_scope_that_nobody_uses_is_adjusted_in_the_store_alone()
    {
        await using var fixture = new UsageFixture();
        await fixture.Keeper.AdjustAsync(Set(bytes: 100), Ct);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(100);
        fixture.Keeper.Counters.Ledgers.ShouldBe(1);
        fixture.Store.Statements.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_store_is_away_an_operator_is_told_so_and_nothing_is_set_later()
    {
        await using var fixture = new UsageFixture();
        await fixture.LoadBarrierAsync();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 500, 0)).ShouldBe(StorageError.None);
        fixture.Store.IsAway = true;
        await Should.ThrowAsync<DataProviderException>(async () => await fixture.Keeper.AdjustAsync(Set(bytes: 100), Ct));
        await Should.ThrowAsync<DataProviderException>(async () => await fixture.Keeper.AdjustAsync(Set(bytes: 100), Ct));
        fixture.Store.IsAway = false;
        await fixture.TickAsync(3);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(500);
    }

    [Fact]
    public async Task The_failure_of_an_adjustment_is_the_operators_and_what_is_in_use_is_asked_again()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 500, 0)).ShouldBe(StorageError.None);
        await fixture.TickAsync();
        fixture.Store.LosesAdjustments = true;
        await Should.ThrowAsync<IOException>(async () => await fixture.Keeper.AdjustAsync(Set(bytes: 100), Ct));
        await fixture.TickAsync();
        ledger.Bytes.Value.ShouldBe(100);
    }

    [Fact]
    public async Task Who_gives_up_while_the_store_is_at_it_is_told_that_the_outcome_is_not_known()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 500, 0)).ShouldBe(StorageError.None);
        fixture.Store.AdjustGate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task adjusting = fixture.Keeper.AdjustAsync(Set(bytes: 100) with { IsAdded = true }, Ct).AsTask();
        await fixture.Store.Adjusting.Task;
        fixture.Time.Advance(TimeSpan.FromSeconds(31));
        (await Should.ThrowAsync<DataProviderException>(() => adjusting)).Message.ShouldContain("not known");
        fixture.Store.AdjustGate.SetResult();
        fixture.Store.AdjustGate = null;
        await fixture.TickAsync(2);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(600);
    }

    private static UsageAdjustment Set(long bytes) => new(UsageFixture.Scope, IsAdded: false, null, bytes, null, null, DateTimeOffset.UnixEpoch);
}
