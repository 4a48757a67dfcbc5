using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;

namespace Hpc.Transport.Data;

/// <summary>Listens for one data connection (PASV, EPSV). Closed as soon as that one has come.</summary>
public sealed class DataListener : IDisposable
{
    /// <summary>Peers that are turned away before nobody is waited for any longer.</summary>
    public const int MaximumStrangers = 64;

    // A client that connects before it sends its command must find room behind strangers that nobody has turned away yet.
    private const int Backlog = MaximumStrangers;

    private readonly Socket _socket;
    private readonly DataRoute _route;

    private DataListener(Socket socket, DataRoute route, int port)
    {
        _socket = socket;
        _route = route;

        // What was asked for needs no call to be known.
        Port = port != 0 ? port : ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>Peers that were turned away.</summary>
    public int Strangers { get; private set; }

    /// <summary>Listens on the control connection's own address.</summary>
    /// <param name="route">Whose data connection it is.</param>
    /// <param name="port">0 for any.</param>
    /// <exception cref="SocketException">It cannot be: in use, or no descriptor is left.</exception>
    public static DataListener Bind(DataRoute route, int port)
    {
        ArgumentNullException.ThrowIfNull(route);
        var socket = new Socket(route.Local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (DescriptorReserve.IsReached(socket))
            {
                throw new SocketException((int)SocketError.TooManyOpenSockets);
            }

            // The runtime sets SO_REUSEADDR, and never SO_REUSEPORT, unless ReuseAddress is set by hand: a port whose last connection lingers can be listened on, and one that listens cannot.
            socket.Bind(new IPEndPoint(route.Local, port));
            SocketOptions.ApplyToData(socket);
            socket.Listen(Backlog);
            return new DataListener(socket, route, port);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Takes the first connection that is the client's. Strangers are closed and counted, and after <see cref="MaximumStrangers"/> of them the answer is null.
    /// </summary>
    /// <param name="allowsForeign">True if it may come from any address.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="IOException">Nothing can be accepted.</exception>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async ValueTask<PlainDataConnection?> AcceptAsync(bool allowsForeign, CancellationToken ct)
    {
        while (Strangers < MaximumStrangers)
        {
            Socket? accepted = null;
            try
            {
                accepted = await _socket.AcceptAsync(ct).ConfigureAwait(false);
                if (await JudgeAsync(accepted, allowsForeign, ct).ConfigureAwait(false) is { } origin)
                {
                    var connection = new PlainDataConnection(accepted, origin, isActive: false);
                    accepted = null;
                    return connection;
                }

                Strangers++;
            }
            catch (Exception e) when (e is SocketException { SocketErrorCode: not SocketError.ConnectionReset } or ObjectDisposedException)
            {
                throw new IOException("No data connection can be accepted.", e);
            }
            catch (SocketException)
            {
                // It was gone before it was looked at.
                Strangers++;
            }
            finally
            {
                accepted?.Close(0);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async ValueTask<ConnectionOrigin?> JudgeAsync(Socket socket, bool allowsForeign, CancellationToken ct)
    {
        if (socket.RemoteEndPoint is not IPEndPoint remote || DescriptorReserve.IsReached(socket))
        {
            return null;
        }

        socket.Blocking = false;
        ConnectionOrigin? origin = await _route.IdentifyAsync(socket, SocketConnection.Unmap(remote), ct).ConfigureAwait(false);
        return origin is { IsProbe: false } known && (allowsForeign || known.Client.Address.Equals(_route.Client)) ? known : null;
    }
}
