using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Connections;
using Microsoft.Extensions.Logging;

namespace Hpc.Transport.Listening;

/// <summary>Accepts on one endpoint until it is disposed, whatever a single accept does.</summary>
internal sealed class TcpListenerService : IDisposable
{
    // Connections taken at one go before the thread, which is one of those that move bytes, looks after others.
    private const int AcceptsInARow = 16;

    private readonly Socket _socket;
    private readonly Action<Socket> _onAccepted;
    private readonly ConnectionManagerOptions _options;
    private readonly TransportMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();

    public TcpListenerService(
        IPEndPoint endPoint,
        Action<Socket> onAccepted,
        ConnectionManagerOptions options,
        TransportMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        _onAccepted = onAccepted;
        _options = options;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _socket = Bind(endPoint, options.Backlog);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    public IPEndPoint LocalEndPoint { get; }

    public async Task RunAsync()
    {
        int failures = 0;
        int inARow = 0;
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                ValueTask<Socket> accept = _socket.AcceptAsync(CancellationToken.None);
                inARow = accept.IsCompleted ? inARow + 1 : 0;
                _onAccepted(await accept.ConfigureAwait(false));
                failures = 0;
                if (inARow >= AcceptsInARow)
                {
                    inARow = 0;
                    await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                }
            }
#pragma warning disable CA1031 // Accepting goes on whatever happens to one connection; the failure is counted and logged.
            catch (Exception e)
#pragma warning restore CA1031
            {
                await OnFailureAsync(e, ++failures).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _socket.Dispose();
    }

    private static Socket Bind(IPEndPoint endPoint, int backlog)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            SocketOptions.ApplyToListener(socket);
            socket.Bind(endPoint);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // A peer that resets before it is accepted costs nothing but the try. Without descriptors every accept fails at once until one is free.
    private async ValueTask OnFailureAsync(Exception exception, int failures)
    {
        if (_closing.IsCancellationRequested)
        {
            return;
        }

        _metrics.OnAcceptError();
        if (exception is not SocketException)
        {
            TransportLog.AcceptFault(_logger, LocalEndPoint, exception);
        }

        bool isExhausted = exception is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable };
        if (!isExhausted && failures < 3)
        {
            return;
        }

        TransportLog.AcceptPaused(_logger, LocalEndPoint, _options.ExhaustedPause.TotalMilliseconds, exception);
        await Task.Delay(_options.ExhaustedPause, _time, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
