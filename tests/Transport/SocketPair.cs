using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Tests;

/// <summary>One of our connections, and a plain socket at its other end.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(SocketConnection connection, Socket peer, BlockPool pool)
    {
        Connection = connection;
        Peer = peer;
        Pool = pool;
    }

    public SocketConnection Connection { get; }

    public Socket Peer { get; }

    public BlockPool Pool { get; }

    public static async Task<SocketPair> CreateAsync(BlockPool? pool = null, bool isOfLines = false)
    {
        pool ??= new BlockPool(new BufferBudget(1L << 30));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Task<Socket> accepting = listener.AcceptAsync();
        SocketConnection connection = isOfLines ? await ConnectOfLinesAsync(listener.LocalEndPoint!, pool) : await SocketConnection.ConnectAsync(listener.LocalEndPoint!, pool);
        Socket peer = await accepting;
        peer.NoDelay = true;
        return new SocketPair(connection, peer, pool);
    }

    private static async Task<SocketConnection> ConnectOfLinesAsync(EndPoint endPoint, BlockPool pool)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        SocketOptions.Apply(socket);
        return new SocketConnection(socket, pool, new ConnectionOrigin((IPEndPoint)endPoint), ticket: null, DateTimeOffset.UnixEpoch, CancellationToken.None, isOfLines: true);
    }

    public void Dispose()
    {
        Connection.Dispose();
        Peer.Dispose();
    }
}
