using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;
using Hpc.Storage;
using Hpc.Storage.Memory;
using Hpc.Transport.Buffers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.FtpProtocol.Tests.Transfers;

/// <summary>Downloads and uploads between storage in memory and a data connection that comes in pieces.</summary>
public sealed class FileTransferTests : IDisposable
{
    private readonly MemoryFileSystem _files = new(new MemoryFileSystemOptions { Capacity = 16L << 20 });
    private readonly BlockPool _pool = Pools.New();
    private readonly SessionMeter _meter = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static VirtualPath Path => VirtualPath.Root.Combine("file");

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(2, 1, 0, 1)]
    [InlineData(3, 1_000_000, 0, 1_000_000)]
    [InlineData(4, 1_000_000, 999_999, 1)]
    [InlineData(5, 1_000_000, 300_000, 270_001)]
    public async Task A_download_is_the_part_of_the_file_that_was_asked_for(int seed, int size, int offset, int length)
    {
        byte[] content = Content(seed, size);
        await WriteAsync(content);
        await using var data = new FakeData([], seed);
        await using (var transfer = new DownloadTransfer(Scope(), Path, await OpenAsync(OpenFlags.Read), offset, length, "Opening."))
        {
            (await transfer.RunAsync(data, Ct)).Code.ShouldBe(226);
            transfer.Moved.ShouldBe(length);
        }

        data.Sent.ShouldBe(content[offset..(offset + length)]);
        data.IsCompleted.ShouldBeTrue();
        EndedWith(sent: length, received: 0);
    }

    [Fact]
    public async Task Where_memory_is_scarcelittle_is_read_at_once()
    {
        await WriteAsync(new byte[500_000]);
        await using var plenty = new FakeData([]);
        await using (var transfer = new DownloadTransfer(Scope(), Path, await OpenAsync(OpenFlags.Read), 0, 500_000, "Opening."))
        {
            (await transfer.RunAsync(plenty, Ct)).Code.ShouldBe(226);
        }

        plenty.Longest.ShouldBe(256 * 1024);
        var pool = new BlockPool(new BufferBudget(BlockPool.Medium));
        PinnedBlock other = pool.Rent(BlockPool.Medium, BufferRole.Send);
        await using var scarce = new FakeData([]);
        await using (var transfer = new DownloadTransfer(Scope() with { Pool = pool }, Path, await OpenAsync(OpenFlags.Read), 0, 500_000, "Opening."))
        {
            (await transfer.RunAsync(scarce, Ct)).Code.ShouldBe(226);
        }

        (scarce.Longest, scarce.Sent.Length).ShouldBe((32 * 1024, 500_000));
        other.Return();
    }

    [Fact]
    public async Task A_file_that_is_cut_meanwhile_is_sent_as_far_as_it_goes()
    {
        await WriteAsync(Content(1, 1000));
        await using var data = new FakeData([]);
        await using var transfer = new DownloadTransfer(Scope(), Path, await OpenAsync(OpenFlags.Read), 0, 5000, "Opening.");
        (await transfer.RunAsync(data, Ct)).Code.ShouldBe(226);
        data.Sent.Length.ShouldBe(1000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_upload_is_what_came_in(int seed)
    {
        byte[] content = Content(seed, 3_000_000);
        await using var data = new FakeData(content, seed, 1_000_000);
        await using (var transfer = new UploadTransfer(Scope(), Path, OpenNewAsync, "Opening."))
        {
            (await transfer.RunAsync(data, Ct)).Code.ShouldBe(226);
            transfer.Moved.ShouldBe(content.Length);
        }

        (await ReadAsync()).ShouldBe(content);
        EndedWith(sent: 0, received: content.Length);
    }

    [Fact]
    public async Task Of_an_upload_into_a_range_no_more_is_written_than_the_range_has()
    {
        await WriteAsync(new byte[10]);
        await using var data = new FakeData([1, 2, 3, 4]);
        await using var transfer = new UploadTransfer(Scope(), Path, await OpenAsync(OpenFlags.Write), 5, 3, "Opening.");
        (await transfer.RunAsync(data, Ct)).Code.ShouldBe(552);
        (await ReadAsync()).ShouldBe([0, 0, 0, 0, 0, 1, 2, 3, 0, 0]);
    }

    [Fact]
    public async Task Storage_that_is_full_is_another_reply_than_a_connection_that_broke()
    {
        await using (var full = new UploadTransfer(Scope(), Path, OpenNewAsync, "Opening."))
        {
            (await full.RunAsync(new FakeData(new byte[20 << 20]), Ct)).Code.ShouldBe(452);
        }

        await using (var broken = new UploadTransfer(Scope(), Path, OpenNewAsync, "Opening."))
        {
            (await broken.RunAsync(new FakeData(new byte[100]) { Fault = new IOException("reset") }, Ct)).Code.ShouldBe(426);
        }

        await WriteAsync(new byte[1000]);
        await using (var download = new DownloadTransfer(Scope(), Path, await OpenAsync(OpenFlags.Read), 0, 1000, "Opening."))
        {
            var data = new FakeData([]) { Fault = new IOException("reset") };
            (await download.RunAsync(data, Ct)).Code.ShouldBe(426);
            data.IsCompleted.ShouldBeFalse();
        }

        _pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_fault_of_the_server_is_451_and_is_told_to_nobody_else()
    {
        await using var transfer = new UploadTransfer(Scope(), Path, OpenNewAsync, "Opening.");
        FtpReply reply = await transfer.RunAsync(new FakeData([]) { Fault = new InvalidOperationException("secret") }, Ct);
        reply.Code.ShouldBe(451);
        reply.Text.ShouldNotContain("secret");
    }

    [Fact]
    public async Task An_upload_that_is_cancelled_is_426_and_holds_nothing_while_it_waits()
    {
        using var cancelling = new CancellationTokenSource();
        await using var data = new FakeData(new byte[1000]) { Hangs = true };
        await using var transfer = new UploadTransfer(Scope(), Path, OpenNewAsync, "Opening.");
        Task<FtpReply> running = transfer.RunAsync(data, cancelling.Token).AsTask();
        transfer.Moved.ShouldBe(1000);
        _pool.Budget.Rented.ShouldBe(0);
        await cancelling.CancelAsync();
        (await running).Code.ShouldBe(426);
    }

    [Fact]
    public async Task In_TYPE_A_both_ways_change_line_ends()
    {
        await using (var up = new UploadTransfer(Scope(isAscii: true), Path, OpenNewAsync, "Opening."))
        {
            (await up.RunAsync(new FakeData("a\r\nb\rc\r\n\r"u8.ToArray(), mostAtOnce: 2), Ct)).Code.ShouldBe(226);
        }

        (await ReadAsync()).ShouldBe("a\nb\rc\n\r"u8.ToArray());
        await using var data = new FakeData([]);
        await using var down = new DownloadTransfer(Scope(isAscii: true), Path, await OpenAsync(OpenFlags.Read), 0, 7, "Opening.");
        (await down.RunAsync(data, Ct)).Code.ShouldBe(226);
        data.Sent.ShouldBe("a\r\nb\rc\r\n\r"u8.ToArray());
    }

    private const OpenFlags New = OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate;

    private TransferScope Scope(bool isAscii = false) => new(_meter, _pool, isAscii, NullLogger.Instance, "1", "2");

    private ValueTask<StorageResult<IFileHandle>> OpenNewAsync(CancellationToken ct) => _files.OpenFileAsync(Path, New, null, ct);

    private async Task<IFileHandle> OpenAsync(OpenFlags flags) => (await _files.OpenFileAsync(Path, flags, null, Ct)).Value;

    private async Task WriteAsync(byte[] content)
    {
        await using var transfer = new UploadTransfer(new TransferScope(new SessionMeter(), _pool, false, NullLogger.Instance, "", ""), Path, OpenNewAsync, "");
        (await transfer.RunAsync(new FakeData(content), Ct)).Code.ShouldBe(226);
    }

    private async Task<byte[]> ReadAsync()
    {
        await using var data = new FakeData([]);
        IFileHandle file = await OpenAsync(OpenFlags.Read);
        long size = (await file.GetAttributesAsync(Ct)).Value.Size;
        await using var transfer = new DownloadTransfer(new TransferScope(new SessionMeter(), _pool, false, NullLogger.Instance, "", ""), Path, file, 0, size, "");
        await transfer.RunAsync(data, Ct);
        return data.Sent;
    }

    private void EndedWith(long sent, long received)
    {
        (_meter.BytesSent, _meter.BytesReceived).ShouldBe((sent, received));
        _meter.Transfers.Count.ShouldBe(0);
        _meter.OpenHandles.ShouldBe(0);
        _meter.IsWaiting.ShouldBeFalse();
        _pool.Budget.Rented.ShouldBe(0);
    }

    private static byte[] Content(int seed, int length)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return content;
    }
}
