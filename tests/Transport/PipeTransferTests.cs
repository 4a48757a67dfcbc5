using System.IO.Pipelines;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Tests;

public sealed class PipeTransferTests
{
    [Theory]
    [InlineData(1, 100)]
    [InlineData(2, 5_000)]
    [InlineData(3, 70_000)]
    [InlineData(4, 300 * 1024)]
    [InlineData(5, 512 * 1024)]
    public async Task Frames_of_any_length_arrive_byte_for_byte_over_a_socket(int seed, int maximumFrame)
    {
        const int Length = 12 * 1024 * 1024;
        using SocketPair pair = await SocketPair.CreateAsync();
        Task sending = Transfers.SendAsync(pair.Peer, Length, new Random(seed), 200_000);
        await Transfers.ReadFramesAsync(pair.Connection.Input, Length, new Random(seed + 100), maximumFrame);
        await sending;
        pair.Connection.BytesIn.ShouldBe(Length);
    }

    [Theory]
    [InlineData(1, 100, 900_000)]
    [InlineData(2, 5_000, 12_000_000)]
    [InlineData(3, 70_000, 12_000_000)]
    [InlineData(4, 512 * 1024, 12_000_000)]
    public async Task What_is_written_arrives_byte_for_byte_over_a_socket(int seed, int maximumChunk, int length)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        Task receiving = Transfers.ReceiveAsync(pair.Peer, length, new Random(seed), 100_000);
        await Transfers.WriteAsync(pair.Connection.Output, length, new Random(seed + 100), maximumChunk);
        await receiving;
        pair.Connection.BytesOut.ShouldBe(length);
        pair.Pool.RentedFor(BufferRole.Send).ShouldBe(0);
    }

    [Fact]
    public async Task Both_directions_run_at_once_between_two_of_our_own_ends()
    {
        const int Length = 8 * 1024 * 1024;
        var ended = new TaskCompletionSource();
        await using var server = new TestServer(async connection =>
        {
            await Task.WhenAll(
                Transfers.ReadFramesAsync(connection.Input, Length, new Random(1), 300_000),
                Transfers.WriteAsync(connection.Output, Length, new Random(2), 300_000));
            ended.SetResult();
            return ConnectionEndReason.ClosedByPeer;
        });
        using SocketConnection client = await server.ConnectAsync();
        await Task.WhenAll(
            Transfers.ReadFramesAsync(client.Input, Length, new Random(3), 300_000),
            Transfers.WriteAsync(client.Output, Length, new Random(4), 300_000));
        await ended.Task;
    }

    [Theory]
    [InlineData(1, 1, 60_000)]
    [InlineData(2, 7, 300_000)]
    [InlineData(3, int.MaxValue, 8_000_000)]
    public async Task Frames_arrive_byte_for_byte_over_memory_whatever_the_split_points(int seed, int maximumReceive, int length)
    {
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair(capacity: 100_000, maximumReceive: maximumReceive);
        Task writing = Transfers.WriteAsync(client.Output, length, new Random(seed), 50_000);
        await Transfers.ReadFramesAsync(server.Input, length, new Random(seed + 1), 40_000);
        await writing;
        client.Dispose();
        server.Dispose();
        client.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task Bytes_that_a_reader_changed_in_place_stay_changed()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        await pair.Peer.SendAsync(new byte[3000]);
        ReadResult first = await pair.Connection.Input.ReadAtLeastAsync(3000);
        MarkEvery(first.Buffer.First, 0x5A);
        pair.Connection.Input.AdvanceTo(first.Buffer.GetPosition(1), first.Buffer.End);

        // More than the block holds: the tail moves to a larger one, by way of the smallest while nothing comes.
        ValueTask<ReadResult> pending = pair.Connection.Input.ReadAtLeastAsync(100_000);
        await pair.Peer.SendAsync(new byte[200_000]);
        ReadResult second = await pending;
        second.Buffer.FirstSpan[..2999].IndexOfAnyExcept((byte)0x5A).ShouldBe(-1);
        second.Buffer.FirstSpan[2999..].IndexOfAnyExcept((byte)0).ShouldBe(-1);
        pair.Connection.Input.AdvanceTo(second.Buffer.End);
    }

    private static void MarkEvery(ReadOnlyMemory<byte> memory, byte value) =>
        System.Runtime.InteropServices.MemoryMarshal.AsMemory(memory).Span.Fill(value);
}
