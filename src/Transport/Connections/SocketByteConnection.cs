using System.Net.Sockets;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Connections;

internal sealed class SocketByteConnection(Socket socket) : IByteConnection
{
    public int Receive(Span<byte> buffer, out SocketError error)
    {
        try
        {
            return socket.Receive(buffer, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    public ValueTask<int> WaitReadableAsync() => socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);

    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data) => socket.SendAsync(data, SocketFlags.None);
}
