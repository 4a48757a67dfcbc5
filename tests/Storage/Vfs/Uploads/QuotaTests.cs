using Hpc.Storage.Tests.Support;
using Hpc.Storage.Vfs;
using Hpc.Storage.Vfs.Uploads;
using static Hpc.Storage.Tests.Support.FileSystemExtensions;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>What files take of a quota, in every upload mode, on a disk and in memory.</summary>
public sealed class QuotaTests
{
    public static TheoryData<bool, UploadMode> Kinds =>
        new MatrixTheoryData<bool, UploadMode>([false, true], [UploadMode.Standard, UploadMode.Atomic, UploadMode.AtomicWithResume]);

    private static UploadBench Counted(bool isLocal, UploadMode mode, long maxBytes = 1000, long maxFiles = 10) =>
        new(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = maxBytes, MaxFiles = maxFiles, ReserveStep = 64 });

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_upload_takes_its_size_and_a_delete_gives_it_back(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 300);
        bench.Ledger.Bytes.Value.ShouldBe(300);
        bench.Ledger.Files.Value.ShouldBe(1);
        await bench.LedgerShouldBeRightAsync();

        (await bench.Files.DeleteAsync(bench.Backend, P("/a"), default)).Value.ShouldBe(300);
        bench.Ledger.Bytes.Value.ShouldBe(0);
        bench.Ledger.Files.Value.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Overwriting_gives_back_what_the_old_file_had(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 400);
        await bench.PutAsync("/a", 500);
        bench.Ledger.Bytes.Value.ShouldBe(500);
        bench.Ledger.Files.Value.ShouldBe(1);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_write_that_would_pass_the_limit_is_refused_and_the_upload_removed(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        (await WriteAsync(file, 0, 1000)).Value.ShouldBe(1000);
        (await WriteAsync(file, 1000, 1)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await WriteAsync(file, 999, 1)).Value.ShouldBe(1);
        (await bench.WalkAsync()).Bytes.ShouldBe(1000);
        (await file.CloseAsync()).Error.ShouldBe(StorageError.QuotaExceeded);
        (await bench.WalkAsync()).Names.ShouldBeEmpty();
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Requests_that_fit_whole_are_written_and_the_next_attempt_says_why_the_rest_is_not(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        (await WriteAsync(file, 0, 900)).Value.ShouldBe(900);
        bench.Ledger.Bytes.SetCeiling(1000);
        (await WriteAsync(file, 900, 160, pieceLength: 40)).Value.ShouldBe(80);
        (await WriteAsync(file, 980, 80, pieceLength: 40)).Error.ShouldBe(StorageError.QuotaExceeded);
        await file.DisposeAsync();
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task On_a_worker_too_the_requests_that_fit_are_written(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        using var content = new PinnedBytes(new byte[1200]);
        PinnedSegment[] segments = content.Segments(100);
        (await file.WriteAsync(0, segments, default)).Value.ShouldBe(1000);
        bench.Ledger.Bytes.Value.ShouldBe(1000);
        (await file.WriteAsync(1000, segments.AsMemory(10), default)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await file.WriteAsync(0, segments.AsMemory(0, 10), default)).Value.ShouldBe(1000);
        await file.DisposeAsync();
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_backend_that_cannot_cut_an_open_file_begins_it_again(bool isLocal, UploadMode mode)
    {
        const FileSystemCapabilities Without = CapabilityGuard.All & ~(FileSystemCapabilities.RangeWrites | FileSystemCapabilities.Append | FileSystemCapabilities.AtomicReplace);
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxBytes = 1000, MaxFiles = 10, Allowed = Without });
        await bench.PutAsync("/a", 900);
        await bench.PutAsync("/a", 700);
        await bench.LedgerShouldBeRightAsync();

        await using (IFileHandle first = await bench.OpenAsync("/a", Upload))
        {
            (await WriteAsync(first, 0, 300)).Value.ShouldBe(300);
            await using IFileHandle second = await bench.OpenAsync("/a", Upload);
            bench.Ledger.Bytes.Value.ShouldBe(0);
            (await WriteAsync(second, 0, 100)).Value.ShouldBe(100);
        }

        await bench.LedgerShouldBeRightAsync();
        (await bench.TryOpenAsync("/a", OpenFlags.Write | OpenFlags.Create)).Error.ShouldBe(StorageError.NotSupported);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_resume_counts_what_it_adds_and_keeps_the_file_when_it_is_refused(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 600);
        IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create);
        (await WriteAsync(file, 600, 300)).Value.ShouldBe(300);
        (await WriteAsync(file, 900, 300)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await file.CloseAsync()).Error.ShouldBe(StorageError.QuotaExceeded);
        (await bench.SizeAsync("/a")).ShouldBe(900);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Sparse_writes_and_sizes_that_are_set_take_up_to_their_end(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        IFileHandle file = await bench.OpenAsync("/a", Upload);
        (await WriteAsync(file, 900, 100)).Value.ShouldBe(100);
        bench.Ledger.Bytes.Value.ShouldBe(1000);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 1001 }, default)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 10 }, default)).IsSuccess.ShouldBeTrue();
        bench.Ledger.Bytes.Value.ShouldBe(10);
        (await file.SetAttributesAsync(new AttributeChanges { Size = 700 }, default)).IsSuccess.ShouldBeTrue();
        (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        (await bench.SizeAsync("/a")).ShouldBe(700);
        await bench.LedgerShouldBeRightAsync();

        (await bench.Files.SetAttributesAsync(bench.Backend, P("/a"), new AttributeChanges { Size = 5000 }, true, default)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await bench.Files.SetAttributesAsync(bench.Backend, P("/a"), new AttributeChanges { Size = 50 }, true, default)).IsSuccess.ShouldBeTrue();
        bench.Ledger.Bytes.Value.ShouldBe(50);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Two_appenders_claim_one_after_the_other(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 100);
        IFileHandle first = await bench.OpenAsync("/a", OpenFlags.Write | OpenFlags.Append);
        IFileHandle second = await bench.OpenAsync("/a", OpenFlags.Write | OpenFlags.Append);
        for (int i = 0; i < 4; i++)
        {
            (await WriteAsync(first, 0, 100)).Value.ShouldBe(100);
            (await WriteAsync(second, 0, 100)).Value.ShouldBe(100);
        }

        bench.Ledger.Bytes.Value.ShouldBe(900);
        (await WriteAsync(first, 0, 101)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await WriteAsync(second, 0, 100)).Value.ShouldBe(100);
        await first.CloseAsync();
        await second.CloseAsync();
        (await bench.SizeAsync("/a")).ShouldBe(1000);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_deleted_while_it_is_written_gives_back_at_once_and_takes_no_more(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 100);
        IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Write);
        (await WriteAsync(file, 100, 200)).IsSuccess.ShouldBeTrue();
        (await bench.DeleteAsync("/a")).ShouldBe(StorageError.None);
        bench.Ledger.Bytes.Value.ShouldBe(0);
        bench.Ledger.Files.Value.ShouldBe(0);
        (await WriteAsync(file, 0, 10)).Error.ShouldBe(StorageError.NotFound);
        await bench.PutAsync("/a", 70);
        (await file.CloseAsync()).Error.ShouldBe(StorageError.NotFound);
        bench.Ledger.Bytes.Value.ShouldBe(70);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_rename_over_a_file_gives_it_back_even_while_it_is_written(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 100);
        await bench.PutAsync("/b", 200);
        IFileHandle file = await bench.OpenAsync("/b", OpenFlags.Write);
        (await WriteAsync(file, 0, 300)).IsSuccess.ShouldBeTrue();
        (await bench.RenameAsync("/a", "/b")).ShouldBe(StorageError.None);
        bench.Ledger.Bytes.Value.ShouldBe(100);
        bench.Ledger.Files.Value.ShouldBe(1);
        await file.CloseAsync();
        (await bench.RenameAsync("/b", "/b")).ShouldBe(StorageError.None);
        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_with_several_names_counts_once_until_the_last_is_gone(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 100);
        (await bench.Files.LinkAsync(bench.Backend, P("/a"), P("/b"), default)).IsSuccess.ShouldBeTrue();
        await bench.LedgerShouldBeRightAsync();
        (await bench.RenameAsync("/a", "/b")).ShouldBe(StorageError.None);
        await bench.LedgerShouldBeRightAsync();
        (await bench.DeleteAsync("/a")).ShouldBe(StorageError.None);
        bench.Ledger.Bytes.Value.ShouldBe(100);
        (await bench.DeleteAsync("/b")).ShouldBe(StorageError.None);
        bench.Ledger.Bytes.Value.ShouldBe(0);
        bench.Ledger.Files.Value.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_file_that_is_one_too_many_is_refused_but_those_that_are_there_can_be_written(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode, maxFiles: 2);
        await bench.PutAsync("/a", 1);
        await bench.PutAsync("/b", 1);
        (await bench.TryOpenAsync("/c", Upload)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await bench.TryOpenAsync("/c", Upload | OpenFlags.Exclusive)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await bench.TryOpenAsync("/a", Upload | OpenFlags.Exclusive)).Error.ShouldBe(StorageError.AlreadyExists);
        await using (IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Write | OpenFlags.Create))
        {
            (await WriteAsync(file, 1, 10)).IsSuccess.ShouldBeTrue();
            (await file.CloseAsync()).IsSuccess.ShouldBeTrue();
        }

        await bench.LedgerShouldBeRightAsync();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_largest_size_of_an_upload_counts_what_was_there(bool isLocal, UploadMode mode)
    {
        using var bench = new UploadBench(new Setup { IsLocal = isLocal, Mode = mode, MaxUpload = 100 });
        await bench.PutAsync("/a", 100);
        IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Write | OpenFlags.Append);
        (await WriteAsync(file, 0, 1)).Error.ShouldBe(StorageError.TooLarge);
        (await file.CloseAsync()).Error.ShouldBe(StorageError.TooLarge);
        (await bench.SizeAsync("/a")).ShouldBe(100);

        IFileHandle other = await bench.OpenAsync("/b", OpenFlags.Write | OpenFlags.Create);
        (await WriteAsync(other, 60, 41)).Error.ShouldBe(StorageError.TooLarge);
        (await other.CloseAsync()).Error.ShouldBe(StorageError.TooLarge);
        (await bench.SizeAsync("/b")).ShouldBe(-1);
        (await bench.Files.SetAttributesAsync(bench.Backend, P("/a"), new AttributeChanges { Size = 101 }, true, default)).Error.ShouldBe(StorageError.TooLarge);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_copy_counts_and_appears_whole_or_not_at_all(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode);
        await bench.PutAsync("/a", 400);
        (await MountFiles.CopyToAsync(bench.Backend, P("/a"), bench.Files, bench.Backend, P("/b"), RenameMode.NoReplace, default)).Value.ShouldBe(400);
        (await MountFiles.CopyToAsync(bench.Backend, P("/a"), bench.Files, bench.Backend, P("/c"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await MountFiles.CopyToAsync(bench.Backend, P("/a"), bench.Files, bench.Backend, P("/b"), RenameMode.NoReplace, default)).Error.ShouldBe(StorageError.AlreadyExists);
        (await bench.WalkAsync()).Names.Order().ShouldBe(["/a", "/b"]);
        await bench.LedgerShouldBeRightAsync();
        bench.Events.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Room_is_what_the_quota_leaves(bool isLocal, UploadMode mode)
    {
        using UploadBench bench = Counted(isLocal, mode, maxBytes: 1 << 20);
        await bench.PutAsync("/a", 1 << 18);
        SpaceInfo space = (await bench.Files.GetSpaceAsync(bench.Backend, P("/"), default)).Value;
        (space.TotalBlocks * space.FragmentSize).ShouldBe(1UL << 20);
        (space.AvailableBlocks * space.FragmentSize).ShouldBe(3UL << 18);
        space.AvailableFiles.ShouldBe(9UL);
    }
}
