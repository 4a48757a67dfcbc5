using System.IO.Pipelines;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Tests;

public sealed class WriterTests
{
    private long _received;

    [Fact]
    public async Task A_flush_that_the_kernel_takes_whole_is_synchronous_and_returns_the_blocks()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PipeWriter output = pair.Connection.Output;
        for (int i = 0; i < 20; i++)
        {
            output.GetMemory(10).Length.ShouldBe(BlockPool.Small);
            output.Advance(10);
            output.UnflushedBytes.ShouldBe(10);
            ValueTask<FlushResult> flush = output.FlushAsync();
            flush.IsCompletedSuccessfully.ShouldBeTrue();
            await flush;
            output.UnflushedBytes.ShouldBe(0);
            pair.Pool.Budget.Rented.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Memory_is_as_large_as_asked_for_and_shared_while_it_fits()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PipeWriter output = pair.Connection.Output;
        output.GetMemory(3000).Length.ShouldBe(BlockPool.Small);
        output.Advance(3000);
        output.GetMemory(1000).Length.ShouldBe(BlockPool.Small - 3000);
        output.Advance(1000);
        output.GetMemory(300_000).Length.ShouldBe(BlockPool.Large);
        output.Advance(0);
        output.GetMemory(BlockPool.Huge).Length.ShouldBe(BlockPool.Huge);
        output.Advance(1);
        Should.Throw<ArgumentOutOfRangeException>(() => output.GetMemory(BlockPool.Huge + 1));
        Should.Throw<ArgumentOutOfRangeException>(() => output.Advance(5));
        pair.Pool.Budget.Rented.ShouldBe(BlockPool.Small + BlockPool.Huge);
    }

    [Fact]
    public async Task Memory_that_was_given_out_and_never_advanced_is_returned_by_the_flush()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        pair.Connection.Output.GetMemory(10);
        await pair.Connection.Output.FlushAsync();
        pair.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_written_during_a_pending_flush_follows_it_in_order()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PipeWriter output = pair.Connection.Output;
        long written = 0;
        for (int round = 0; round < 20; round++)
        {
            ValueTask<FlushResult> flush = FillUntilPending(output, ref written);
            long flushed = written;
            Task<long> writing = Task.Run(() => WriteWhile(output, flushed));
            Task receiving = ReceiveExactlyAsync(pair.Peer, (int)(flushed - _received));
            await flush;
            written = await writing;
            await receiving;
        }

        Task rest = Task.Run(async () =>
        {
            await output.FlushAsync();
            pair.Connection.CloseOutput();
        });
        await DrainAsync(pair.Peer);
        await rest;
        _received.ShouldBe(written);
        pair.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_flush_ends_where_it_began_even_if_more_is_written_meanwhile()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PipeWriter output = pair.Connection.Output;
        long written = 0;
        ValueTask<FlushResult> flush = FillUntilPending(output, ref written);
        Transfers.Fill(output.GetSpan(100)[..100], written);
        output.Advance(100);
        written += 100;
        Task receiving = ReceiveExactlyAsync(pair.Peer, (int)(written - 100));
        await flush;
        await receiving;
        output.UnflushedBytes.ShouldBe(100);
        pair.Peer.Available.ShouldBe(0);
        await output.FlushAsync();
        await ReceiveExactlyAsync(pair.Peer, 100);
    }

    [Fact]
    public async Task A_cancelled_flush_goes_on_with_the_next_one()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PipeWriter output = pair.Connection.Output;
        long written = 0;
        ValueTask<FlushResult> flush = FillUntilPending(output, ref written);
        output.CancelPendingFlush();
        (await flush).IsCanceled.ShouldBeTrue();
        output.UnflushedBytes.ShouldBeGreaterThan(0);
        ValueTask<FlushResult> next = output.FlushAsync();
        Task receiving = ReceiveExactlyAsync(pair.Peer, (int)written);
        (await next).IsCanceled.ShouldBeFalse();
        await receiving;
        pair.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_lost_connection_fails_the_flush_and_returns_the_blocks()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PipeWriter output = pair.Connection.Output;
        long written = 0;
        ValueTask<FlushResult> flush = FillUntilPending(output, ref written);
        pair.Peer.Close(0);
        await Should.ThrowAsync<IOException>(async () => await flush);
        pair.Pool.Budget.Rented.ShouldBe(0);
        output.GetSpan(1000).Fill(1);
        output.Advance(1000);
        await Should.ThrowAsync<ConnectionLostException>(async () => await output.FlushAsync());
        pair.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_block_in_use_by_the_kernel_outlives_completion()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        long written = 0;
        ValueTask<FlushResult> flush = FillUntilPending(pair.Connection.Output, ref written);
        pair.Connection.Output.Complete();
        pair.Pool.Budget.Rented.ShouldBeGreaterThan(0);
        await Should.ThrowAsync<InvalidOperationException>(async () => await flush);
        pair.Connection.Abort(Hpc.Transport.Connections.ConnectionEndReason.Kicked);
        await Wait.UntilAsync(() => pair.Pool.Budget.Rented == 0, "the block is returned");
    }

    // The peer reads nothing: sooner or later the kernel takes no more.
    private static ValueTask<FlushResult> FillUntilPending(PipeWriter output, ref long written)
    {
        while (true)
        {
            Transfers.Fill(output.GetSpan(100_000)[..100_000], written);
            output.Advance(100_000);
            written += 100_000;
            ValueTask<FlushResult> flush = output.FlushAsync();
            if (!flush.IsCompleted)
            {
                return flush;
            }
        }
    }

    private static long WriteWhile(PipeWriter output, long written)
    {
        var random = new Random(1);
        for (int i = 0; i < 50; i++)
        {
            int count = random.Next(1, 9000);
            Transfers.Fill(output.GetSpan(count)[..count], written);
            output.Advance(count);
            written += count;
        }

        return written;
    }

    private async Task ReceiveExactlyAsync(Socket socket, int length)
    {
        byte[] buffer = new byte[64 * 1024];
        while (length > 0)
        {
            int count = await socket.ReceiveAsync(buffer.AsMemory(0, Math.Min(length, buffer.Length)));
            Transfers.FirstWrong(buffer.AsSpan(0, count), _received).ShouldBe(-1);
            count.ShouldBeGreaterThan(0);
            length -= count;
            _received += count;
        }
    }

    private async Task DrainAsync(Socket socket)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer) is var count and > 0)
        {
            Transfers.FirstWrong(buffer.AsSpan(0, count), _received).ShouldBe(-1);
            _received += count;
        }
    }
}
