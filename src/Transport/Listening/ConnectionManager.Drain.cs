using System.Diagnostics.CodeAnalysis;
using Hpc.Transport.Connections;

namespace Hpc.Transport.Listening;

public sealed partial class ConnectionManager
{
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _now = new();
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _accepting = [];
    private Task? _drained;
    private bool _isDraining;

    /// <summary>True once the drain has begun.</summary>
    public bool IsDraining => Volatile.Read(ref _isDraining);

    /// <summary>
    /// Stops accepting, lets connections end by themselves for up to <paramref name="graceTime"/>, then asks the rest to stop, and cuts those that do not.
    /// A second call ends at once what is left; all calls return the same task.
    /// </summary>
    public Task DrainAsync(TimeSpan graceTime)
    {
        lock (_sync)
        {
            if (_drained is null)
            {
                _drained = Task.Run(() => RunDrainAsync(graceTime));
                return _drained;
            }
        }

        StopNow();
        return _drained;
    }

    /// <summary>Ends the drain's waiting: everything that is left is cut now. Does nothing before <see cref="DrainAsync"/>.</summary>
    public void StopNow() => _now.Cancel();

    private async Task RunDrainAsync(TimeSpan graceTime)
    {
        CloseListeners();
        TransportLog.Draining(_logger, _heartbeat.Count, graceTime.TotalSeconds);
        EndDrainIfEmpty();
        await WaitForEndsAsync(graceTime, _now.Token).ConfigureAwait(false);
        int stopped = ForEach(connection => StopOne(connection, ConnectionEndReason.ServerShutdown));
        await WaitForEndsAsync(_options.StopTimeout, _now.Token).ConfigureAwait(false);
        int cut = ForEach(static connection => connection.Abort(ConnectionEndReason.ServerShutdown));
        await WaitForEndsAsync(_options.StopTimeout, CancellationToken.None).ConfigureAwait(false);
        await Task.WhenAll(_accepting).ConfigureAwait(false);
        TransportLog.Drained(_logger, stopped, cut);
        if (_heartbeat.Count > 0)
        {
            TransportLog.NotEnded(_logger, _heartbeat.Count);
        }
    }

    private void CloseListeners()
    {
        lock (_sync)
        {
            Volatile.Write(ref _isDraining, true);
        }

        // No listener is added from here on.
        foreach (TcpListenerService listener in _listeners)
        {
            listener.Dispose();
        }

        try
        {
            _draining.Cancel();
        }
        catch (AggregateException e)
        {
            TransportLog.DrainFault(_logger, e);
        }
    }

    private async Task WaitForEndsAsync(TimeSpan limit, CancellationToken ct)
    {
        if (!_allEnded.Task.IsCompleted && limit > TimeSpan.Zero && !ct.IsCancellationRequested)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(ct);
            await Task.WhenAny(_allEnded.Task, Task.Delay(limit, _time, waiting.Token)).ConfigureAwait(false);
            await waiting.CancelAsync().ConfigureAwait(false);
        }
    }

    private int ForEach(Action<SocketConnection> action)
    {
        int count = 0;
        foreach (SocketConnection connection in _heartbeat.Connections)
        {
            action(connection);
            count++;
        }

        return count;
    }

    [SuppressMessage("Design", "CA1031", Justification = "A callback of one connection's token must not keep the others from being stopped; it is logged and its connection cut.")]
    private void StopOne(SocketConnection connection, ConnectionEndReason reason)
    {
        try
        {
            connection.Stop(reason);
        }
        catch (Exception e)
        {
            TransportLog.Fault(_logger, connection.Id, connection.RemoteEndPoint, e);
            connection.Abort(ConnectionEndReason.ServerFault);
        }
    }
}
