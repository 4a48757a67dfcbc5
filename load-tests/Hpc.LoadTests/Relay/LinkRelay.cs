using System.Net;
using System.Net.Sockets;

namespace Hpc.LoadTests.Relay;

/// <summary>
/// A long or narrow link in front of a server: listens on a free loopback port and passes bytes to and from the target with a delay each way and a rate per
/// direction that all connections share. Bytes, their order and a half-closed connection stay as they are.
/// </summary>
internal sealed class LinkRelay : IAsyncDisposable
{
    private const int Backlog = 4096;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private readonly LinkOptions _options;
    private readonly TimeProvider _time;
    private readonly LinkDirection _upload;
    private readonly LinkDirection _download;
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Task _accepting;
    private long _accepted;
    private long _refused;
    private Exception? _failure;

    private LinkRelay(IPEndPoint target, LinkOptions options, TimeProvider time)
    {
        _target = target;
        _options = options;
        _time = time;
        var clock = new LinkClock(time);
        _upload = new LinkDirection(clock, options.Delay, options.UploadBytesPerSecond, options.MaxHeldBytes);
        _download = new LinkDirection(clock, options.Delay, options.DownloadBytesPerSecond, options.MaxHeldBytes);

        // Accepted sockets inherit it.
        _listener.ReceiveBufferSize = LinkConnection.KernelBuffer(_upload);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync(_stop.Token);
    }

    /// <summary>Where clients connect.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Open now.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Connections so far that were passed on.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections so far that were closed because there were too many.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Bytes so far towards the server.</summary>
    public long UploadedBytes => _upload.Passed;

    /// <summary>Bytes so far towards the clients.</summary>
    public long DownloadedBytes => _download.Passed;

    /// <summary>Memory for bytes under way.</summary>
    public long HeldBytes => _upload.Held + _download.Held;

    public static LinkRelay Start(IPEndPoint target, LinkOptions options, TimeProvider? time = null) => new(target, options, time ?? TimeProvider.System);

    /// <summary>Stops listening and resets every connection; throws what a connection ended with if that was no failure of the network.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        Task[] connections;
        lock (_lock)
        {
            connections = [.. _connections];
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
        _stop.Dispose();
        if (_failure is { } failure)
        {
            throw new InvalidOperationException("A connection of the link ended in an unexpected way.", failure);
        }
    }

    private async Task AcceptAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                Socket client = await _listener.AcceptAsync(ct).ConfigureAwait(false);
                Begin(client, ct);
            }
            catch (SocketException) when (!ct.IsCancellationRequested)
            {
                // The client has gone while it waited, or there is no descriptor left for now.
                await Task.Delay(PauseAfterFailure, _time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException && ct.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Begin(Socket client, CancellationToken ct)
    {
        lock (_lock)
        {
            if (_connections.Count >= _options.MaxConnections)
            {
                Interlocked.Increment(ref _refused);
                client.LingerState = new LingerOption(true, 0);
                client.Dispose();
                return;
            }

            Interlocked.Increment(ref _accepted);
            var connection = new LinkConnection(client, _target, _upload, _download, _options.Delay * 2);
            Task run = Task.Run(() => connection.RunAsync(ct), CancellationToken.None);
            _connections.Add(run);
            _ = run.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Forget(Task connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
            _failure ??= connection.Exception?.InnerException;
        }
    }
}
