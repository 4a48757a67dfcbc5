using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Listening;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Connections;

/// <summary>A connection over a TCP socket, accepted or opened.</summary>
public sealed partial class SocketConnection : IConnection, IDisposable
{
    private readonly Socket _socket;
    private readonly SocketByteConnection _bytes;
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private readonly ConnectionTicket? _ticket;
    private readonly ConnectionLifetime _lifetime = new();
    private int _isDisposed;

    internal SocketConnection(Socket socket, BlockPool pool, ConnectionOrigin origin, ConnectionTicket? ticket, DateTimeOffset since, CancellationToken draining, bool isOfLines = false)
    {
        _socket = socket;
        _bytes = new SocketByteConnection(socket, origin.FirstBytes, isOfLines);
        _input = new SocketPipeReader(_bytes, pool);
        _output = new SocketPipeWriter(_bytes, pool);
        _ticket = ticket;
        Draining = draining;
        Since = since;
        RemoteEndPoint = origin.Client;
        Proxy = origin.Proxy;
        Destination = origin.Destination;
        IsProbe = origin.IsProbe;
        LocalEndPoint = Unmap(socket.LocalEndPoint);
    }

    /// <inheritdoc />
    public string Id { get; } = ConnectionIds.Next();

    /// <inheritdoc />
    public PipeReader Input => _input;

    /// <inheritdoc />
    public PipeWriter Output => _output;

    /// <inheritdoc />
    public IPEndPoint RemoteEndPoint { get; }

    /// <inheritdoc />
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The proxy that named <see cref="RemoteEndPoint"/>; null if that is the peer itself.</summary>
    public IPEndPoint? Proxy { get; }

    /// <inheritdoc />
    public TimeSpan? RoundTripTime => SocketOptions.RoundTripTime(_socket);

    /// <inheritdoc />
    public CancellationToken Stopping => _lifetime.Stopping;

    /// <inheritdoc />
    public CancellationToken Draining { get; }

    /// <inheritdoc />
    public ConnectionEndReason StopReason => _lifetime.StopReason;

    /// <summary>Bytes received so far.</summary>
    public long BytesIn => _input.BytesReceived;

    /// <summary>Bytes sent so far.</summary>
    public long BytesOut => _output.BytesSent;

    /// <summary>When it was accepted or opened.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>True after <see cref="OnLoggedIn"/>.</summary>
    public bool IsLoggedIn { get; private set; }

    internal ConnectionLifetime Lifetime => _lifetime;

    /// <inheritdoc />
    public void NoteLoginTried() => IsLoginTried = true;

    /// <inheritdoc />
    public void OnLoggedIn()
    {
        IsLoggedIn = true;
        _ticket?.OnLoggedIn();
    }

    /// <inheritdoc />
    public void SetHeartbeat(Action<long> handler) => _lifetime.SetHeartbeat(handler);

    /// <summary>Asks the protocol to say good-bye and return, by <see cref="Stopping"/>. False if it was asked before.</summary>
    public bool Stop(ConnectionEndReason reason) => _lifetime.TryStop(reason);

    /// <inheritdoc />
    public void Abort(ConnectionEndReason reason)
    {
        _lifetime.TryCut(reason);

        _bytes.Close();

        // No linger: the kernel forgets what is unsent and the peer gets a reset.
        _socket.Close(0);
    }

    /// <summary>Ends what is sent; the peer sees the end of the stream after everything flushed.</summary>
    public void CloseOutput()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone already; the reader reports it.
            _lifetime.TryCut(ConnectionEndReason.ConnectionLost);
        }
    }

    /// <summary>Closes the socket and returns all buffers. The connection's user must be done with it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _lifetime.StopHeartbeat();
        Heartbeat.Client.Remove(this);
        _bytes.Close();
        _socket.Dispose();
        _input.Complete();
        _output.Complete();
    }

    // A socket that was reset meanwhile has no end points any more.
    internal static IPEndPoint Unmap(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port),
        IPEndPoint plain => plain,
        _ => throw new SocketException((int)SocketError.NotConnected),
    };
}
