using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Data;

namespace Hpc.Transport.Tests.Data;

/// <summary>A data connection of ours, and a plain socket at its other end.</summary>
internal sealed class DataPair : IAsyncDisposable
{
    private DataPair(PlainDataConnection connection, Socket peer)
    {
        Connection = connection;
        Peer = peer;
    }

    public PlainDataConnection Connection { get; }

    public Socket Peer { get; }

    public static DataRoute Route(string client = "127.0.0.1", string server = "127.0.0.1")
    {
        (MemoryConnection _, MemoryConnection control) = MemoryConnection.CreatePair(
            client: new IPEndPoint(IPAddress.Parse(client), 50_000), server: new IPEndPoint(IPAddress.Parse(server), 21));
        return DataRoute.Of(control);
    }

    public static async Task<DataPair> CreateAsync()
    {
        using DataListener listener = DataListener.Bind(Route(), 0);
        Socket peer = await ConnectAsync(listener.Port);
        PlainDataConnection? connection = await listener.AcceptAsync(allowsForeign: false, TestContext.Current.CancellationToken);
        return new DataPair(connection.ShouldNotBeNull(), peer);
    }

    public static async Task<Socket> ConnectAsync(int port, string from = "127.0.0.1", string to = "127.0.0.1")
    {
        var local = IPAddress.Parse(from);
        var socket = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(local, 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(to), port));
        return socket;
    }

    /// <summary>True if who connects from there is turned away before anything is said.</summary>
    public static async Task<bool> IsTurnedAwayAsync(int port, string from)
    {
        try
        {
            using Socket stranger = await ConnectAsync(port, from);
            return await IsEndedAsync(stranger);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // So fast that connecting sees it.
            return true;
        }
    }

    /// <summary>True if the other side ends it, by whatever means, before it says anything.</summary>
    public static async Task<bool> IsEndedAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1], SocketFlags.None) == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        Peer.Dispose();
    }
}
