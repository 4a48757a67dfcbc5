using Hpc.Accounts.Usage;
using Hpc.Storage;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

public sealed class UsageKeeperTests
{
    private const long MiB = 1L << 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_reserved_can_be_taken_and_is_settled_within_a_second()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        ledger.Bytes.TryTake(1, 0).ShouldBe(TakeOutcome.NeedsReservation);
        ledger.IsInUse.ShouldBeFalse();

        (await ledger.ReserveAsync(new UsageNeed { Bytes = 5000, Files = 1, MaxBytes = 1 << 30, MaxFiles = 10 }, Ct)).IsSuccess.ShouldBeTrue();
        ledger.Bytes.TryTake(5000, 1 << 30).ShouldBe(TakeOutcome.Taken);
        ledger.Files.TryTake(1, 10).ShouldBe(TakeOutcome.Taken);
        ledger.IsInUse.ShouldBeTrue();
        (await fixture.RecordAsync()).Used.ShouldBe(default);

        await fixture.TickAsync();
        UsageRecord record = await fixture.RecordAsync();
        record.Used.ShouldBe(new UsageAmount(1, 5000, 0, 0));
        record.Reserved.Files.ShouldBe(9);
        record.Reserved.Bytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_was_used_before_is_loaded_by_the_first_reservation()
    {
        await using var fixture = new UsageFixture();
        await fixture.Store.CorrectAsync(new UsageCorrection(UsageFixture.Scope, 9, 900, DateTimeOffset.UnixEpoch), Ct);
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 101, 1000)).ShouldBe(StorageError.QuotaExceeded);
        (await UsageFixture.TakeBytesAsync(ledger, 100, 1000)).ShouldBe(StorageError.None);
        (ledger.Files.Value, ledger.Bytes.Value).ShouldBe((9, 1000));
    }

    [Fact]
    public async Task What_is_given_back_before_the_count_is_loaded_is_not_lost()
    {
        await using var fixture = new UsageFixture();
        await fixture.Store.CorrectAsync(new UsageCorrection(UsageFixture.Scope, 9, 900, DateTimeOffset.UnixEpoch), Ct);
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        ledger.Bytes.Give(300);
        ledger.Files.Give(1);
        await fixture.TickAsync();
        (await fixture.RecordAsync()).Used.ShouldBe(new UsageAmount(8, 600, 0, 0));
        (ledger.Files.Value, ledger.Bytes.Value).ShouldBe((8, 600));
        ledger.IsInUse.ShouldBeTrue();
    }

    [Fact]
    public async Task All_that_changed_is_settled_in_one_statement_and_nothing_else_is_said()
    {
        await using var fixture = new UsageFixture();
        UsageLedger[] ledgers = [.. Enumerable.Range(0, 20).Select(i => fixture.Keeper.Acquire($"folder:{i}"))];
        foreach (UsageLedger ledger in ledgers)
        {
            (await UsageFixture.TakeBytesAsync(ledger, 10, 0)).ShouldBe(StorageError.None);
        }

        await fixture.TickAsync();
        int said = fixture.Store.Statements.Count;
        await fixture.TickAsync(3);
        fixture.Store.Statements.Count.ShouldBe(said);

        Array.ForEach(ledgers[..10], ledger => ledger.Bytes.Give(3));
        await fixture.TickAsync();
        fixture.Store.Statements.Count.ShouldBe(said + 1);
        fixture.Store.Statements[^1].Requests.Count.ShouldBe(10);
        fixture.Store.Statements[^1].Requests.ShouldAllBe(request => request.Consumed == new UsageAmount(0, -3, 0, 0));
    }

    [Fact]
    public async Task Callers_that_come_while_the_store_is_asked_share_the_next_statement()
    {
        await using var fixture = new UsageFixture();
        await fixture.LoadBarrierAsync();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        fixture.Store.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int said = fixture.Store.Statements.Count;
        Task<StorageError>[] callers = [.. Enumerable.Range(0, 30).Select(_ => UsageFixture.TakeBytesAsync(ledger, 100 * MiB, 0))];
        await fixture.LoadBarrierAsync();
        fixture.Store.Gate.SetResult();

        (await Task.WhenAll(callers)).ShouldAllBe(error => error == StorageError.None);
        ledger.Bytes.Value.ShouldBe(3000 * MiB);
        fixture.Store.Statements.Count.ShouldBeLessThanOrEqualTo(said + 4);
    }

    [Fact]
    public async Task More_is_reserved_before_what_is_reserved_is_used_up()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 1, 0)).ShouldBe(StorageError.None);
        long ceiling = ledger.Bytes.Ceiling;
        ledger.Bytes.TryTake((ceiling / 2) + 1, 0).ShouldBe(TakeOutcome.Taken);
        await fixture.TickAsync();
        ledger.Bytes.Ceiling.ShouldBeGreaterThan(ceiling);
    }

    [Fact]
    public async Task A_ledger_that_nothing_moves_in_holds_nothing_but_its_mark()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 7, 1000)).ShouldBe(StorageError.None);
        await fixture.TickAsync(12);
        UsageRecord record = await fixture.RecordAsync();
        record.Used.Bytes.ShouldBe(7);
        record.Reserved.ShouldBe(default);
        ledger.IsInUse.ShouldBeTrue();
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldHaveSingleItem().Use.ShouldBe(UsageUse.Files);
        (await UsageFixture.TakeBytesAsync(ledger, 993, 1000)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 1, 1000)).ShouldBe(StorageError.QuotaExceeded);
    }

    [Fact]
    public async Task What_was_reserved_after_a_pause_stays_while_something_else_is_reserved()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        var room = new UsageNeed { Bytes = 1000, MaxBytes = 1L << 40 };
        var volume = new UsageNeed { Uploaded = 1000, MaxTransferred = 1L << 50 };
        (await ledger.ReserveAsync(room, Ct)).IsSuccess.ShouldBeTrue();
        (await ledger.ReserveAsync(volume, Ct)).IsSuccess.ShouldBeTrue();
        await fixture.TickAsync(12);

        (await ledger.ReserveAsync(room, Ct)).IsSuccess.ShouldBeTrue();
        (await ledger.ReserveAsync(volume, Ct)).IsSuccess.ShouldBeTrue();
        ledger.Bytes.TryTake(1000, room.MaxBytes).ShouldBe(TakeOutcome.Taken);
        ledger.TryTakeUpload(1000, 0, volume.MaxTransferred).ShouldBe(TakeOutcome.Taken);
    }

    [Fact]
    public async Task A_ledger_that_nobody_has_is_settled_and_dropped_after_thirty_seconds()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        fixture.Keeper.Acquire(UsageFixture.Scope).ShouldBeSameAs(ledger);
        (await UsageFixture.TakeBytesAsync(ledger, 7, 0)).ShouldBe(StorageError.None);
        fixture.Keeper.Release(ledger);
        await fixture.TickAsync(40);
        fixture.Keeper.Acquire(UsageFixture.Scope).ShouldBeSameAs(ledger);
        fixture.Keeper.Release(ledger);
        fixture.Keeper.Release(ledger);
        Should.Throw<InvalidOperationException>(() => fixture.Keeper.Release(ledger));

        await fixture.TickAsync(29);
        fixture.Keeper.Counters.Ledgers.ShouldBe(2);
        await fixture.TickAsync(3);
        fixture.Keeper.Counters.Ledgers.ShouldBe(1);
        UsageRecord record = await fixture.RecordAsync();
        (record.Used.Bytes, record.Reserved).ShouldBe((7, default));
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldBeEmpty();

        (await ledger.ReserveAsync(new UsageNeed { Bytes = 1 }, Ct)).Error.ShouldBe(StorageError.Cancelled);
        UsageLedger again = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(again, 1, 0)).ShouldBe(StorageError.None);
        again.Bytes.Value.ShouldBe(8);
    }

    [Fact]
    public async Task A_ledger_that_is_acquired_again_while_it_is_given_back_is_marked_again()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await ledger.MarkInUseAsync(Ct)).IsSuccess.ShouldBeTrue();
        ledger.IsInUse.ShouldBeTrue();
        fixture.Keeper.Release(ledger);
        await fixture.TickAsync(29);
        ledger.IsInUse.ShouldBeTrue();
        var gate = fixture.Store.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await fixture.LoadBarrierAsync();
        fixture.Keeper.Acquire(UsageFixture.Scope).ShouldBeSameAs(ledger);
        ledger.IsInUse.ShouldBeFalse();
        ValueTask<StorageResult> marking = ledger.MarkInUseAsync(Ct);
        marking.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        (await marking).IsSuccess.ShouldBeTrue();
        ledger.IsInUse.ShouldBeTrue();
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_store_is_away_what_is_reserved_is_spent_and_nothing_is_lost(bool answersAreLost)
    {
        const long Limit = 1L << 40;
        await using var fixture = new UsageFixture();
        await fixture.LoadBarrierAsync();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, MiB, 0)).ShouldBe(StorageError.None);
        (fixture.Store.IsAway, fixture.Store.LosesAnswers) = (!answersAreLost, answersAreLost);
        await fixture.TickAsync();
        (await UsageFixture.TakeBytesAsync(ledger, MiB, 0)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 1000 * MiB, Limit)).ShouldBe(StorageError.Unavailable);
        await fixture.TickAsync(3);
        (await UsageFixture.TakeBytesAsync(ledger, 1000 * MiB, Limit)).ShouldBe(StorageError.Unavailable);
        fixture.Store.Statements.Count(statement => statement.Sequence == fixture.Store.Statements[^1].Sequence).ShouldBe(4);

        (fixture.Store.IsAway, fixture.Store.LosesAnswers) = (false, false);
        await fixture.TickAsync(2);
        (await UsageFixture.TakeBytesAsync(ledger, 1000 * MiB, Limit)).ShouldBe(StorageError.None);
        await fixture.TickAsync(2);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(1002 * MiB);
        ledger.Bytes.Value.ShouldBe(1002 * MiB);
        fixture.Keeper.Counters.FailedStatements.ShouldBeGreaterThan(0);
        fixture.Keeper.Counters.Unavailable.ShouldBe(2);
    }

    [Fact]
    public async Task Stopping_settles_everything_and_leaves_nothing_unfinished()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 7, 0)).ShouldBe(StorageError.None);
        fixture.Keeper.Acquire("folder:unused");
        (await fixture.Keeper.StopAsync(Ct)).ShouldBeTrue();
        (await fixture.Keeper.StopAsync(Ct)).ShouldBeTrue();
        UsageRecord record = await fixture.RecordAsync();
        (record.Used.Bytes, record.Reserved).ShouldBe((7, default));
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldBeEmpty();
        ledger.Bytes.TryTake(1, 0).ShouldBe(TakeOutcome.NeedsReservation);
        (await ledger.ReserveAsync(new UsageNeed { Bytes = 1 }, Ct)).Error.ShouldBe(StorageError.Cancelled);
    }

    [Fact]
    public async Task Stopping_gives_up_when_the_store_stays_away()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 7, 0)).ShouldBe(StorageError.None);
        fixture.Store.IsAway = true;
        using var given = new CancellationTokenSource();
        Task<bool> stopping = fixture.Keeper.StopAsync(given.Token);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await given.CancelAsync();
        (await stopping).ShouldBeFalse();
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldHaveSingleItem();
    }
}
