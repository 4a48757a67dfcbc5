using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>What is told when a file is closed or given up: a transfer, a copy, or that the server itself read it.</summary>
public sealed class EndEventTests
{
    public static TheoryData<bool, bool> Setups => new() { { true, false }, { true, true }, { false, false }, { false, true } };

    [Theory]
    [MemberData(nameof(Setups))]
    public async Task A_download_that_had_all_of_the_file_is_well_even_if_it_is_not_closed(bool isLocal, bool isLimited)
    {
        using UploadBench bench = Bench(isLocal, isLimited);
        await bench.PutAsync("/a", 100);
        await bench.PutAsync("/empty", 0);

        (await DownloadAsync("/a", (0, 60), (60, 40))).ShouldBe((StorageError.None, 100));
        (await DownloadAsync("/a", (60, 1000), (0, 60))).ShouldBe((StorageError.None, 100));
        (await DownloadAsync("/a", (70, 30))).ShouldBe((StorageError.None, 30));
        (await DownloadAsync("/a", (0, 60))).ShouldBe((StorageError.Cancelled, 60));
        (await DownloadAsync("/a", (0, 50), (0, 50))).ShouldBe((StorageError.Cancelled, 100));
        (await DownloadAsync("/a", (200, 50))).ShouldBe((StorageError.Cancelled, 0));
        (await DownloadAsync("/a")).ShouldBe((StorageError.Cancelled, 0));
        (await DownloadAsync("/empty", (0, 50))).ShouldBe((StorageError.None, 0));

        async Task<(StorageError Outcome, long Size)> DownloadAsync(string path, params (long Offset, int Length)[] reads)
        {
            IFileHandle file = await bench.OpenAsync(path, OpenFlags.Read);
            foreach ((long offset, int length) in reads)
            {
                (await ReadAsync(file, offset, length)).IsSuccess.ShouldBeTrue();
            }

            await file.DisposeAsync();
            FileEvent told = bench.Events[^1];
            told.Kind.ShouldBe(FileEventKind.Download);
            return (told.Outcome, told.Size);
        }
    }

    [Fact]
    public async Task An_upload_that_is_not_closed_is_given_up_whatever_was_read_of_it()
    {
        using UploadBench bench = Bench(isLocal: true, isLimited: false);
        IFileHandle file = await bench.OpenAsync("/a", Upload | OpenFlags.Read);
        (await WriteAsync(file, 0, 10)).IsSuccess.ShouldBeTrue();
        (await ReadAsync(file, 0, 10)).IsSuccess.ShouldBeTrue();
        await file.DisposeAsync();
        Last(bench).ShouldBe((FileEventKind.Upload, "/a", null, 10, StorageError.Cancelled));
    }

    [Theory]
    [MemberData(nameof(Setups))]
    public async Task A_file_that_only_the_server_read_is_told_as_a_hash(bool isLocal, bool isLimited)
    {
        using UploadBench bench = Bench(isLocal, isLimited);
        await bench.PutAsync("/a", 100);
        await using (IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read))
        {
            (await ReadAsync(file.WithoutTransfer, 0, 1000)).Value.ShouldBe(100);
            await file.CloseAsync();
        }

        Last(bench).ShouldBe((FileEventKind.Hash, "/a", null, -1, StorageError.None));
        await using (IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read | OpenFlags.Hash))
        {
            await file.CloseAsync();
        }

        Last(bench).ShouldBe((FileEventKind.Hash, "/a", null, -1, StorageError.None));
        await using (IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read))
        {
            await ReadAsync(file.WithoutTransfer, 0, 1000);
            await ReadAsync(file, 0, 1000);
            await file.CloseAsync();
        }

        Last(bench).ShouldBe((FileEventKind.Download, "/a", null, 100, StorageError.None));
    }

    [Theory]
    [MemberData(nameof(Setups))]
    public async Task A_copy_between_open_files_is_one_event_with_both_names_and_its_size(bool isLocal, bool isLimited)
    {
        using UploadBench bench = Bench(isLocal, isLimited);
        await bench.PutAsync("/a", 100);
        await bench.PutAsync("/empty", 0);
        foreach ((string from, int length) in new[] { ("/a", 100), ("/empty", 0) })
        {
            int told = bench.Events.Count;
            IFileHandle source = await bench.OpenAsync(from, OpenFlags.Read);
            IFileHandle target = await bench.OpenAsync("/b", Upload);
            await CopyAsync(source, target, length);
            (await target.CloseAsync()).IsSuccess.ShouldBeTrue();
            await source.CloseAsync();
            bench.Events.Count.ShouldBe(told + 1);
            Last(bench).ShouldBe((FileEventKind.Copy, from, "/b", length, StorageError.None));
        }
    }

    [Fact]
    public async Task A_copy_that_was_refused_is_told_so()
    {
        using UploadBench bench = Bench(isLocal: true, isLimited: false);
        await bench.PutAsync("/a", 100);
        int told = bench.Events.Count;
        IFileHandle source = (await bench.TryOpenAsync("/a", OpenFlags.Read, Hpc.Storage.Vfs.Permission.All & ~Hpc.Storage.Vfs.Permission.Copy)).Value;
        IFileHandle target = await bench.OpenAsync("/b", Upload);
        (await source.CopyToAsync(0, target, 0, 100, default)).Error.ShouldBe(StorageError.AccessDenied);
        await target.CloseAsync();
        await source.CloseAsync();
        bench.Events.Count.ShouldBe(told + 1);
        Last(bench).ShouldBe((FileEventKind.Copy, "/a", "/b", 0, StorageError.AccessDenied));
    }

    [Fact]
    public async Task What_a_peer_moved_beside_a_copy_is_a_transfer()
    {
        using UploadBench bench = Bench(isLocal: true, isLimited: false);
        await bench.PutAsync("/a", 100);
        IFileHandle source = await bench.OpenAsync("/a", OpenFlags.Read);
        IFileHandle target = await bench.OpenAsync("/b", Upload);
        await CopyAsync(source, target, 100);
        (await WriteAsync(target, 100, 5)).IsSuccess.ShouldBeTrue();
        await target.CloseAsync();
        Last(bench).ShouldBe((FileEventKind.Upload, "/b", null, 5, StorageError.None));
        (await ReadAsync(source, 0, 7)).IsSuccess.ShouldBeTrue();
        await source.CloseAsync();
        Last(bench).ShouldBe((FileEventKind.Download, "/a", null, 7, StorageError.None));
    }

    private static UploadBench Bench(bool isLocal, bool isLimited) => new(new Setup
    {
        IsLocal = isLocal,
        MaxBytes = isLimited ? 1 << 20 : null,
        Transfer = isLimited ? (1 << 20, 1 << 20, 0) : null,
        ReserveStep = 1 << 16,
    });

    // As copy-data does: by storage, else through memory.
    private static async Task CopyAsync(IFileHandle source, IFileHandle target, int length)
    {
        StorageResult<long> copied = await source.CopyToAsync(0, target, 0, length, default);
        if (copied.Error != StorageError.NotSupported)
        {
            copied.Value.ShouldBe(length);
            return;
        }

        if (length > 0)
        {
            using var buffer = new PinnedBytes(new byte[length]);
            (await source.WithoutTransfer.ReadAsync(0, buffer.Segments(), default)).Value.ShouldBe(length);
            (await target.WithoutTransfer.WriteAsync(0, buffer.Segments(), default)).Value.ShouldBe(length);
        }
    }

    private static (FileEventKind Kind, string Path, string? Target, long Size, StorageError Outcome) Last(UploadBench bench)
    {
        FileEvent told = bench.Events[^1];
        return (told.Kind, told.Path.ToString(), told.Target?.ToString(), told.Size, told.Outcome);
    }
}
