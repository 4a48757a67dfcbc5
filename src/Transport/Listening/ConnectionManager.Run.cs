using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Hpc.Transport.Proxying;

namespace Hpc.Transport.Listening;

public sealed partial class ConnectionManager
{
    private void OnAccepted(Socket socket, ListenerRole listener)
    {
        try
        {
            IPEndPoint peer = SocketConnection.Unmap(socket.RemoteEndPoint);
            GateDecision decision = IsDraining ? GateDecision.Draining
                : DescriptorReserve.IsReached(socket) ? GateDecision.DescriptorsExhausted
                : GateDecision.Admitted;
            if (decision != GateDecision.Admitted)
            {
                Refuse(socket, new ConnectionOrigin(peer), decision);
                return;
            }

            SocketOptions.ApplyToAccepted(socket);
            if (listener.Protocol.ReadsUrgentData)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.OutOfBandInline, true);
            }

            switch (listener.Proxy.JudgePeer(peer.Address))
            {
                case ProxyPeer.Client:
                    Admit(socket, new ConnectionOrigin(peer), listener);
                    break;
                case ProxyPeer.Proxy:
                    TakeFromProxy(socket, peer, listener);
                    break;
                default:
                    Refuse(socket, new ConnectionOrigin(peer), GateDecision.ProxyUntrusted);
                    break;
            }
        }
        catch (SocketException)
        {
            // The peer was gone before it could be asked for its address.
            Refuse(socket, null, GateDecision.SocketFailed);
        }
    }

    private void Admit(Socket socket, ConnectionOrigin origin, ListenerRole listener)
    {
        int bans = Volatile.Read(ref _bans);
        ScreenVerdict verdict = Judge(origin, listener, out GateDecision decision);
        ConnectionTicket? ticket = null;
        if (decision == GateDecision.Admitted)
        {
            decision = IsDraining ? GateDecision.Draining : Gate.TryEnter(origin.Client.Address, out ticket);
        }

        if (ticket is null)
        {
            Refuse(socket, origin, decision);
            OnGateRefused(origin, listener, decision);
            return;
        }

        SocketConnection connection;
        try
        {
            connection = new SocketConnection(socket, _pool, origin, ticket, _time.GetUtcNow(), _draining.Token, listener.Protocol.IsOfLines)
            {
                Listener = listener,
                StartedTicks = Heartbeat.Ticks(_time),
            };
        }
        catch
        {
            ticket.Leave();
            throw;
        }

        Metrics.OnDecided(GateDecision.Admitted);
        _heartbeat.Add(connection);
        if (bans != Volatile.Read(ref _bans))
        {
            StopIfBarredMeanwhile(connection);
        }

        _ = verdict.Delay > TimeSpan.Zero ? RunLaterAsync(connection, verdict.Delay) : RunAsync(connection, listener.Protocol);
    }

    private void Refuse(Socket socket, ConnectionOrigin? origin, GateDecision decision)
    {
        Metrics.OnDecided(decision);
        Volatile.Write(ref _lastRefusal, (int)decision);
        if (origin is { Proxy: { } proxy })
        {
            TransportLog.ProxiedRefused(_logger, origin.Value.Client, proxy, decision);
        }
        else if (origin is { } known)
        {
            TransportLog.Refused(_logger, known.Client, decision);
        }

        socket.Close(0);
    }

    // One method, so that a connection that lasts for hours keeps one state machine for it and not two.
    [SuppressMessage("Design", "CA1031", Justification = "Whatever a protocol throws ends its own connection and is logged.")]
    private async Task RunAsync(SocketConnection connection, IConnectionProtocol protocol)
    {
        // Begins on the thread that accepted, and stays there until it waits the first time: mostly after a greeting, which costs less than a hop to another thread.
        // A peer whose first packets have come by then has these handled there too, so that nothing in a protocol may block.
        ConnectionEndReason reason;
        try
        {
            reason = await protocol.RunAsync(connection).ConfigureAwait(false);
            reason = connection.Lifetime.IsCut ? connection.Lifetime.CutReason : reason;
        }
        catch (Exception e)
        {
            reason = ReasonOf(connection, e);
        }

        if (IsGoodByeOwed(connection, reason))
        {
            connection.CutTicks = Heartbeat.Ticks(_time) + (long)_options.LingerTime.TotalMilliseconds;
            await connection.LingerAsync(_pool).ConfigureAwait(false);
        }

        connection.Dispose();
        OnEnded(connection, reason);
    }

    private ConnectionEndReason ReasonOf(SocketConnection connection, Exception exception)
    {
        switch (exception)
        {
            case IOException or OperationCanceledException when connection.Lifetime.IsCut:
                return connection.Lifetime.CutReason;
            case OperationCanceledException when connection.Lifetime.IsStopping:
                return connection.StopReason;
            default:
                TransportLog.Fault(_logger, connection.Id, connection.RemoteEndPoint, exception);
                return ConnectionEndReason.ServerFault;
        }
    }

    private static bool IsGoodByeOwed(SocketConnection connection, ConnectionEndReason reason) =>
        reason is not (ConnectionEndReason.ClosedByPeer or ConnectionEndReason.ConnectionLost or ConnectionEndReason.ServerFault)
        && !connection.Lifetime.IsCut
        && connection.Output.UnflushedBytes == 0;

    private void OnEnded(SocketConnection connection, ConnectionEndReason reason)
    {
        long duration = (long)(_time.GetUtcNow() - connection.Since).TotalMilliseconds;
        Metrics.OnEnded(reason, connection.BytesIn, connection.BytesOut);
        if (connection.IsProbe)
        {
            TransportLog.ProbeEnded(_logger, connection.Id, connection.RemoteEndPoint, connection.Protocol, reason, duration);
        }
        else if (connection.Proxy is { } proxy)
        {
            TransportLog.ProxiedEnded(_logger, connection.Id, connection.RemoteEndPoint, proxy, connection.Protocol, reason, duration, connection.BytesIn, connection.BytesOut);
        }
        else
        {
            TransportLog.Ended(_logger, connection.Id, connection.RemoteEndPoint, connection.Protocol, reason, duration, connection.BytesIn, connection.BytesOut);
        }

        NoteIfNoLoginTried(connection, reason);
        connection.Leave();
        _heartbeat.Remove(connection);
        EndDrainIfEmpty();
    }

    private void EndDrainIfEmpty()
    {
        if (IsDraining && _heartbeat.Count == 0 && _proxies.Count == 0)
        {
            _allEnded.TrySetResult();
        }
    }
}
