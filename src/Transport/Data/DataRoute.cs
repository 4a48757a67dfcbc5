using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Proxying;

namespace Hpc.Transport.Data;

/// <summary>What a control connection says about where its data connections come from and go to.</summary>
public sealed class DataRoute
{
    private readonly ProxyProtocolOptions _proxies;
    private readonly ProxyIntake? _intake;
    private readonly bool _isProxied;

    private DataRoute(IPAddress client, IPAddress local, IPAddress shown, bool isProxied, ProxyProtocolOptions proxies, ProxyIntake? intake)
    {
        Client = client;
        Local = local;
        Shown = shown;
        _isProxied = isProxied;
        _proxies = proxies;
        _intake = intake;
    }

    /// <summary>The client, whom a trusted proxy may have named.</summary>
    public IPAddress Client { get; }

    /// <summary>The server's own address on the control connection.</summary>
    public IPAddress Local { get; }

    /// <summary>Where the client connected to, as the client knows it.</summary>
    public IPAddress Shown { get; }

    /// <summary>Of a control connection.</summary>
    public static DataRoute Of(IConnection connection)
    {
        IPAddress client = connection.RemoteEndPoint.Address;
        IPAddress local = connection.LocalEndPoint.Address;
        return connection is SocketConnection { Listener: { } listener } socket
            ? new DataRoute(client, local, socket.Destination?.Address ?? local, socket.Proxy is not null, listener.Proxy, listener.Intake)
            : new DataRoute(client, local, local, isProxied: false, ProxyProtocolOptions.Off, intake: null);
    }

    /// <summary>Says whose a data connection is; null if it is nobody's that may go on.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    internal async ValueTask<ConnectionOrigin?> IdentifyAsync(Socket socket, IPEndPoint peer, CancellationToken ct)
    {
        ProxyPeer judged = _proxies.JudgePeer(peer.Address);
        if (judged != ProxyPeer.Proxy || (!_isProxied && peer.Address.Equals(Client)))
        {
            // A client in the proxies' own network, whose control connection came without a header, sends none here either.
            return judged == ProxyPeer.Refused ? null : new ConnectionOrigin(peer);
        }

        if (_intake is null || !_intake.TryEnter(_proxies, peer.Address))
        {
            return null;
        }

        try
        {
            ProxyIntakeResult result = await _intake.ReadAsync(socket, peer, _proxies, ct).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            return result.Decision == Listening.GateDecision.Admitted ? result.Origin : null;
        }
        finally
        {
            _intake.Leave(peer.Address);
        }
    }
}
