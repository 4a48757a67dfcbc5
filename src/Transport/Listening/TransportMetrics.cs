using Hpc.Transport.Connections;

namespace Hpc.Transport.Listening;

/// <summary>Counters of the transport, for whoever exports them. They only grow, except those that say "now".</summary>
public sealed class TransportMetrics
{
    private readonly long[] _decisions = new long[Enum.GetValues<GateDecision>().Length];
    private readonly long[] _ends = new long[Enum.GetValues<ConnectionEndReason>().Length];
    private long _acceptErrors;
    private long _proxyProbes;
    private long _heartbeats;
    private long _bytesIn;
    private long _bytesOut;

    /// <summary>Connections that were admitted.</summary>
    public long Accepted => Decided(GateDecision.Admitted);

    /// <summary>Connections that were refused, whatever the reason.</summary>
    public long Refused
    {
        get
        {
            long refused = 0;
            for (GateDecision decision = GateDecision.Admitted + 1; (int)decision < _decisions.Length; decision++)
            {
                refused += Decided(decision);
            }

            return refused;
        }
    }

    /// <summary>Accepts that failed (no descriptor left, for one).</summary>
    public long AcceptErrors => Volatile.Read(ref _acceptErrors);

    /// <summary>Connections of trusted proxies that ended before a byte came: checks whether the port is open.</summary>
    public long ProxyProbes => Volatile.Read(ref _proxyProbes);

    /// <summary>Rounds of the heartbeat.</summary>
    public long Heartbeats => Volatile.Read(ref _heartbeats);

    /// <summary>Bytes received on connections that have ended.</summary>
    public long BytesIn => Volatile.Read(ref _bytesIn);

    /// <summary>Bytes sent on connections that have ended.</summary>
    public long BytesOut => Volatile.Read(ref _bytesOut);

    /// <summary>How often the gate decided so.</summary>
    public long Decided(GateDecision decision) => Volatile.Read(ref _decisions[(int)decision]);

    /// <summary>How many connections ended for this reason.</summary>
    public long Ended(ConnectionEndReason reason) => Volatile.Read(ref _ends[(int)reason]);

    internal void OnDecided(GateDecision decision) => Interlocked.Increment(ref _decisions[(int)decision]);

    internal void OnEnded(ConnectionEndReason reason, long bytesIn, long bytesOut)
    {
        Interlocked.Increment(ref _ends[(int)reason]);
        Interlocked.Add(ref _bytesIn, bytesIn);
        Interlocked.Add(ref _bytesOut, bytesOut);
    }

    internal void OnProxyProbe() => Interlocked.Increment(ref _proxyProbes);

    internal void OnAcceptError() => Interlocked.Increment(ref _acceptErrors);

    internal void OnHeartbeat() => Interlocked.Increment(ref _heartbeats);
}
