using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Buffers;

namespace Hpc.Transport.Connections;

public sealed partial class SocketConnection
{
    /// <summary>Opens a connection for the client role. Its heartbeat runs until it is disposed.</summary>
    /// <exception cref="SocketException">The peer cannot be reached.</exception>
    public static async Task<SocketConnection> ConnectAsync(EndPoint endPoint, BlockPool pool, CancellationToken ct = default)
    {
        Socket socket = endPoint is IPEndPoint { AddressFamily: var family }
            ? new Socket(family, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(endPoint, ct).ConfigureAwait(false);
            SocketOptions.Apply(socket);
            var connection = new SocketConnection(socket, pool, new ConnectionOrigin(Unmap(socket.RemoteEndPoint)), ticket: null, TimeProvider.System.GetUtcNow(), CancellationToken.None);
            Heartbeat.Client.Add(connection);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
