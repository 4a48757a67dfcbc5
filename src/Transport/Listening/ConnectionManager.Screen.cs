using System.Diagnostics.CodeAnalysis;
using System.Net;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Listening;

// What lists, bans and rates say about clients.
public sealed partial class ConnectionManager
{
    /// <summary>The longest that a screen may delay a connection.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private IConnectionScreen? _screen;
    private Exception? _screenFault;
    private long _screenFaults;
    private long _screenFaultsBefore;
    private int _bans;

    /// <summary>Judges clients before the gate does; null judges nobody. What it says counts for connections from now on.</summary>
    public IConnectionScreen? Screen
    {
        get => Volatile.Read(ref _screen);
        set => Volatile.Write(ref _screen, value);
    }

    /// <summary>Calls of the screen that have failed.</summary>
    public long ScreenFaults => Volatile.Read(ref _screenFaults);

    /// <summary>
    /// Ends the connections that have not logged in of clients that have just been banned, and returns how many. The screen must refuse them already:
    /// a client that is being admitted at this moment is then looked at once more.
    /// </summary>
    public int EndBeforeLogin(Predicate<IPAddress> isBanned)
    {
        ArgumentNullException.ThrowIfNull(isBanned);
        return EndBeforeLogin((client, _) => isBanned(client));
    }

    /// <summary>As <see cref="EndBeforeLogin(Predicate{IPAddress})"/>, for bans of some protocols alone.</summary>
    /// <param name="isBanned">Judges a client and a protocol, as <see cref="IConnectionScreen.IsBarred"/> does.</param>
    public int EndBeforeLogin(Func<IPAddress, string, bool> isBanned)
    {
        ArgumentNullException.ThrowIfNull(isBanned);
        Interlocked.Increment(ref _bans);
        int ended = 0;
        foreach (SocketConnection connection in _heartbeat.Walk())
        {
            if (connection.IsBeforeLogin && isBanned(connection.RemoteEndPoint.Address, connection.Listener!.ScreenName))
            {
                StopOne(connection, ConnectionEndReason.Banned);
                ended++;
            }
        }

        return ended;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A screen that fails refuses; its fault is counted and logged.")]
    private ScreenVerdict Judge(ConnectionOrigin origin, ListenerRole listener, out GateDecision decision)
    {
        decision = GateDecision.Admitted;
        if (origin.IsProbe)
        {
            // A balancer that is refused takes the node out: its looks have no rate and no ban, but the lists hold for them.
            decision = IsBarred(origin.Client.Address, listener) ? GateDecision.NotAllowed : GateDecision.Admitted;
            return ScreenVerdict.Admitted;
        }

        try
        {
            ScreenVerdict verdict = Screen?.Judge(origin.Client.Address, listener.ScreenName) ?? ScreenVerdict.Admitted;
            decision = verdict.Kind switch
            {
                ScreenVerdictKind.Admitted => GateDecision.Admitted,
                ScreenVerdictKind.NotAllowed => GateDecision.NotAllowed,
                ScreenVerdictKind.Banned => GateDecision.Banned,
                ScreenVerdictKind.RateLimited => GateDecision.RateLimited,
                _ => GateDecision.ScreenFailed,
            };
            return verdict;
        }
        catch (Exception e)
        {
            OnScreenFault(e);
            decision = GateDecision.ScreenFailed;
            return default;
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A screen that fails refuses; its fault is counted and logged.")]
    private bool IsBarred(IPAddress client, ListenerRole listener)
    {
        try
        {
            return Screen?.IsBarred(client, listener.ScreenName) == true;
        }
        catch (Exception e)
        {
            OnScreenFault(e);
            return true;
        }
    }

    private void OnGateRefused(ConnectionOrigin origin, ListenerRole listener, GateDecision decision)
    {
        if (!origin.IsProbe && decision is GateDecision.HostLimit or GateDecision.HostBeforeLoginLimit)
        {
            TellScreen(static (screen, client, protocol) => screen.OnHostLimit(client, protocol), origin.Client.Address, listener);
        }
    }

    // What the server ended for a reason of its own says nothing about the client, and neither do a proxy's looks whether the server lives.
    private void NoteIfNoLoginTried(SocketConnection connection, ConnectionEndReason reason)
    {
        if (!connection.IsLoggedIn && !connection.IsLoginTried && !connection.IsProbe
            && reason is ConnectionEndReason.ClosedByPeer or ConnectionEndReason.ConnectionLost or ConnectionEndReason.ProtocolError
                or ConnectionEndReason.NegotiationFailed or ConnectionEndReason.LoginGraceTimeout)
        {
            TellScreen(static (screen, client, protocol) => screen.OnNoLoginTried(client, protocol), connection.RemoteEndPoint.Address, connection.Listener!);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A screen that fails to take note changes nothing here; its fault is counted and logged.")]
    private void TellScreen(Action<IConnectionScreen, IPAddress, string> tell, IPAddress client, ListenerRole listener)
    {
        try
        {
            if (Screen is { } screen)
            {
                tell(screen, client, listener.ScreenName);
            }
        }
        catch (Exception e)
        {
            OnScreenFault(e);
        }
    }

    private void StopIfBarredMeanwhile(SocketConnection connection)
    {
        if (IsBarred(connection.RemoteEndPoint.Address, connection.Listener!))
        {
            StopOne(connection, ConnectionEndReason.Banned);
        }
    }

    /// <summary>Lets the connection stand for a while; what ends it meanwhile ends it at once.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for this task; a fault ends its connection and is logged.")]
    private async Task RunLaterAsync(SocketConnection connection, TimeSpan delay)
    {
        ConnectionEndReason reason;
        try
        {
            delay = delay < LongestDelay ? delay : LongestDelay;
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(connection.Stopping, connection.Draining);
            await Task.Delay(delay, _time, ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            StopIfBarredMeanwhile(connection);
            if (!ends.IsCancellationRequested)
            {
                _ = RunAsync(connection, connection.Listener!.Protocol);
                return;
            }

            reason = connection.StopReason;
        }
        catch (Exception e)
        {
            TransportLog.Fault(_logger, connection.Id, connection.RemoteEndPoint, e);
            reason = ConnectionEndReason.ServerFault;
        }

        connection.Dispose();
        OnEnded(connection, reason);
    }

    // Like refusals, faults come in floods: the first of a round is kept for its line.
    private void OnScreenFault(Exception exception)
    {
        Interlocked.Increment(ref _screenFaults);
        Interlocked.CompareExchange(ref _screenFault, exception, null);
    }

    private void LogScreenFaults()
    {
        if (Interlocked.Exchange(ref _screenFault, null) is { } fault)
        {
            long faults = ScreenFaults;
            TransportLog.ScreenFaults(_logger, faults - _screenFaultsBefore, fault);
            _screenFaultsBefore = faults;
        }
    }
}
