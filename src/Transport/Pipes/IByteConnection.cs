using System.Net.Sockets;

namespace Hpc.Transport.Pipes;

/// <summary>What the pipes need of a stream: a socket, or memory in tests. One receive side and one send side, each used by one caller at a time.</summary>
internal interface IByteConnection
{
    /// <summary>Takes what has arrived without waiting: <see cref="SocketError.WouldBlock"/> if nothing has; 0 bytes with success at the end of the stream.</summary>
    int Receive(Span<byte> buffer, out SocketError error);

    /// <summary>Completes when something has arrived or the stream has ended; needs no buffer. Fails with <see cref="SocketException"/> or <see cref="ConnectionLostException"/>.</summary>
    ValueTask<int> WaitReadableAsync();

    /// <summary>Sends all of it. The memory is in use until this completes. Fails with <see cref="SocketException"/>.</summary>
    ValueTask<int> SendAsync(ReadOnlyMemory<byte> data);
}
