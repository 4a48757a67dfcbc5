using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Listening;

public sealed partial class ConnectionManager
{
    private void OnAccepted(Socket socket, IConnectionProtocol protocol)
    {
        GateDecision decision = TryAdmit(socket, protocol, out SocketConnection? connection);
        Metrics.OnDecided(decision);
        if (connection is null)
        {
            Volatile.Write(ref _lastRefusal, (int)decision);
            socket.Close(0);
            return;
        }

        _heartbeat.Add(connection);
        _ = RunAsync(connection, protocol);
    }

    private GateDecision TryAdmit(Socket socket, IConnectionProtocol protocol, out SocketConnection? connection)
    {
        connection = null;
        ConnectionTicket? ticket = null;
        try
        {
            IPEndPoint remote = SocketConnection.Unmap(socket.RemoteEndPoint);
            GateDecision decision = IsDraining ? GateDecision.Draining
                : DescriptorReserve.IsReached(socket) ? GateDecision.DescriptorsExhausted
                : Gate.TryEnter(remote.Address, out ticket);
            if (decision != GateDecision.Admitted)
            {
                TransportLog.Refused(_logger, remote, decision);
                return decision;
            }

            SocketOptions.ApplyToAccepted(socket);
            connection = new SocketConnection(socket, _pool, ticket, _time.GetUtcNow(), _draining.Token)
            {
                Protocol = protocol.Name,
                StartedTicks = Heartbeat.Ticks(_time),
            };
            return GateDecision.Admitted;
        }
        catch (SocketException)
        {
            // The peer was gone before it could be asked for its address; the caller counts it.
            ticket?.Leave();
            return GateDecision.SocketFailed;
        }
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
        TransportLog.Ended(_logger, connection.Id, connection.RemoteEndPoint, connection.Protocol, reason, duration, connection.BytesIn, connection.BytesOut);
        connection.Leave();
        _heartbeat.Remove(connection);
        if (IsDraining && _heartbeat.Count == 0)
        {
            _allEnded.TrySetResult();
        }
    }
}
