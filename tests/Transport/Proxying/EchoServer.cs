using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;
using Hpc.Transport.Proxying;

namespace Hpc.Transport.Tests.Proxying;

/// <summary>Sends back what it receives, behind a listener that reads PROXY protocol headers.</summary>
internal sealed class EchoServer : IAsyncDisposable, IConnectionProtocol
{
    private readonly IPEndPoint _endPoint;
    private int _began;

    public EchoServer(ProxyProtocolOptions? proxy = null, ConnectionGateOptions? gate = null, TimeProvider? time = null, IConnectionScreen? screen = null)
    {
        Manager = new ConnectionManager(Pool, new ConnectionGate(gate ?? new ConnectionGateOptions(), Pool.Budget), logger: Logger, time: time) { Screen = screen };
        _endPoint = Manager.Listen("127.0.0.1:0", this, proxy);
    }

    public string Name => "echo";

    public BlockPool Pool { get; } = new(new BufferBudget(1L << 30));

    public ListLogger Logger { get; } = new();

    public ConnectionManager Manager { get; }

    /// <summary>Connections that reached the protocol.</summary>
    public int Began => Volatile.Read(ref _began);

    /// <summary>Called with every connection, first of all.</summary>
    public Action<IConnection>? Beginning { get; init; }

    public async Task<Socket> ConnectAsync(string sent = "", bool mayFail = false)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(_endPoint);
            if (sent.Length > 0)
            {
                await socket.SendAsync(ProxyHeaders.Text(sent));
            }
        }
        catch (SocketException) when (mayFail)
        {
            // Refused so fast that connecting sees it.
        }

        return socket;
    }

    public async Task<ConnectionEndReason> RunAsync(IConnection connection)
    {
        Interlocked.Increment(ref _began);
        Beginning?.Invoke(connection);
        try
        {
            while (true)
            {
                var read = await connection.Input.ReadAsync(connection.Stopping);
                await connection.Output.WriteAsync(read.Buffer.First);
                connection.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
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

    public ValueTask DisposeAsync() => Manager.DisposeAsync();
}
