using System.Collections.Concurrent;
using Hpc.Transport.Data;

namespace Hpc.Transport.Connections;

/// <summary>One timer that beats for many connections, about once a second.</summary>
internal sealed class Heartbeat : IDisposable
{
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SocketConnection> _connections = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly Action<SocketConnection, long> _onBeat;
    private readonly Action<SocketConnection?, Exception>? _onFault;
    private readonly ITimer _timer;
    private int _isBeating;

    /// <param name="time">Where the ticks come from.</param>
    /// <param name="onBeat">Called per connection, before the connection's own handler.</param>
    /// <param name="onFault">Called when something threw, with the connection whose handler it was; that one is cut.</param>
    public Heartbeat(TimeProvider time, Action<SocketConnection, long> onBeat, Action<SocketConnection?, Exception>? onFault)
    {
        _time = time;
        _onBeat = onBeat;
        _onFault = onFault;
        _timer = time.CreateTimer(static state => ((Heartbeat)state!).Beat(), this, Period, Period);
    }

    /// <summary>Beats for connections of the client role, which no manager owns.</summary>
    public static Heartbeat Client { get; } = new(TimeProvider.System, static (_, _) => { }, onFault: null);

    public ICollection<SocketConnection> Connections => _connections.Values;

    public int Count => _connections.Count;

    /// <summary>The connections without a copy of them: those that come meanwhile may be among them or not.</summary>
    public IEnumerable<SocketConnection> Walk()
    {
        foreach ((_, SocketConnection connection) in _connections)
        {
            yield return connection;
        }
    }

    /// <summary>Called after every round.</summary>
    public Action? RoundEnded { get; set; }

    public void Add(SocketConnection connection) => _connections[connection.Id] = connection;

    public bool Remove(SocketConnection connection) => _connections.TryRemove(connection.Id, out _);

    public SocketConnection? Find(string id) => _connections.GetValueOrDefault(id);

    public void Dispose() => _timer.Dispose();

    private void Beat()
    {
        if (Interlocked.Exchange(ref _isBeating, 1) != 0)
        {
            return;
        }

        ReadinessLoop.Relieve();
        try
        {
            long now = Ticks(_time);
            foreach ((_, SocketConnection connection) in _connections)
            {
                BeatFor(connection, now);
            }

            RoundEnded?.Invoke();
        }
#pragma warning disable CA1031 // On a timer thread: anything else would end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault?.Invoke(null, e);
        }
        finally
        {
            Volatile.Write(ref _isBeating, 0);
        }
    }

    // The fault of one connection's handler ends that connection and no other.
    private void BeatFor(SocketConnection connection, long now)
    {
        try
        {
            _onBeat(connection, now);
            connection.Lifetime.Beat(now);
        }
#pragma warning disable CA1031 // On a timer thread: anything else would end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _onFault?.Invoke(connection, e);
            connection.Abort(ConnectionEndReason.ServerFault);
        }
    }

    /// <summary>Milliseconds on the clock that the heartbeat counts by.</summary>
    public static long Ticks(TimeProvider time) =>
        time == TimeProvider.System ? Environment.TickCount64 : (long)time.GetElapsedTime(0, time.GetTimestamp()).TotalMilliseconds;
}
