using System.IO.Pipelines;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Tests;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Chunk = 64 * 1024;

    [Fact]
    public async Task Moving_64_MiB_allocates_next_to_nothing()
    {
        await using var server = new TestServer(TestServer.SwallowAsync);
        using SocketConnection client = await server.ConnectAsync();
        await PumpAsync(client.Output, 32L * 1024 * 1024);
        (await LeastAllocatedAsync(() => PumpAsync(client.Output, 64L * 1024 * 1024))).ShouldBeLessThan(64 * 1024);
    }

    [Fact]
    public async Task Ten_thousand_round_trips_allocate_next_to_nothing()
    {
        await using var server = new TestServer(EchoAsync);
        using SocketConnection client = await server.ConnectAsync();
        await RoundTripsAsync(client, 2_000);
        (await LeastAllocatedAsync(() => RoundTripsAsync(client, 10_000))).ShouldBeLessThan(64 * 1024);
    }

    // The count is the whole process's: what else runs in it (the test runner, the runtime) may add to one attempt, not to all.
    private static async Task<long> LeastAllocatedAsync(Func<Task> work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await work();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    private static async Task PumpAsync(PipeWriter output, long length)
    {
        for (long sent = 0; sent < length; sent += Chunk)
        {
            output.GetMemory(Chunk);
            output.Advance(Chunk);
            await output.FlushAsync();
        }
    }

    private static async Task RoundTripsAsync(SocketConnection client, int count)
    {
        for (int i = 0; i < count; i++)
        {
            client.Output.GetMemory(100);
            client.Output.Advance(100);
            await client.Output.FlushAsync();
            for (long left = 100; left > 0;)
            {
                ReadResult result = await client.Input.ReadAsync();
                left -= result.Buffer.Length;
                client.Input.AdvanceTo(result.Buffer.End);
            }
        }
    }

    private static async Task<ConnectionEndReason> EchoAsync(IConnection connection)
    {
        while (true)
        {
            ReadResult result = await connection.Input.ReadAsync();
            int length = (int)result.Buffer.Length;
            result.Buffer.First.CopyTo(connection.Output.GetMemory(length));
            connection.Output.Advance(length);
            connection.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return ConnectionEndReason.ClosedByPeer;
            }

            await connection.Output.FlushAsync();
        }
    }
}
