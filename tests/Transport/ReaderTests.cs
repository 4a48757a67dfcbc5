using System.IO.Pipelines;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Tests;

public abstract class ReaderTests(bool isOfLines)
{
    [Fact]
    public async Task A_waiting_connection_holds_no_block()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        for (int i = 0; i < 10; i++)
        {
            ValueTask<ReadResult> pending = pair.Connection.Input.ReadAsync();
            pending.IsCompleted.ShouldBeFalse();
            pair.Pool.Budget.Rented.ShouldBe(0);
            await pair.Peer.SendAsync(new byte[100_000]);
            ReadResult result = await pending;
            pair.Connection.Input.AdvanceTo(result.Buffer.End);
            await ReadRestAsync(pair.Connection.Input, 100_000 - result.Buffer.Length);
        }
    }

    [Fact]
    public async Task A_waiting_connection_keeps_a_tail_in_the_smallest_block_that_holds_it()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        await pair.Peer.SendAsync(new byte[100_000]);
        ReadResult result = await pair.Connection.Input.ReadAtLeastAsync(100_000);
        pair.Pool.Budget.Rented.ShouldBe(BlockPool.Huge);
        pair.Connection.Input.AdvanceTo(result.Buffer.GetPosition(99_990), result.Buffer.End);
        ValueTask<ReadResult> pending = pair.Connection.Input.ReadAsync();
        pending.IsCompleted.ShouldBeFalse();
        pair.Pool.Budget.Rented.ShouldBe(BlockPool.Small);
        await pair.Peer.SendAsync(new byte[1]);
        (await pending).Buffer.Length.ShouldBe(11);
    }

    [Fact]
    public async Task What_was_not_examined_is_there_at_once()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        await pair.Peer.SendAsync("abcdef"u8.ToArray());
        ReadResult first = await pair.Connection.Input.ReadAtLeastAsync(6);
        pair.Connection.Input.AdvanceTo(first.Buffer.GetPosition(2), first.Buffer.GetPosition(4));
        ValueTask<ReadResult> second = pair.Connection.Input.ReadAsync();
        second.IsCompleted.ShouldBeTrue();
        (await second).Buffer.FirstSpan.SequenceEqual("cdef"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task The_end_of_the_stream_comes_with_what_is_left()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        await pair.Peer.SendAsync("abc"u8.ToArray());
        pair.Peer.Shutdown(SocketShutdown.Send);
        ReadResult result = await pair.Connection.Input.ReadAtLeastAsync(10);
        result.IsCompleted.ShouldBeTrue();
        result.Buffer.FirstSpan.SequenceEqual("abc"u8).ShouldBeTrue();
        pair.Connection.Input.AdvanceTo(result.Buffer.End);
        result = await pair.Connection.Input.ReadAsync();
        result.IsCompleted.ShouldBeTrue();
        result.Buffer.IsEmpty.ShouldBeTrue();
        pair.Connection.Input.AdvanceTo(result.Buffer.End);
        pair.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_reset_by_the_peer_fails_the_read()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        ValueTask<ReadResult> pending = pair.Connection.Input.ReadAsync();
        pair.Peer.Close(0);
        await Should.ThrowAsync<ConnectionLostException>(async () => await pending);
        await Should.ThrowAsync<ConnectionLostException>(async () => await pair.Connection.Input.ReadAsync());
        pair.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task A_full_block_of_which_nothing_is_consumed_fails_the_read()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        Task sending = Transfers.SendAsync(pair.Peer, BlockPool.Huge + 1000, new Random(1), 100_000);
        await Should.ThrowAsync<InvalidOperationException>(async () => await pair.Connection.Input.ReadAtLeastAsync(BlockPool.Huge + 1));
        pair.Connection.Dispose();
        pair.Pool.Budget.Rented.ShouldBe(0);
        await sending.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_cancelled_read_loses_nothing()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        PipeReader input = pair.Connection.Input;
        for (int i = 0; i < 50; i++)
        {
            ValueTask<ReadResult> pending = input.ReadAsync();
            input.CancelPendingRead();
            ReadResult cancelled = await pending;
            cancelled.IsCanceled.ShouldBeTrue();
            input.AdvanceTo(cancelled.Buffer.Start);
        }

        input.CancelPendingRead();
        ReadResult next = await input.ReadAsync();
        next.IsCanceled.ShouldBeTrue();
        input.AdvanceTo(next.Buffer.Start);
        await pair.Peer.SendAsync("x"u8.ToArray());
        ReadResult result = await input.ReadAsync();
        result.IsCanceled.ShouldBeFalse();
        result.Buffer.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_token_ends_a_pending_read_and_the_next_one_goes_on()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        using var cts = new CancellationTokenSource();
        ValueTask<ReadResult> pending = pair.Connection.Input.ReadAsync(cts.Token);
        await cts.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await pending);
        await pair.Peer.SendAsync("x"u8.ToArray());
        (await pair.Connection.Input.ReadAsync()).Buffer.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Reads_race_with_cancellation_and_no_byte_is_lost()
    {
        const int Length = 2_000_000;
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        PipeReader input = pair.Connection.Input;
        Task sending = Transfers.SendAsync(pair.Peer, Length, new Random(1), 3_000);
        using var done = new CancellationTokenSource();
        Task cancelling = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                input.CancelPendingRead();
                await Task.Yield();
            }
        });
        for (long position = 0; position < Length;)
        {
            using var token = new CancellationTokenSource();
            ReadResult result = await input.ReadAsync(token.Token);
            Transfers.FirstWrong(result.Buffer.FirstSpan, position).ShouldBe(-1);
            position += result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
        }

        await done.CancelAsync();
        await cancelling;
        await sending;
    }

    [Fact]
    public async Task TryRead_takes_what_has_arrived_and_holds_no_block_for_nothing()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        pair.Connection.Input.TryRead(out _).ShouldBeFalse();
        pair.Pool.Budget.Rented.ShouldBe(0);
        await pair.Peer.SendAsync("abc"u8.ToArray());
        ReadResult result = await pair.Connection.Input.ReadAtLeastAsync(3);
        pair.Connection.Input.AdvanceTo(result.Buffer.GetPosition(1));
        pair.Connection.Input.TryRead(out result).ShouldBeTrue();
        result.Buffer.Length.ShouldBe(2);
        pair.Connection.Input.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task Completing_returns_the_block_and_fails_a_pending_read()
    {
        using SocketPair pair = await SocketPair.CreateAsync(isOfLines: isOfLines);
        ValueTask<ReadResult> pending = pair.Connection.Input.ReadAsync();
        pair.Connection.Input.Complete();
        await Should.ThrowAsync<InvalidOperationException>(async () => await pending);
        pair.Pool.Budget.Rented.ShouldBe(0);
    }

    private static async Task ReadRestAsync(PipeReader reader, long left)
    {
        while (left > 0)
        {
            ReadResult result = await reader.ReadAsync();
            left -= result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
        }
    }
}

public sealed class SocketReaderTests() : ReaderTests(isOfLines: false);

/// <summary>Of a connection that waits on a thread of lines.</summary>
public sealed class LinesReaderTests() : ReaderTests(isOfLines: true);
