using Hpc.Accounts.Usage;
using Hpc.Actors.Limits;
using Hpc.Storage;
using Hpc.Storage.Local;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Actors.Tests.Limits;

public sealed class UsageScanTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hpc-scan-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_scan_sets_exactly_what_is_there()
    {
        await using var fixture = new UsageFixture();
        using LocalFileSystem files = Open();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 5000, 0)).ShouldBe(StorageError.None);
        Write("a", 100);
        Write("d/b", 23);

        UsageScanReport report = (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Value;
        (report.FilesBefore, report.BytesBefore, report.Files, report.Bytes, report.IsExact).ShouldBe((0, 5000, 2, 123, true));
        (ledger.Files.Value, ledger.Bytes.Value).ShouldBe((2, 123));
        fixture.Keeper.Scans.ShouldBeEmpty();
        await fixture.TickAsync(2);
        UsageRecord record = await fixture.RecordAsync();
        record.Used.ShouldBe(new UsageAmount(2, 123, 0, 0));
        record.ScannedAt.ShouldNotBeNull();

        // Again, it changes nothing; and with more files, it goes up.
        (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Value.BytesBefore.ShouldBe(123);
        Write("c", 1000);
        (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Value.Bytes.ShouldBe(1123);
        await fixture.TickAsync(12);
        record = await fixture.RecordAsync();
        (record.Used, record.Reserved).ShouldBe((new UsageAmount(3, 1123, 0, 0), default));
    }

    [Fact]
    public async Task Mounts_inside_are_left_out_and_folders_that_count_in_it_are_added()
    {
        await using var fixture = new UsageFixture();
        Write("a", 1);
        Write("mnt/covered", 10);
        Write("other/b", 100);
        using LocalFileSystem files = Open();
        using LocalFileSystem folder = Open("other");
        var tree = new ScopeTree
        {
            Files = files,
            Excluded = [VirtualPath.Root.Combine("mnt"), VirtualPath.Root.Combine("other")],
            Others = [new ScopeTree { Files = folder }],
        };
        UsageScanReport report = (await fixture.Keeper.ScanAsync(UsageFixture.Scope, tree, Ct)).Value;
        (report.Files, report.Bytes).ShouldBe((2, 101));
    }

    [Fact]
    public async Task One_scan_of_a_scope_runs_at_a_time()
    {
        await using var fixture = new UsageFixture();
        using LocalFileSystem files = Open();
        fixture.Store.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<StorageResult<UsageScanReport>> first = fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct).AsTask();
        fixture.Keeper.Scans.ShouldHaveSingleItem().Scope.ShouldBe(UsageFixture.Scope);
        (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Error.ShouldBe(StorageError.Busy);
        fixture.Store.Gate.SetResult();
        (await first).IsSuccess.ShouldBeTrue();
        (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).IsSuccess.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_counted_during_every_walk_stays_counted()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 50, 0)).ShouldBe(StorageError.None);
        Write("a", 100);
        using LocalFileSystem local = Open();
        var files = new WatchedFiles(local, () => ledger.Bytes.TryTake(1, 0).ShouldBe(TakeOutcome.Taken));
        UsageScanReport report = (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Value;
        report.IsExact.ShouldBeFalse();
        files.Opened.ShouldBe(3);

        // 100 counted, and one byte that was taken after the last walk began.
        ledger.Bytes.Value.ShouldBe(101);
        await fixture.TickAsync();
        (await fixture.RecordAsync()).Used.Bytes.ShouldBe(101);
    }

    [Fact]
    public async Task Renames_make_a_walk_inexact_and_then_nothing_is_corrected_downwards()
    {
        await using var fixture = new UsageFixture();
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 500, 0)).ShouldBe(StorageError.None);
        Write("a", 100);
        using LocalFileSystem local = Open();
        var files = new WatchedFiles(local, ledger.NoteMove);
        UsageScanReport report = (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Value;
        report.IsExact.ShouldBeFalse();
        ledger.Bytes.Value.ShouldBe(500);
        ledger.Files.Value.ShouldBe(1);
    }

    [Fact]
    public async Task A_correction_whose_answer_is_lost_is_applied_once()
    {
        await using var fixture = new UsageFixture();
        await fixture.LoadBarrierAsync();
        Write("a", 100);
        using LocalFileSystem local = Open();
        var files = new WatchedFiles(local, () => fixture.Store.LosesAnswers = true);
        (await fixture.Keeper.ScanAsync(UsageFixture.Scope, new ScopeTree { Files = files }, Ct)).Error.ShouldBe(StorageError.Unavailable);
        fixture.Store.LosesAnswers = false;
        await fixture.TickAsync(2);
        (await fixture.RecordAsync()).Used.ShouldBe(new UsageAmount(1, 100, 0, 0));
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 1, 0)).ShouldBe(StorageError.None);
        ledger.Bytes.Value.ShouldBe(101);
    }

    [Theory]
    [InlineData(UploadMode.Atomic, 3, 107)]
    [InlineData(UploadMode.AtomicWithResume, 4, 116)]
    public async Task After_a_crash_files_are_counted_and_left_overs_are_cleared_up(UploadMode mode, long expectedFiles, long expectedBytes)
    {
        const long Limit = 1000;
        var first = new UsageFixture();
        UsageLedger lost = first.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(lost, 400, Limit)).ShouldBe(StorageError.None);
        await first.DisposeAsync();
        Write("a", 100);
        Write(".hpc-upload.00000001-1.b", 9);
        Write(".hpc-upload.00000002-1.c", 7);
        Write("other/.hpc-upload.0000000f-1.d", 0);

        await using var fixture = new UsageFixture(first.Store, epoch: "00000002", time: first.Time, mode: mode);
        UsageLedger ledger = fixture.Keeper.Acquire(UsageFixture.Scope);
        (await UsageFixture.TakeBytesAsync(ledger, 1, Limit)).ShouldBe(StorageError.QuotaExceeded);

        var trees = new ScriptedTrees(_ => new ScopeTree { Files = Open() });
        (await fixture.Keeper.RecoverAsync(trees, Ct)).ShouldBe(0);
        trees.Opened.ShouldBe([UsageFixture.Scope]);
        (ledger.Files.Value, ledger.Bytes.Value).ShouldBe((expectedFiles, expectedBytes));
        (await fixture.RecordAsync()).Used.ShouldBe(new UsageAmount(expectedFiles, expectedBytes, 0, 0));
        File.Exists(Real(".hpc-upload.00000001-1.b")).ShouldBeFalse();
        File.Exists(Real(".hpc-upload.00000002-1.c")).ShouldBeTrue();

        // No run of this node made it.
        File.Exists(Real("other/.hpc-upload.0000000f-1.d")).ShouldBeTrue();
        File.Exists(Real("b")).ShouldBe(mode == UploadMode.AtomicWithResume);
        (await UsageFixture.TakeBytesAsync(ledger, Limit - expectedBytes, Limit)).ShouldBe(StorageError.None);
        (await UsageFixture.TakeBytesAsync(ledger, 1, Limit)).ShouldBe(StorageError.QuotaExceeded);

        (await fixture.Keeper.RecoverAsync(trees, Ct)).ShouldBe(0);
        trees.Opened.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_reserved_of_transfers_is_used_after_a_crash_and_what_fails_is_left()
    {
        var first = new UsageFixture();
        UsageLedger moved = first.Keeper.Acquire(UsageFixture.Scope);
        (await moved.ReserveAsync(new UsageNeed { Uploaded = 10, MaxUploaded = 500 }, Ct)).IsSuccess.ShouldBeTrue();
        UsageLedger gone = first.Keeper.Acquire("folder:gone");
        UsageLedger broken = first.Keeper.Acquire("folder:broken");
        (await gone.MarkInUseAsync(Ct)).IsSuccess.ShouldBeTrue();
        (await broken.MarkInUseAsync(Ct)).IsSuccess.ShouldBeTrue();
        await first.DisposeAsync();

        await using var fixture = new UsageFixture(first.Store, epoch: "00000002", time: first.Time);
        var trees = new ScriptedTrees(scope => scope == "folder:broken" ? StorageError.IoError : StorageError.NotFound);
        (await fixture.Keeper.RecoverAsync(trees, Ct)).ShouldBe(1);
        trees.Opened.ShouldBe(["folder:broken", "folder:gone"]);
        (await fixture.Store.FindAsync("folder:gone", Ct)).ShouldBeNull();
        (await fixture.RecordAsync()).Used.ShouldBe(new UsageAmount(0, 0, 500, 0));
        (await fixture.Store.ListUnfinishedAsync(fixture.Node, Ct)).ShouldHaveSingleItem().Scope.ShouldBe("folder:broken");
    }

    private LocalFileSystem Open(string below = "") => LocalFileSystem.Open(Real(below));

    private string Real(string below) => Path.Combine(_directory.FullName, below);

    private void Write(string below, int length)
    {
        string path = Real(below);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, new byte[length]);
    }
}
