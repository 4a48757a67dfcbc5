using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>What has to wait for a file that somebody writes to slowly, or for the store, holds up nobody else.</summary>
public sealed class NameWaitTests
{
    [Theory]
    [InlineData("delete")]
    [InlineData("rename")]
    [InlineData("close")]
    [InlineData("truncate")]
    [InlineData("truncate without ranges")]
    [InlineData("atomic")]
    [InlineData("move")]
    public async Task A_write_that_takes_long_holds_up_only_those_who_need_its_file(string operation)
    {
        FileSystemCapabilities? allowed = operation == "truncate without ranges"
            ? CapabilityGuard.All & ~(FileSystemCapabilities.RangeWrites | FileSystemCapabilities.Append | FileSystemCapabilities.AtomicReplace)
            : null;
        UploadMode mode = operation == "atomic" ? UploadMode.Atomic : UploadMode.Standard;
        using var bench = new UploadBench(new Setup { MaxBytes = 100_000, MaxFiles = 20, Allowed = allowed, Mode = mode, Hashes = true });
        using var other = new UploadBench(new Setup { MaxBytes = 100_000 });
        await bench.PutAsync("/slow", 10);
        await bench.PutAsync("/a", 20);
        await other.PutAsync("/b", 30);
        IFileHandle atomic = await bench.OpenAsync(operation == "atomic" ? "/slow" : "/c", Upload);

        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        HookedFile? hooked = null;
        IFileSystem slow = HookedFiles.Create(bench.Backend, file => hooked = new HookedFile(file) { Released = released.Task });
        OpenFlags flags = allowed is null ? OpenFlags.Write : Upload;
        IFileHandle writer = (await bench.Files.OpenAsync(slow, P("/slow"), P("/slow"), flags, null, Permission.All, default)).Value;
        Task<StorageResult<int>> write = WriteAsync(writer, 0, 100);
        await hooked!.Begun;

        MountFiles files = bench.Mounted("v");
        Task<StorageError> waiting = operation switch
        {
            "delete" => bench.DeleteAsync("/slow"),
            "rename" => bench.RenameAsync("/a", "/slow"),
            "close" => writer.CloseAsync().ErrorAsync(),
            "atomic" => atomic.CloseAsync().ErrorAsync(),
            "move" => other.Files.MoveToAsync(other.Backend, P("/b"), files, bench.Backend, P("/slow"), RenameMode.Replace, default).ErrorAsync(),
            _ => OpenAndCloseAsync(bench, "/slow"),
        };

        // Any of these would wait for the write if the names' lock were held meanwhile.
        for (int i = 0; i < 3; i++)
        {
            await bench.PutAsync("/other", 40 + i);
            (await bench.RenameAsync("/other", "/d")).ShouldBe(StorageError.None);
            (await bench.DeleteAsync("/d")).ShouldBe(StorageError.None);
        }

        waiting.IsCompleted.ShouldBeFalse();
        released.SetResult();
        (await write).Value.ShouldBe(100);
        (await waiting).ShouldBe(StorageError.None);
        await writer.CloseAsync();
        await atomic.CloseAsync();
        await bench.LedgerShouldBeRightAsync();
        await other.LedgerShouldBeRightAsync();
    }

    [Fact]
    public async Task A_move_that_waits_for_the_store_holds_up_nobody()
    {
        using var source = new UploadBench(new Setup { MaxBytes = 10_000 });
        using var target = new UploadBench(new Setup { MaxBytes = 10_000, ReserveStep = 64 });
        await source.PutAsync("/a", 1000);
        await target.PutAsync("/b", 10);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        target.Reserver.Before = () =>
        {
            asked.TrySetResult();
            return released.Task;
        };

        Task<StorageError> move = source.Files.MoveToAsync(source.Backend, P("/a"), target.Files, target.Backend, P("/a"), RenameMode.NoReplace, default).ErrorAsync();
        await asked.Task;
        (await target.DeleteAsync("/b").WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe(StorageError.None);
        move.IsCompleted.ShouldBeFalse();
        released.SetResult();
        (await move).ShouldBe(StorageError.None);
        await source.LedgerShouldBeRightAsync();
        await target.LedgerShouldBeRightAsync();
    }

    [Fact]
    public async Task A_directory_that_is_renamed_takes_the_temporary_of_a_copy_with_it_in_every_mode()
    {
        using var bench = new UploadBench(new Setup { IsLocal = true });
        await bench.Backend.CreateDirectoryAsync(P("/d"), null, default);
        await bench.PutAsync("/x", 100);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opened = new TaskCompletionSource<HookedFile>(TaskCreationOptions.RunContinuationsAsynchronously);
        IFileSystem slow = HookedFiles.Create(bench.Backend, file =>
        {
            var hooked = new HookedFile(file) { Released = released.Task };
            opened.TrySetResult(hooked);
            return hooked;
        });
        Task<StorageResult<long>> copy = MountFiles.CopyToAsync(slow, P("/x"), bench.Files, bench.Backend, P("/d/y"), RenameMode.NoReplace, default).AsTask();
        await (await opened.Task).Begun;
        (await bench.RenameAsync("/d", "/e")).ShouldBe(StorageError.None);
        released.SetResult();
        (await copy).Value.ShouldBe(100);
        (await bench.WalkAsync()).Names.ShouldBe(["/e", "/e/y", "/x"], ignoreOrder: true);
        bench.State.IsInUse.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_walk_may_miss_is_told_to_the_ledger()
    {
        using var bench = new UploadBench(new Setup { IsLocal = true, MaxBytes = 1000 });
        await bench.PutAsync("/a", 10);
        long before = bench.Ledger.Moves;
        (await bench.RenameAsync("/a", "/b")).ShouldBe(StorageError.None);
        bench.Ledger.Moves.ShouldBeGreaterThan(before);

        before = bench.Ledger.Moves;
        (await bench.Files.LinkAsync(bench.Backend, P("/b"), P("/c"), default)).Error.ShouldBe(StorageError.None);
        bench.Ledger.Moves.ShouldBeGreaterThan(before);

        before = bench.Ledger.Moves;
        (await bench.DeleteAsync("/b")).ShouldBe(StorageError.None);
        bench.Ledger.Moves.ShouldBeGreaterThan(before, "the file has another name: no count changes");
        await bench.LedgerShouldBeRightAsync();
    }

    private static async Task<StorageError> OpenAndCloseAsync(UploadBench bench, string path)
    {
        StorageResult<IFileHandle> opened = await bench.TryOpenAsync(path, Upload);
        return opened.IsSuccess ? (await opened.Value.CloseAsync()).Error : opened.Error;
    }
}
