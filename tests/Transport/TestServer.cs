using System.Net;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;

namespace Hpc.Transport.Tests;

/// <summary>A manager on a free loopback port that runs a function on every connection.</summary>
internal sealed class TestServer : IAsyncDisposable, IConnectionProtocol
{
    private readonly Func<IConnection, Task<ConnectionEndReason>> _run;

    public TestServer(
        Func<IConnection, Task<ConnectionEndReason>> run,
        ConnectionGateOptions? gate = null,
        TimeProvider? time = null,
        BlockPool? pool = null,
        ListLogger? logger = null)
    {
        _run = run;
        Pool = pool ?? new BlockPool(new BufferBudget(1L << 30));
        Logger = logger ?? new ListLogger();
        Manager = new ConnectionManager(Pool, new ConnectionGate(gate ?? new ConnectionGateOptions(), Pool.Budget), logger: Logger, time: time);
        EndPoint = Manager.Listen("127.0.0.1:0", this);
    }

    public string Name => "test";

    public bool IsOfLines { get; init; }

    public BlockPool Pool { get; }

    public ListLogger Logger { get; }

    public ConnectionManager Manager { get; }

    public IPEndPoint EndPoint { get; }

    public Task<ConnectionEndReason> RunAsync(IConnection connection) => _run(connection);

    public Task<SocketConnection> ConnectAsync() => SocketConnection.ConnectAsync(EndPoint, Pool);

    public ValueTask DisposeAsync() => Manager.DisposeAsync();

    /// <summary>Reads until the end or until asked to stop.</summary>
    public static async Task<ConnectionEndReason> SwallowAsync(IConnection connection)
    {
        try
        {
            while (true)
            {
                var result = await connection.Input.ReadAsync(connection.Stopping);
                connection.Input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return ConnectionEndReason.ClosedByPeer;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return connection.StopReason;
        }
        catch (IOException)
        {
            return ConnectionEndReason.ConnectionLost;
        }
    }
}
