using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>From one mount to another.</summary>
public sealed class MoveTests
{
    public static TheoryData<bool, bool> Kinds => new MatrixTheoryData<bool, bool>([false, true], [false, true]);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_is_counted_where_it_goes_and_given_back_where_it_was(bool fromLocal, bool toLocal)
    {
        using var source = new UploadBench(new Setup { IsLocal = fromLocal, MaxBytes = 1000, MaxFiles = 10 });
        using var target = new UploadBench(new Setup { IsLocal = toLocal, MaxBytes = 500, MaxFiles = 10 });
        await source.PutAsync("/a", 300);
        await source.PutAsync("/large", 501);
        await target.PutAsync("/b", 200);
        (await MoveAsync(source, "/a", target, "/b", RenameMode.NoReplace)).ShouldBe(StorageError.AlreadyExists);
        await source.LedgerShouldBeRightAsync();
        await target.LedgerShouldBeRightAsync();

        (await MoveAsync(source, "/a", target, "/b", RenameMode.Replace)).ShouldBe(StorageError.None);
        (await source.SizeAsync("/a")).ShouldBe(-1);
        (await target.SizeAsync("/b")).ShouldBe(300);
        (await MoveAsync(source, "/large", target, "/c", RenameMode.Replace)).ShouldBe(StorageError.QuotaExceeded);
        (await MoveAsync(source, "/none", target, "/c", RenameMode.Replace)).ShouldBe(StorageError.NotFound);
        await source.LedgerShouldBeRightAsync();
        await target.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_directory_is_moved_in_one_step_and_counted_or_not_at_all(bool fromLocal, bool toLocal)
    {
        using var source = new UploadBench(new Setup { IsLocal = fromLocal, MaxBytes = 10_000, MaxFiles = 10 });
        using var target = new UploadBench(new Setup { IsLocal = toLocal, MaxBytes = 1000, MaxFiles = 3 });
        await source.Backend.CreateDirectoryAsync(P("/d"), null, default);
        await source.Backend.CreateDirectoryAsync(P("/d/e"), null, default);
        await source.PutAsync("/d/a", 300);
        await source.PutAsync("/d/e/b", 400);
        StorageError moved = await MoveAsync(source, "/d", target, "/d", RenameMode.NoReplace);
        moved.ShouldBeOneOf(fromLocal && toLocal ? [StorageError.None] : [StorageError.None, StorageError.CrossDevice]);
        if (moved == StorageError.None)
        {
            target.Ledger.Bytes.Value.ShouldBe(700);
            target.Ledger.Files.Value.ShouldBe(2);
            source.Ledger.Bytes.Value.ShouldBe(0);
        }

        await source.LedgerShouldBeRightAsync();
        await target.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_with_two_names_is_copied_so_that_it_is_in_one_count_only(bool fromLocal, bool toLocal)
    {
        using var source = new UploadBench(new Setup { IsLocal = fromLocal, MaxBytes = 10_000, MaxFiles = 10 });
        using var target = new UploadBench(new Setup { IsLocal = toLocal, MaxBytes = 10_000, MaxFiles = 10 });
        await source.PutAsync("/a", 1000);
        await source.Files.LinkAsync(source.Backend, P("/a"), P("/b"), default);
        (await MoveAsync(source, "/a", target, "/a", RenameMode.Replace)).ShouldBe(StorageError.None);
        (await source.SizeAsync("/a")).ShouldBe(-1);
        await target.PutAsync("/a", 500);
        (await source.SizeAsync("/b")).ShouldBe(1000);
        await source.LedgerShouldBeRightAsync();
        await target.LedgerShouldBeRightAsync();

        (await MoveAsync(source, "/b", target, "/a", RenameMode.Replace)).ShouldBe(StorageError.None);
        source.Ledger.Bytes.Value.ShouldBe(0);
        source.Ledger.Files.Value.ShouldBe(0);
        (await target.SizeAsync("/a")).ShouldBe(1000);
        await target.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_tree_with_a_file_of_several_names_is_left_to_its_client(bool fromLocal, bool toLocal)
    {
        using var source = new UploadBench(new Setup { IsLocal = fromLocal, MaxBytes = 10_000, MaxFiles = 10 });
        using var target = new UploadBench(new Setup { IsLocal = toLocal, MaxBytes = 10_000, MaxFiles = 10 });
        await source.Backend.CreateDirectoryAsync(P("/d"), null, default);
        await source.PutAsync("/d/a", 300);
        await source.Files.LinkAsync(source.Backend, P("/d/a"), P("/stays"), default);
        (await MoveAsync(source, "/d", target, "/d", RenameMode.NoReplace)).ShouldBe(StorageError.CrossDevice);
        await source.LedgerShouldBeRightAsync();
        await target.LedgerShouldBeRightAsync();
    }

    [Fact]
    public async Task What_is_open_for_writing_stays()
    {
        using var source = new UploadBench(new Setup { MaxBytes = 1000 });
        using var target = new UploadBench(new Setup { MaxBytes = 1000 });
        await source.PutAsync("/a", 300);
        await using IFileHandle file = await source.OpenAsync("/a", OpenFlags.Write);
        (await MoveAsync(source, "/a", target, "/a", RenameMode.Replace)).ShouldBe(StorageError.Busy);
    }

    private static Task<StorageError> MoveAsync(UploadBench source, string from, UploadBench target, string to, RenameMode mode) =>
        source.Files.MoveToAsync(source.Backend, P(from), target.Files, target.Backend, P(to), mode, default).ErrorAsync();
}
