using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Hpc.Transport.Data;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Connections;

/// <param name="socket">The socket, not blocking.</param>
/// <param name="firstBytes">What was received from it already.</param>
/// <param name="isOfLines">True if it waits with others of lines (<see cref="IConnectionProtocol.IsOfLines"/>); then it is to be closed before the socket.</param>
internal sealed class SocketByteConnection(Socket socket, ReadOnlyMemory<byte> firstBytes = default, bool isOfLines = false) : IByteConnection
{
    private readonly SocketReadiness? _readiness = isOfLines ? new SocketReadiness(socket) : null;
    private AcknowledgePolicy _acknowledge;
    private ReadOnlyMemory<byte> _firstBytes = firstBytes;

    public int Receive(Span<byte> buffer, out SocketError error)
    {
        if (!_firstBytes.IsEmpty)
        {
            return TakeFirst(buffer, out error);
        }

        try
        {
            int count = socket.Receive(buffer, SocketFlags.None, out error);
            if (count > 0)
            {
                _acknowledge.OnReceived();
            }

            return count;
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    public ValueTask<int> WaitReadableAsync()
    {
        if (!_firstBytes.IsEmpty)
        {
            return new ValueTask<int>(0);
        }

        ValueTask<int> wait = _readiness is null ? socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None) : _readiness.WaitReadableAsync();
        if (!wait.IsCompleted && _acknowledge.TakeDue())
        {
            SocketOptions.AcknowledgeNow(socket);
        }

        return wait;
    }

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data)
    {
        _acknowledge.OnSending();

        // Mostly the kernel takes all of it. A peer that is gone is an ordinary thing, and the asynchronous call makes a dear exception of it.
        int sent = socket.Send(data.Span, SocketFlags.None, out SocketError error);
        return sent == data.Length ? new ValueTask<int>(sent)
            : error == SocketError.Success && sent > 0 ? SendRestAsync(data, sent)
            : error is SocketError.Success or SocketError.WouldBlock or SocketError.Interrupted ? socket.SendAsync(data, SocketFlags.None)
            : ValueTask.FromException<int>(new SocketException((int)error));
    }

    /// <summary>The same beside the wait of a reader that is completed, whose end is not waited for.</summary>
    public ValueTask<int> WaitForRestAsync()
    {
        Close();
        return _firstBytes.IsEmpty ? socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None) : new ValueTask<int>(0);
    }

    /// <summary>Ends a wait, and every later one. From any thread, more than once.</summary>
    public void Close() => _readiness?.Close();

    private int TakeFirst(Span<byte> buffer, out SocketError error)
    {
        error = SocketError.Success;
        int count = Math.Min(buffer.Length, _firstBytes.Length);
        _firstBytes.Span[..count].CopyTo(buffer);
        _firstBytes = _firstBytes[count..];
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> SendRestAsync(ReadOnlyMemory<byte> data, int sent) =>
        sent + await socket.SendAsync(data[sent..], SocketFlags.None).ConfigureAwait(false);
}
