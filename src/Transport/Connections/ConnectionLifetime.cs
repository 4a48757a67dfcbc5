namespace Hpc.Transport.Connections;

/// <summary>What every kind of connection has in common: being told to stop, being cut, heartbeats.</summary>
#pragma warning disable CA1001 // The token source has neither timer nor handle, and its token is asked for after the end too.
internal sealed class ConnectionLifetime
#pragma warning restore CA1001
{
    private const int None = -1;

    private readonly CancellationTokenSource _stopping = new();
    private int _stopReason = None;
    private int _cutReason = None;
    private int _isBeating;
    private Action<long>? _heartbeat;

    public CancellationToken Stopping => _stopping.Token;

    public bool IsStopping => Volatile.Read(ref _stopReason) != None;

    public ConnectionEndReason StopReason => IsStopping ? (ConnectionEndReason)_stopReason : ConnectionEndReason.ServerShutdown;

    public bool IsCut => Volatile.Read(ref _cutReason) != None;

    public ConnectionEndReason CutReason => (ConnectionEndReason)_cutReason;

    /// <summary>False if somebody did it before. Callbacks of the token run now; what they throw comes out of here.</summary>
    public bool TryStop(ConnectionEndReason reason)
    {
        if (Interlocked.CompareExchange(ref _stopReason, (int)reason, None) != None)
        {
            return false;
        }

        _stopping.Cancel();
        return true;
    }

    /// <summary>False if somebody did it before.</summary>
    public bool TryCut(ConnectionEndReason reason) => Interlocked.CompareExchange(ref _cutReason, (int)reason, None) == None;

    public void SetHeartbeat(Action<long> handler) => Volatile.Write(ref _heartbeat, handler);

    /// <summary>Calls the handler, unless the call before has not returned yet.</summary>
    public void Beat(long now)
    {
        if (Volatile.Read(ref _heartbeat) is not { } handler || Interlocked.Exchange(ref _isBeating, 1) != 0)
        {
            return;
        }

        try
        {
            handler(now);
        }
        finally
        {
            Volatile.Write(ref _isBeating, 0);
        }
    }

    public void StopHeartbeat() => Volatile.Write(ref _heartbeat, null);
}
