using System.Net;
using System.Runtime.InteropServices;
using Hpc.Transport.Buffers;

namespace Hpc.Transport.Listening;

/// <summary>Decides from memory alone who may connect. The table holds hosts that have a connection, so it is bounded by <see cref="ConnectionGateOptions.MaxConnections"/>.</summary>
/// <param name="options">The limits.</param>
/// <param name="budget">Nobody is admitted while it is exhausted.</param>
/// <param name="random">For the random drop; a seeded one in tests.</param>
public sealed class ConnectionGate(ConnectionGateOptions options, BufferBudget budget, Random? random = null)
{
    private readonly Random _random = random ?? Random.Shared;

    // Touched with _sync held, by accept loops and by whoever ends a connection.
    private readonly Lock _sync = new();
    private readonly Dictionary<HostKey, HostCount> _hosts = [];
    private ConnectionGateOptions _options = options;
    private int _total;
    private int _beforeLogin;

    /// <summary>The limits. May be replaced while running; connections that are in stay in.</summary>
    public ConnectionGateOptions Options
    {
        get => Volatile.Read(ref _options);
        set => Volatile.Write(ref _options, value);
    }

    /// <summary>Connections that are in.</summary>
    public int Active => Volatile.Read(ref _total);

    /// <summary>Connections that are in and have not logged in.</summary>
    public int BeforeLogin => Volatile.Read(ref _beforeLogin);

    internal int TrackedHosts
    {
        get
        {
            lock (_sync)
            {
                return _hosts.Count;
            }
        }
    }

    /// <summary>Decides on a connection from <paramref name="address"/>; the ticket is given if it is admitted.</summary>
    public GateDecision TryEnter(IPAddress address, out ConnectionTicket? ticket)
    {
        HostKey host = HostKey.For(address);
        ticket = null;
        lock (_sync)
        {
            GateDecision decision = Decide(_hosts.GetValueOrDefault(host));
            if (decision != GateDecision.Admitted)
            {
                return decision;
            }

            ref HostCount count = ref CollectionsMarshal.GetValueRefOrAddDefault(_hosts, host, out _);
            count.Total++;
            count.BeforeLogin++;
            _total++;
            _beforeLogin++;
        }

        ticket = new ConnectionTicket(this, host);
        return GateDecision.Admitted;
    }

    internal void OnLoggedIn(HostKey host)
    {
        lock (_sync)
        {
            _beforeLogin--;
            CollectionsMarshal.GetValueRefOrNullRef(_hosts, host).BeforeLogin--;
        }
    }

    internal void OnLeft(HostKey host, bool wasBeforeLogin)
    {
        lock (_sync)
        {
            _total--;
            ref HostCount count = ref CollectionsMarshal.GetValueRefOrNullRef(_hosts, host);
            if (wasBeforeLogin)
            {
                _beforeLogin--;
                count.BeforeLogin--;
            }

            if (--count.Total == 0)
            {
                _hosts.Remove(host);
            }
        }
    }

    private GateDecision Decide(HostCount host)
    {
        ConnectionGateOptions limits = Options;
        return budget.IsExhausted ? GateDecision.MemoryExhausted
            : _total >= limits.MaxConnections ? GateDecision.TotalLimit
            : host.Total >= limits.MaxConnectionsPerHost ? GateDecision.HostLimit
            : host.BeforeLogin >= limits.MaxBeforeLoginPerHost ? GateDecision.HostBeforeLoginLimit
            : _beforeLogin >= limits.BeforeLoginFull ? GateDecision.BeforeLoginLimit
            : IsDropped(limits) ? GateDecision.RandomDrop
            : GateDecision.Admitted;
    }

    private bool IsDropped(ConnectionGateOptions limits)
    {
        int above = _beforeLogin - limits.BeforeLoginStart;
        if (above < 0)
        {
            return false;
        }

        double percent = limits.BeforeLoginRate
            + ((100.0 - limits.BeforeLoginRate) * above / (limits.BeforeLoginFull - limits.BeforeLoginStart));
#pragma warning disable CA5394 // Who is dropped is no secret.
        return _random.NextDouble() * 100 < percent;
#pragma warning restore CA5394
    }

    private struct HostCount
    {
        public int Total;
        public int BeforeLogin;
    }
}
