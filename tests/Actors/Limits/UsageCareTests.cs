using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

public sealed class UsageCareTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-care-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_recovery_that_cannot_reach_the_files_keeps_the_reservation_and_is_tried_again()
    {
        var first = new UsageFixture();
        (await UsageFixture.TakeBytesAsync(first.Keeper.Acquire(UsageFixture.Scope), 400, 1000)).ShouldBe(StorageError.None);
        await first.DisposeAsync();
        Write("a", 100);

        await using var fixture = new UsageFixture(first.Store, epoch: "00000002", time: first.Time);
        bool isMounted = false;
        var trees = new ScriptedTrees(_ => Volatile.Read(ref isMounted) ? Tree() : StorageError.IoError);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task care = fixture.Keeper.RunAsync(trees, stop.Token);
        await UntilAsync(() => trees.Opened.Count >= 1);
        (await fixture.Store.ListUnfinishedAsync(fixture.Node, Ct)).ShouldHaveSingleItem().Reserved.Bytes.ShouldBeGreaterThan(0);
        Volatile.Write(ref isMounted, true);
        await UntilAsync(async () =>
        {
            await fixture.TickAsync(31);
            return (await fixture.Store.ListUnfinishedAsync(fixture.Node, Ct)).Count == 0;
        });
        (await fixture.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 100, 0, 0));
        await EndAsync(care, stop);
    }

    [Fact]
    public async Task A_scope_that_was_never_counted_is_counted_at_its_first_use_and_only_once()
    {
        await using var fixture = new UsageFixture();
        Write("a", 100);
        var trees = new ScriptedTrees(_ => Tree());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task care = fixture.Keeper.RunAsync(trees, stop.Token);
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        trees.Opened.ShouldBeEmpty();
        (await ledger.MarkInUseAsync(Ct)).IsSuccess.ShouldBeTrue();
        await UntilAsync(async () => (await fixture.RecordAsync()).ScannedAt is not null);
        (ledger.Files.Value, ledger.Bytes.Value).ShouldBe((1, 100));
        (await UsageFixture.TakeBytesAsync(ledger, 1, 0)).ShouldBe(StorageError.None);
        await fixture.TickAsync(3);
        trees.Opened.Count.ShouldBe(1);
        await EndAsync(care, stop);
    }

    [Fact]
    public async Task A_scope_whose_user_is_gone_loses_what_a_last_session_settled()
    {
        await using var fixture = new UsageFixture();
        var trees = new ScriptedTrees(_ => StorageError.NotFound);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        Task care = fixture.Keeper.RunAsync(trees, stop.Token);
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 10, 0)).ShouldBe(StorageError.None);
        await UntilAsync(async () => await fixture.Store.FindAsync(UsageFixture.Scope, Ct) is null);
        await EndAsync(care, stop);
    }

    [Fact]
    public async Task A_scan_by_hand_clears_up_temporaries_of_earlier_runs()
    {
        var first = new UsageFixture();
        await first.LoadBarrierAsync();
        (await first.Keeper.Acquire(UsageFixture.Scope).MarkInUseAsync(Ct)).IsSuccess.ShouldBeTrue();
        await first.DisposeAsync();
        Write(".hpc-upload.00000001-1.b", 9);
        Write(".hpc-upload.0000000f-1.b", 5);
        await using var fixture = new UsageFixture(first.Store, epoch: "00000002", time: first.Time);
        using LocalFileSystem files = LocalFileSystem.Open(_directory.FullName);
        UsageScanReport report = (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Value;
        (report.Files, report.Bytes, report.IsExact).ShouldBe((1, 5, true));
        _directory.GetFiles().ShouldHaveSingleItem().Name.ShouldBe(".hpc-upload.0000000f-1.b");
    }

    [Fact]
    public async Task Stopping_with_files_still_open_keeps_their_mark()
    {
        await using var fixture = new UsageFixture();
        UsageLedger open = fixture.Keeper.Acquire(UsageFixture.Scope);
        UsageLedger idle = fixture.Keeper.Acquire("folder:idle");
        (await UsageFixture.TakeBytesAsync(open, 7, 0)).ShouldBe(StorageError.None);
        (await idle.MarkInUseAsync(Ct)).IsSuccess.ShouldBeTrue();
        fixture.Keeper.Release(idle);
        (await fixture.Keeper.StopAsync(new HashSet<string> { UsageFixture.Scope }, Ct)).ShouldBeTrue();
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldBe(
            [new UnfinishedUsage(UsageFixture.Scope, UsageUse.Files, default)]);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(7);
    }

    [Fact]
    public async Task A_temporary_that_stayed_keeps_the_mark_when_nobody_has_the_ledger_any_more()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await ledger.MarkInUseAsync(Ct)).IsSuccess.ShouldBeTrue();
        ledger.NoteLeftOver();
        fixture.Keeper.Release(ledger);
        await fixture.TickAsync(40);
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldHaveSingleItem().Scope.ShouldBe(UsageFixture.Scope);
        (await fixture.Keeper.StopAsync(Ct)).ShouldBeTrue();
        (await fixture.Store.ListUnfinishedAsync(fixture.Node with { Epoch = "next" }, Ct)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task While_the_store_is_away_who_has_no_limit_goes_on_and_who_has_one_waits()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        UsageLedger fresh = fixture.Keeper.Acquire("folder:fresh");
        (await UsageFixture.TakeBytesAsync(ledger, 1, 0)).ShouldBe(StorageError.None);
        await fixture.LoadBarrierAsync();
        fixture.Store.IsAway = true;
        await fixture.TickAsync();
        (await UsageFixture.TakeBytesAsync(ledger, 5L << 30, 10L << 30)).ShouldBe(StorageError.Unavailable);
        (await UsageFixture.TakeBytesAsync(ledger, 5L << 30, 0)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(fresh, 1, 0)).ShouldBe(StorageError.Unavailable);
        fixture.Store.IsAway = false;
        await fixture.TickAsync(3);
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe((5L << 30) + 1);
        (await UsageFixture.TakeBytesAsync(ledger, 5L << 30, 10L << 30)).ShouldBe(StorageError.QuotaExceeded);
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            Ct.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task EndAsync(Task care, CancellationTokenSource stop)
    {
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(care);
    }

    private ScopeTree Tree() => new() { Files = LocalFileSystem.Open(_directory.FullName) };

    private void Write(string name, int length) => File.WriteAllBytes(Path.Combine(_directory.FullName, name), new byte[length]);
}
