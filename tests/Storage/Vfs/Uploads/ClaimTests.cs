using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>What writes claim that are refused, that fail, or that are under way.</summary>
public sealed class ClaimTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_the_volume_refuses_claims_no_room(bool onWorker)
    {
        using var bench = new UploadBench(new Setup { MaxBytes = 10_000, Transfer = (100, 0, 0) });
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        (await WriteAsync(file, 0, 50)).Value.ShouldBe(50);
        using var content = new PinnedBytes(new byte[60]);
        StorageResult<int> refused = onWorker ? await file.WriteAsync(5000, content.Segments(), default) : await WriteAsync(file, 5000, 60);
        refused.Error.ShouldBe(StorageError.QuotaExceeded);
        bench.Ledger.Bytes.Value.ShouldBe(50);
        bench.TransferLedger.Uploaded.Value.ShouldBe(50);
        await file.DisposeAsync();
        await bench.LedgerShouldBeRightAsync();
    }

    [Fact]
    public async Task A_write_that_the_quota_refuses_uses_up_no_volume()
    {
        using var bench = new UploadBench(new Setup { MaxBytes = 1000, Transfer = (5000, 0, 0) });
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        (await WriteAsync(file, 0, 400)).Value.ShouldBe(400);
        (await WriteAsync(file, 400, 601)).Error.ShouldBe(StorageError.QuotaExceeded);
        bench.TransferLedger.Uploaded.Value.ShouldBe(400);
        await file.DisposeAsync();
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_fails_leaves_claimed_what_the_file_has(bool appends)
    {
        using var bench = new UploadBench(new Setup { IsLocal = true, MaxBytes = 0 });
        HookedFile? hooked = null;
        IFileSystem backend = HookedFiles.Create(bench.Backend, opened => hooked = new HookedFile(opened));
        OpenFlags flags = OpenFlags.Write | OpenFlags.Create | (appends ? OpenFlags.Append : OpenFlags.None);
        IFileHandle file = (await bench.Files.OpenAsync(backend, P("/a"), P("/a"), flags, null, Permission.All, default)).Value;
        (await WriteAsync(file, 0, 100)).Value.ShouldBe(100);
        hooked!.Failure = StorageError.NoSpace;
        using var content = new PinnedBytes(new byte[500]);
        (await file.WriteAsync(100, content.Segments(), default)).Error.ShouldBe(StorageError.NoSpace);
        bench.Ledger.Bytes.Value.ShouldBe(101);
        (await bench.State.UnwrittenClaimsAsync(default)).Value.ShouldBe(0);

        hooked.Failure = StorageError.None;
        (await WriteAsync(file, 101, 200)).Value.ShouldBe(200);
        bench.Ledger.Bytes.Value.ShouldBe(301);
        await file.CloseAsync();
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_beyond_what_a_file_can_hold_takes_nothing_from_others(bool isLocal)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, MaxBytes = 0 });
        IFileHandle file = await bench.OpenAsync("/huge", Upload);
        (await WriteAsync(file, 1L << 62, 10)).IsSuccess.ShouldBeFalse();
        bench.Ledger.Bytes.Value.ShouldBe(0);
        await bench.PutAsync("/small", 10);
        bench.Ledger.Bytes.Value.ShouldBe(10);
        await file.DisposeAsync();
    }

    [Fact]
    public async Task Writes_that_fail_next_to_others_that_do_not_leave_the_count_right()
    {
        using var bench = new UploadBench(new Setup { IsLocal = true, MaxBytes = 0 });
        IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(async () =>
        {
            var random = new Random(i);
            for (int n = 0; n < 200; n++)
            {
                bool fails = random.Next(3) == 0;
                (await WriteAsync(file, fails ? (1L << 62) + random.Next(1000) : random.Next(100_000), random.Next(1, 2000))).IsSuccess.ShouldBe(!fails);
            }
        })));

        bench.Ledger.Bytes.Value.ShouldBe(await bench.SizeAsync("/a"));
        await file.CloseAsync();
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [InlineData(UploadMode.Standard)]
    [InlineData(UploadMode.Atomic)]
    public async Task A_file_that_is_counted_and_not_there_yet_is_known(UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { MaxFiles = 10, ReserveStep = 1, Mode = mode });
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Reserver.Before = () =>
        {
            asked.TrySetResult();
            return released.Task;
        };
        bench.State.IsMakingFiles.ShouldBeFalse();
        Task<IFileHandle> opening = bench.OpenAsync("/a", Upload);
        await asked.Task;
        bench.State.IsMakingFiles.ShouldBeTrue();
        released.SetResult();
        await (await opening).CloseAsync();
        bench.State.IsMakingFiles.ShouldBeFalse();
        await bench.LedgerShouldBeRightAsync();
    }

    [Fact]
    public async Task What_is_claimed_and_not_written_yet_is_known()
    {
        using var bench = new UploadBench(new Setup { IsLocal = true, MaxBytes = 10_000 });
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        HookedFile? hooked = null;
        IFileSystem slow = HookedFiles.Create(bench.Backend, opened => hooked = new HookedFile(opened) { Released = released.Task });
        IFileHandle file = (await bench.Files.OpenAsync(slow, P("/a"), P("/a"), Upload, null, Permission.All, default)).Value;
        IFileHandle second = await bench.OpenAsync("/a", OpenFlags.Write);
        IFileHandle third = await bench.OpenAsync("/a", OpenFlags.Write);
        (await WriteAsync(second, 0, 100)).Value.ShouldBe(100);
        Task<StorageResult<int>> write = WriteAsync(file, 100, 500);
        await hooked!.Begun;
        (await bench.State.UnwrittenClaimsAsync(default)).Value.ShouldBe(500);
        bench.Ledger.Bytes.Value.ShouldBe((await bench.WalkAsync()).Bytes + 500);

        // Whoever of them closes, another is asked.
        await second.CloseAsync();
        (await bench.State.UnwrittenClaimsAsync(default)).Value.ShouldBe(500);
        released.SetResult();
        (await write).Value.ShouldBe(500);
        (await bench.State.UnwrittenClaimsAsync(default)).Value.ShouldBe(0);
        await file.CloseAsync();
        (await bench.State.UnwrittenClaimsAsync(default)).Value.ShouldBe(0);
        await third.CloseAsync();
        (await bench.State.UnwrittenClaimsAsync(default)).Value.ShouldBe(0);
        await bench.LedgerShouldBeRightAsync();
    }
}
