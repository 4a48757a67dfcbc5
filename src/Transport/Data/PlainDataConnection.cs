using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hpc.Transport.Connections;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Data;

/// <summary>A data connection without TLS.</summary>
public sealed class PlainDataConnection : DataConnection
{
    // A peer that always has more under way must not keep a thread for itself: the others of it have their turn.
    private const int Turn = 4 * 1024 * 1024;

    // What has moved no more than this goes on among the lines of control connections, and keeps them waiting no longer.
    private const int Young = 1024 * 1024;

    // What a peer has sent behind its own end of a download; read so that closing does not become a reset, which could overtake what was sent.
    private const int MaximumDiscarded = 64 * 1024;

    private readonly Socket _socket;
    private readonly SocketReadiness _readiness;
    private ReadOnlyMemory<byte> _firstBytes;
    private long _moved;
    private long _turnEnd = Young;
    private bool _isCompleted;
    private int _isDisposed;

    internal PlainDataConnection(Socket socket, ConnectionOrigin origin, bool isActive)
    {
        _socket = socket;
        _readiness = new SocketReadiness(socket);
        _firstBytes = origin.FirstBytes;
        RemoteEndPoint = origin.Client;
        IsActive = isActive;
    }

    /// <inheritdoc/>
    public override IPEndPoint RemoteEndPoint { get; }

    /// <inheritdoc/>
    public override bool IsActive { get; }

    /// <inheritdoc/>
    public override SafeHandle RawSocket => _socket.SafeHandle;

    /// <inheritdoc/>
    public override long Moved => Volatile.Read(ref _moved);

    /// <inheritdoc/>
    public override long Progress => SocketOptions.Progress(_socket);

    internal Socket Socket => _socket;

    /// <inheritdoc/>
    public override void AddMoved(long bytes) => Volatile.Write(ref _moved, _moved + bytes);

    /// <summary>Sends small pieces at once (TLS handshakes), and does not wait for more to go with them (Nagle's algorithm).</summary>
    public void SendAtOnce()
    {
        try
        {
            _socket.NoDelay = true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw ConnectionLostException.From(e);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(ct);
        }

        if (!IsTurnOver)
        {
            int count = TryReceive(buffer.Span, out SocketError error);
            if (error == SocketError.Success)
            {
                return new ValueTask<int>(count);
            }

            if (!IsNotNow(error))
            {
                return ValueTask.FromException<int>(ConnectionLostException.From(error));
            }
        }

        return ReceiveLaterAsync(buffer, ct);
    }

    /// <inheritdoc/>
    public override bool TryReceive(Span<byte> buffer, out int count)
    {
        count = 0;
        if (IsTurnOver)
        {
            return false;
        }

        count = TryReceive(buffer, out SocketError error);
        if (error != SocketError.Success && !IsNotNow(error))
        {
            throw ConnectionLostException.From(error);
        }

        return error == SocketError.Success;
    }

    /// <inheritdoc/>
    public override ValueTask WaitReadableAsync(CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(ct);
        }

        if (!_firstBytes.IsEmpty)
        {
            return default;
        }

        if (!IsTurnOver)
        {
            SocketError error = Peek();
            if (error == SocketError.Success)
            {
                return default;
            }

            // The kernel tells of a reset once, and after that of an end in order: a file that broke off would be taken for whole.
            if (!IsNotNow(error))
            {
                return ValueTask.FromException(ConnectionLostException.From(error));
            }
        }

        BeginTurn();
        return _readiness.WaitReadableAsync(ct);
    }

    /// <inheritdoc/>
    public override ValueTask WaitWritableAsync(CancellationToken ct)
    {
        BeginTurn();
        return _readiness.WaitWritableAsync(ct);
    }

    /// <inheritdoc/>
    public override ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(ct);
        }

        if (!IsTurnOver)
        {
            int sent = TrySend(data.Span, out SocketError error);
            if (sent == data.Length)
            {
                return default;
            }

            if (error != SocketError.Success && !IsNotNow(error))
            {
                return ValueTask.FromException(ConnectionLostException.From(error));
            }

            data = data[sent..];
        }

        return SendLaterAsync(data, ct);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(ct);
        }

        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            _isCompleted = true;
            return default;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return ValueTask.FromException(ConnectionLostException.From(e));
        }
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        _readiness.Close();
        _socket.Close(0);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            if (_isCompleted)
            {
                Discard();
            }

            _readiness.Close();
            _socket.Dispose();
        }

        return default;
    }

    /// <summary>Receives what is there, and what came behind a PROXY protocol header before it.</summary>
    internal int TryReceive(Span<byte> buffer, out SocketError error)
    {
        int count;
        if (_firstBytes.IsEmpty)
        {
            try
            {
                count = _socket.Receive(buffer, SocketFlags.None, out error);
            }
            catch (ObjectDisposedException)
            {
                error = SocketError.OperationAborted;
                return 0;
            }
        }
        else
        {
            error = SocketError.Success;
            count = Math.Min(buffer.Length, _firstBytes.Length);
            _firstBytes.Span[..count].CopyTo(buffer);
            _firstBytes = _firstBytes[count..];
        }

        AddMoved(count);
        return count;
    }

    internal int TrySend(ReadOnlySpan<byte> data, out SocketError error)
    {
        try
        {
            int sent = _socket.Send(data, SocketFlags.None, out error);
            AddMoved(sent);
            return sent;
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    private void Discard()
    {
        Span<byte> rest = stackalloc byte[256];
        for (int discarded = 0; discarded < MaximumDiscarded;)
        {
            int count = TryReceive(rest, out SocketError error);
            if (count == 0 || error != SocketError.Success)
            {
                return;
            }

            discarded += count;
        }
    }

    private bool IsTurnOver => _moved >= _turnEnd;

    private static bool IsNotNow(SocketError error) => error is SocketError.WouldBlock or SocketError.Interrupted;

    private void BeginTurn()
    {
        _readiness.IsBulk = _moved >= Young;
        _turnEnd = _readiness.IsBulk ? _moved + Turn : Young;
    }

    private SocketError Peek()
    {
        Span<byte> first = stackalloc byte[1];
        try
        {
            _ = _socket.Receive(first, SocketFlags.Peek, out SocketError error);
            return error;
        }
        catch (ObjectDisposedException)
        {
            return SocketError.OperationAborted;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveLaterAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (true)
        {
            BeginTurn();
            await _readiness.WaitReadableAsync(ct).ConfigureAwait(false);
            int count = TryReceive(buffer.Span, out SocketError error);
            if (error == SocketError.Success)
            {
                return count;
            }

            if (!IsNotNow(error))
            {
                throw ConnectionLostException.From(error);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SendLaterAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        while (!data.IsEmpty)
        {
            await WaitWritableAsync(ct).ConfigureAwait(false);
            int sent = TrySend(data.Span, out SocketError error);
            data = data[sent..];
            if (error != SocketError.Success && !IsNotNow(error))
            {
                throw ConnectionLostException.From(error);
            }
        }
    }
}
