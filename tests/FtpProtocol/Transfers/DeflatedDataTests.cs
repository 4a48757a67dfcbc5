using System.IO.Compression;
using Hpc.FtpProtocol.Transfers;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Tests.Transfers;

public sealed class DeflatedDataTests
{
    private readonly BlockPool _pool = Pools.New();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(6, 100_000)]
    [InlineData(9, 700_000)]
    public async Task What_is_sent_is_zlib_data_of_it(int level, int length)
    {
        byte[] content = Content(level, length);
        var data = new FakeData([], level);
        await using DataConnection deflated = Wrap(data, level);
        var random = new Random(level);
        for (int at = 0; at < content.Length;)
        {
            int piece = Math.Min(random.Next(1, 200_000), content.Length - at);
            await deflated.SendAsync(content.AsMemory(at, piece), Ct);
            at += piece;
        }

        await deflated.CompleteAsync(Ct);
        data.IsCompleted.ShouldBeTrue();
        Inflate(data.Sent).ShouldBe(content);
        data.Sent.Length.ShouldBeGreaterThan(0);
        await deflated.DisposeAsync();
        _pool.Budget.Rented.ShouldBe(0);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 100_000)]
    [InlineData(4, 700_000)]
    public async Task What_is_received_is_the_content_of_zlib_data(int seed, int length)
    {
        byte[] content = Content(seed, length);
        await using DataConnection deflated = Wrap(new FakeData(Deflate(content), seed, 30_000), 6);
        (await LineEndsTests.ReceiveAllAsync(deflated, 50_000)).ShouldBe(content);
        await deflated.DisposeAsync();
        _pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_connection_without_a_byte_is_an_empty_file()
    {
        await using DataConnection deflated = Wrap(new FakeData([]), 6);
        (await LineEndsTests.ReceiveAllAsync(deflated, 100)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Data_that_ends_too_early_is_no_content_wherever_it_ends()
    {
        byte[] wire = Deflate(Content(1, 300));
        for (int length = 1; length < wire.Length; length++)
        {
            await using DataConnection deflated = Wrap(new FakeData(wire[..length]), 6);
            await Should.ThrowAsync<IOException>(() => LineEndsTests.ReceiveAllAsync(deflated, 10_000));
        }
    }

    [Fact]
    public async Task Damaged_data_and_data_behind_the_end_are_refused()
    {
        byte[] wire = Deflate(Content(1, 3000));
        wire[wire.Length / 2] ^= 0x55;
        await using DataConnection damaged = Wrap(new FakeData(wire), 6);
        await Should.ThrowAsync<IOException>(() => LineEndsTests.ReceiveAllAsync(damaged, 10_000));

        byte[] longer = [.. Deflate(Content(1, 3000)), .. new byte[20_000]];
        await using DataConnection behind = Wrap(new FakeData(longer), 6);
        await Should.ThrowAsync<IOException>(() => LineEndsTests.ReceiveAllAsync(behind, 10_000));
        await damaged.DisposeAsync();
        await behind.DisposeAsync();
        _pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_bomb_comes_out_block_by_block()
    {
        byte[] wire = Deflate(new byte[50_000_000]);
        await using DataConnection deflated = Wrap(new FakeData(wire), 6);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        long total = 0;
        int count;
        while ((count = await deflated.ReceiveAsync(buffer, Ct)) > 0)
        {
            total += count;
            _pool.Budget.Rented.ShouldBeLessThanOrEqualTo(BlockPool.Medium);
        }

        total.ShouldBe(50_000_000);
    }

    [Fact]
    public async Task One_that_is_given_up_in_the_middle_holds_nothing()
    {
        var data = new FakeData(Deflate(Content(2, 100_000)));
        DataConnection deflated = Wrap(data, 6);
        await deflated.SendAsync(new byte[1000], Ct);
        (await deflated.ReceiveAsync(new byte[10], Ct)).ShouldBe(10);
        deflated.Abort();
        await deflated.DisposeAsync();
        (data.IsAborted, data.IsDisposed).ShouldBe((true, true));
        _pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task In_stream_mode_it_is_the_connection_itself()
    {
        await using var data = new FakeData([]);
        DeflatedData.Wrap(data, new TransferParameters(), _pool).ShouldBeSameAs(data);
    }

    private DataConnection Wrap(FakeData data, int level) => DeflatedData.Wrap(data, new TransferParameters { IsDeflated = true, DeflateLevel = level }, _pool);

    // Compresses to about half.
    private static byte[] Content(int seed, int length)
    {
        byte[] content = new byte[length];
        var random = new Random(seed);
        for (int i = 0; i < length; i++)
        {
            content[i] = (byte)random.Next(16);
        }

        return content;
    }

    private static byte[] Deflate(byte[] content)
    {
        using var wire = new MemoryStream();
        using (var zlib = new ZLibStream(wire, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(content);
            zlib.Flush();
        }

        return content.Length > 0 ? wire.ToArray() : [0x78, 0x9C, 0x03, 0, 0, 0, 0, 1];
    }

    private static byte[] Inflate(byte[] wire)
    {
        using var zlib = new ZLibStream(new MemoryStream(wire), CompressionMode.Decompress);
        using var content = new MemoryStream();
        zlib.CopyTo(content);
        return content.ToArray();
    }
}
