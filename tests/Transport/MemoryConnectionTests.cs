using System.IO.Pipelines;
using Hpc.Transport.Connections;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Tests;

public sealed class MemoryConnectionTests
{
    [Fact]
    public async Task A_sender_waits_when_the_peer_does_not_read()
    {
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair(capacity: 1000);
        client.Output.GetMemory(5000);
        client.Output.Advance(5000);
        ValueTask<FlushResult> flush = client.Output.FlushAsync();
        flush.IsCompleted.ShouldBeFalse();
        (await server.Input.ReadAtLeastAsync(5000)).Buffer.Length.ShouldBe(5000);
        await flush;
    }

    [Fact]
    public async Task The_end_of_one_side_is_seen_by_the_other_after_the_data()
    {
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair();
        await client.Output.WriteAsync("abc"u8.ToArray());
        client.Dispose();
        ReadResult result = await server.Input.ReadAtLeastAsync(10);
        result.IsCompleted.ShouldBeTrue();
        result.Buffer.Length.ShouldBe(3);
        server.Input.AdvanceTo(result.Buffer.End);
        await Should.ThrowAsync<ConnectionLostException>(async () => await server.Output.WriteAsync(new byte[1]));
    }

    [Fact]
    public async Task An_abort_fails_pending_reads_and_flushes_of_both_sides_and_returns_the_blocks()
    {
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair(capacity: 10);
        client.Output.GetMemory(5000);
        client.Output.Advance(5000);
        ValueTask<FlushResult> flush = client.Output.FlushAsync();
        ValueTask<ReadResult> read = client.Input.ReadAsync();
        server.Abort(ConnectionEndReason.Kicked);
        await Should.ThrowAsync<ConnectionLostException>(async () => await flush);
        await Should.ThrowAsync<ConnectionLostException>(async () => await read);
        await Should.ThrowAsync<ConnectionLostException>(async () => await server.Input.ReadAsync());
        server.AbortReason.ShouldBe(ConnectionEndReason.Kicked);
        client.Pool.Budget.Rented.ShouldBe(0);
    }

    [Fact]
    public void Heartbeats_and_tokens_are_worked_by_hand()
    {
        (MemoryConnection _, MemoryConnection server) = MemoryConnection.CreatePair();
        long last = 0;
        server.SetHeartbeat(now => last = now);
        server.Beat(17);
        last.ShouldBe(17);
        server.Drain();
        server.Draining.IsCancellationRequested.ShouldBeTrue();
        server.Stop(ConnectionEndReason.IdleTimeout).ShouldBeTrue();
        server.Stop(ConnectionEndReason.Kicked).ShouldBeFalse();
        server.StopReason.ShouldBe(ConnectionEndReason.IdleTimeout);
        server.Stopping.IsCancellationRequested.ShouldBeTrue();
    }
}
