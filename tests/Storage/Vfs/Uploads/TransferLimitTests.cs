using Hpc.Storage.Tests.Support;
using static Hpc.Storage.Tests.Vfs.Uploads.UploadBench;

namespace Hpc.Storage.Tests.Vfs.Uploads;

/// <summary>How much a user may move.</summary>
public sealed class TransferLimitTests
{
    private static async Task<UploadBench> WithFileAsync((long Up, long Down, long Total) limits)
    {
        var bench = new UploadBench(new Setup { Transfer = limits, ReserveStep = 10 });
        await using IFileHandle file = await bench.Backend.OpenAsync("/a", Upload);
        (await WriteAsync(file, 0, 100)).Value.ShouldBe(100);
        return bench;
    }

    [Fact]
    public async Task A_read_is_refused_whole_unless_the_file_ends_within_what_is_left()
    {
        using UploadBench bench = await WithFileAsync((0, 130, 0));
        await using IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read);
        (await ReadAsync(file, 0, 60)).Value.ShouldBe(60);
        (await ReadAsync(file, 0, 80)).Error.ShouldBe(StorageError.QuotaExceeded);
        bench.TransferLedger.Downloaded.Value.ShouldBe(60);
        (await ReadAsync(file, 60, 1000)).Value.ShouldBe(40);
        (await ReadAsync(file, 100, 1000)).Value.ShouldBe(0);
        bench.TransferLedger.Downloaded.Value.ShouldBe(100);
        (await ReadAsync(file, 70, 1000)).Value.ShouldBe(30);
        (await ReadAsync(file, 0, 1)).Error.ShouldBe(StorageError.QuotaExceeded);
        bench.TransferLedger.Transferred.Value.ShouldBe(130);
        file.RawDescriptor.ShouldBeNull();
    }

    [Fact]
    public async Task Reads_of_the_server_itself_cost_nothing()
    {
        using UploadBench bench = await WithFileAsync((0, 10, 0));
        await using IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read);
        using var buffer = new PinnedBytes(new byte[100]);
        (await file.WithoutTransfer.ReadAsync(0, buffer.Segments(), default)).Value.ShouldBe(100);
        bench.TransferLedger.Downloaded.Value.ShouldBe(0);
    }

    [Fact]
    public async Task An_upload_past_its_volume_is_refused_and_removed()
    {
        using UploadBench bench = await WithFileAsync((100, 0, 0));
        IFileHandle file = await bench.OpenAsync("/b", OpenFlags.Write | OpenFlags.Create);
        (await WriteAsync(file, 0, 70)).Value.ShouldBe(70);
        (await WriteAsync(file, 0, 31)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await WriteAsync(file, 0, 30)).Value.ShouldBe(30);
        (await file.CloseAsync()).Error.ShouldBe(StorageError.QuotaExceeded);
        (await bench.SizeAsync("/b")).ShouldBe(-1);
        bench.TransferLedger.Uploaded.Value.ShouldBe(100);
        bench.TransferLedger.Transferred.Value.ShouldBe(100);
    }

    [Fact]
    public async Task A_limit_of_both_ways_stands_in_for_those_of_each()
    {
        using UploadBench bench = await WithFileAsync((1, 1, 100));
        await using IFileHandle up = await bench.OpenAsync("/b", Upload);
        await using IFileHandle down = await bench.OpenAsync("/a", OpenFlags.Read);
        (await WriteAsync(up, 0, 60)).Value.ShouldBe(60);
        (await ReadAsync(down, 0, 40)).Value.ShouldBe(40);
        (await ReadAsync(down, 0, 1)).Error.ShouldBe(StorageError.QuotaExceeded);
        (await WriteAsync(up, 0, 1)).Error.ShouldBe(StorageError.QuotaExceeded);
    }

    [Fact]
    public async Task Of_several_reads_in_one_call_those_that_fit_are_answered()
    {
        using UploadBench bench = await WithFileAsync((0, 50, 0));
        await using IFileHandle file = await bench.OpenAsync("/a", OpenFlags.Read);
        bench.TransferLedger.Downloaded.SetCeiling(50);
        bench.TransferLedger.Transferred.SetCeiling(50);
        using var buffer = new PinnedBytes(new byte[80]);
        if (file.TryRead(0, buffer.Segments(20), out StorageResult<int> read))
        {
            read.Value.ShouldBe(40);
            bench.TransferLedger.Downloaded.Value.ShouldBe(40);
        }
    }
}
