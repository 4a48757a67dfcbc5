using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Proxying;

namespace Hpc.Transport.Listening;

// Connections whose client is known only when a trusted proxy has named it.
public sealed partial class ConnectionManager
{
    /// <summary>Connections of trusted proxies whose header has not come. They are not among <see cref="Connections"/>.</summary>
    public int AwaitingHeaders => _proxies.Count;

    private void TakeFromProxy(Socket socket, IPEndPoint peer, ListenerRole listener)
    {
        GateDecision decision = _pool.Budget.IsExhausted ? GateDecision.MemoryExhausted
            : !_proxies.TryEnter(listener.Proxy, peer.Address) ? GateDecision.ProxyHeaderLimit
            : GateDecision.Admitted;
        if (decision == GateDecision.Admitted)
        {
            _ = TakeFromProxyAsync(socket, peer, listener);
        }
        else
        {
            Refuse(socket, new ConnectionOrigin(peer), decision);
        }
    }

    private async Task TakeFromProxyAsync(Socket socket, IPEndPoint peer, ListenerRole listener)
    {
        try
        {
            ProxyIntakeResult result = await _proxies.ReadAsync(socket, peer, listener.Proxy, _draining.Token).ConfigureAwait(false);
            if (result.IsGone)
            {
                Metrics.OnProxyProbe();
                socket.Close(0);
            }
            else if (result.Decision == GateDecision.Admitted)
            {
                Admit(socket, result.Origin, listener);
            }
            else
            {
                Refuse(socket, new ConnectionOrigin(peer), result.Decision);
            }
        }
        catch (SocketException)
        {
            Refuse(socket, null, GateDecision.SocketFailed);
        }
#pragma warning disable CA1031 // Nobody waits for this task; a fault ends its connection and is logged.
        catch (Exception e)
#pragma warning restore CA1031
        {
            TransportLog.ProxyFault(_logger, peer, e);
            Refuse(socket, null, GateDecision.SocketFailed);
        }
        finally
        {
            _proxies.Leave(peer.Address);
            EndDrainIfEmpty();
        }
    }
}
