using System.IO.Pipelines;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Tests;

public sealed class AbortTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cutting_connections_at_random_moments_leaks_nothing(bool isOfLines)
    {
        var pool = new BlockPool(new BufferBudget(1L << 30));
        var random = new Random(20);
        await using (var server = new TestServer(EchoAsync, pool: pool) { IsOfLines = isOfLines })
        {
            for (int round = 0; round < 125; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 4).Select(i => CutOneAsync(server, random.Next(), i % 2 == 0)));
            }

            await Wait.UntilAsync(() => server.Manager.Connections.Count == 0, "all connections end");
            await Wait.UntilAsync(() => pool.Budget.Rented == 0, "all blocks are back");
            server.Manager.Gate.Active.ShouldBe(0);
            server.Manager.Metrics.Accepted.ShouldBe(500);
            server.Manager.Metrics.Ended(ConnectionEndReason.ServerFault).ShouldBe(0);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        pool.LostBlocks.ShouldBe(0);
    }

    private static async Task CutOneAsync(TestServer server, int seed, bool isServerCut)
    {
        var random = new Random(seed);
        SocketConnection client = await server.ConnectAsync();
        Task[] work = [PumpAsync(client, random.Next()), TestServer.SwallowAsync(client)];
        for (int spins = random.Next(200); spins > 0; spins--)
        {
            await Task.Yield();
        }

        if (isServerCut)
        {
            string peer = client.LocalEndPoint.ToString();
            string? id = server.Manager.Connections.FirstOrDefault(c => c.RemoteEndPoint.ToString() == peer)?.Id;
            if (id is not null)
            {
                server.Manager.Abort(id, ConnectionEndReason.Kicked);
            }
        }

        client.Abort(ConnectionEndReason.Kicked);
        await Task.WhenAll(work);
        client.Dispose();
    }

    private static async Task PumpAsync(SocketConnection connection, int seed)
    {
        try
        {
            await Transfers.WriteAsync(connection.Output, 100_000_000, new Random(seed), 40_000);
        }
        catch (IOException)
        {
            // Cut, as the test wants.
        }
    }

    private static async Task<ConnectionEndReason> EchoAsync(IConnection connection)
    {
        try
        {
            while (true)
            {
                ReadResult result = await connection.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> part in result.Buffer)
                {
                    part.CopyTo(connection.Output.GetMemory(part.Length));
                    connection.Output.Advance(part.Length);
                }

                connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return ConnectionEndReason.ClosedByPeer;
                }

                await connection.Output.FlushAsync();
            }
        }
        catch (IOException)
        {
            return ConnectionEndReason.ConnectionLost;
        }
    }
}
