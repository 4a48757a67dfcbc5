using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;

namespace Hpc.Transport.Data;

/// <summary>Opens the data connections that clients ask for by PORT and EPRT.</summary>
public static class DataCaller
{
    /// <summary>The port that RFC 959 §3.2 has servers call from.</summary>
    public const int ServerDataPort = 20;

    /// <summary>Calls from the control connection's own address.</summary>
    /// <param name="route">Whose data connection it is.</param>
    /// <param name="client">Whom to call.</param>
    /// <param name="fromPort">0 for any.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="IOException">Nobody is there, or the port may not be called from.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static async ValueTask<PlainDataConnection> CallAsync(DataRoute route, IPEndPoint client, int fromPort, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(client);
        Socket? socket = null;
        try
        {
            socket = new Socket(client.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (DescriptorReserve.IsReached(socket))
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }

            // Behind a proxy the server's own address may be of another family than its client's.
            bool isSameFamily = route.Local.AddressFamily == client.AddressFamily;
            IPAddress any = client.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            socket.Bind(new IPEndPoint(isSameFamily ? route.Local : any, fromPort));
            SocketOptions.ApplyToData(socket);
            socket.Blocking = false;
            await socket.ConnectAsync(client, ct).ConfigureAwait(false);
            var connection = new PlainDataConnection(socket, new ConnectionOrigin(client), isActive: true);
            socket = null;
            return connection;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new IOException("The client cannot be called.", e);
        }
        finally
        {
            socket?.Dispose();
        }
    }
}
