using System.Net;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Proxying;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Transport.Listening;

/// <summary>Listens, admits, runs a protocol on every connection, beats for it, and ends them all in order.</summary>
public sealed partial class ConnectionManager : IAsyncDisposable
{
    private const int RoundsBetweenTrims = 10;

    private readonly BlockPool _pool;
    private readonly ConnectionManagerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Heartbeat _heartbeat;
    private readonly ProxyIntake _proxies;
    private readonly Lock _sync = new();
    private readonly List<TcpListenerService> _listeners = [];
    private long _refusedBefore;
    private int _lastRefusal;
    private int _rounds;

    /// <param name="pool">Blocks for all connections.</param>
    /// <param name="gate">Who may connect.</param>
    /// <param name="options">Times and sizes.</param>
    /// <param name="logger">Gets one line per connection.</param>
    /// <param name="time">Clock of the heartbeat and of all times here.</param>
    public ConnectionManager(
        BlockPool pool,
        ConnectionGate gate,
        ConnectionManagerOptions? options = null,
        ILogger? logger = null,
        TimeProvider? time = null)
    {
        _pool = pool;
        Gate = gate;
        _options = options ?? new ConnectionManagerOptions();
        _logger = logger ?? NullLogger.Instance;
        _time = time ?? TimeProvider.System;
        _proxies = new ProxyIntake(pool, _time);
        _heartbeat = new Heartbeat(_time, OnBeat, OnHeartbeatFault) { RoundEnded = OnRoundEnded };
    }

    /// <summary>Who may connect.</summary>
    public ConnectionGate Gate { get; }

    /// <summary>What happened so far.</summary>
    public TransportMetrics Metrics { get; } = new();

    /// <summary>The connections that are open.</summary>
    public IReadOnlyCollection<ConnectionSnapshot> Connections =>
        [.. _heartbeat.Connections.Select(static c => new ConnectionSnapshot(c.Id, c.Protocol, c.RemoteEndPoint, c.LocalEndPoint, c.IsLoggedIn, c.Since, c.BytesIn, c.BytesOut) { Proxy = c.Proxy })];

    /// <summary>Listens on an endpoint (see <see cref="ListenAddress"/>) and returns where, with the port that was given for port 0.</summary>
    /// <param name="endPoint">The address and port.</param>
    /// <param name="protocol">What is spoken.</param>
    /// <param name="proxy">Which proxies may say whom a connection is from; null for none.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The endpoint cannot be bound.</exception>
    public IPEndPoint Listen(IPEndPoint endPoint, IConnectionProtocol protocol, ProxyProtocolOptions? proxy = null)
    {
        var role = new ListenerRole(protocol, proxy ?? ProxyProtocolOptions.Off) { Intake = _proxies };
        lock (_sync)
        {
            if (IsDraining)
            {
                throw new InvalidOperationException("The server drains.");
            }

            var listener = new TcpListenerService(endPoint, socket => OnAccepted(socket, role), _options, Metrics, _time, _logger);
            _listeners.Add(listener);
            TransportLog.Listening(_logger, protocol.Name, listener.LocalEndPoint);
            _accepting.Add(Task.Run(listener.RunAsync));
            return listener.LocalEndPoint;
        }
    }

    /// <inheritdoc cref="Listen(IPEndPoint, IConnectionProtocol, ProxyProtocolOptions)" />
    /// <exception cref="FormatException">The text is no address.</exception>
    public IPEndPoint Listen(string address, IConnectionProtocol protocol, ProxyProtocolOptions? proxy = null) =>
        ListenAddress.TryParse(address, out IPEndPoint? endPoint)
            ? Listen(endPoint, protocol, proxy)
            : throw new FormatException($"'{address}' is no address and port, such as 127.0.0.1:2022, [::]:2022 or :2022.");

    /// <summary>Asks one connection to stop (a kick, for one). False if there is none of that id.</summary>
    public bool Stop(string connectionId, ConnectionEndReason reason)
    {
        if (_heartbeat.Find(connectionId) is not { } connection)
        {
            return false;
        }

        StopOne(connection, reason);
        return true;
    }

    /// <summary>Cuts one connection, without a good-bye. False if there is none of that id.</summary>
    public bool Abort(string connectionId, ConnectionEndReason reason)
    {
        SocketConnection? connection = _heartbeat.Find(connectionId);
        connection?.Abort(reason);
        return connection is not null;
    }

    /// <summary>Ends everything at once.</summary>
    public async ValueTask DisposeAsync()
    {
        Task drained = DrainAsync(TimeSpan.Zero);
        StopNow();
        await drained.ConfigureAwait(false);
        _heartbeat.Dispose();
        _draining.Dispose();
        _now.Dispose();
    }

    private void OnBeat(SocketConnection connection, long now)
    {
        if (connection.CutTicks != 0)
        {
            if (now >= connection.CutTicks)
            {
                connection.Abort(connection.StopReason);
            }
        }
        else if (connection.Lifetime.IsStopping)
        {
            connection.CutTicks = now + (long)_options.StopTimeout.TotalMilliseconds;
        }
        else if (connection.IsBeforeLogin && now - connection.StartedTicks >= Gate.Options.LoginGraceTime.TotalMilliseconds)
        {
            connection.Stop(ConnectionEndReason.LoginGraceTimeout);
            connection.CutTicks = now + (long)_options.StopTimeout.TotalMilliseconds;
        }
    }

    private void OnHeartbeatFault(SocketConnection? connection, Exception exception) =>
        TransportLog.HeartbeatFault(_logger, connection?.Id, exception);

    // Refusals come in floods: one line per round, not one per refusal.
    private void OnRoundEnded()
    {
        Metrics.OnHeartbeat();
        _proxies.Sweep();
        LogScreenFaults();
        long refused = Metrics.Refused;
        if (refused > _refusedBefore)
        {
            TransportLog.RefusedInRound(_logger, refused - _refusedBefore, (GateDecision)Volatile.Read(ref _lastRefusal));
            _refusedBefore = refused;
        }

        if (++_rounds % RoundsBetweenTrims == 0)
        {
            _pool.Trim();
        }
    }
}
