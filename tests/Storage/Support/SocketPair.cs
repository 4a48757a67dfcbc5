using System.Net;
using System.Net.Sockets;

namespace Hpc.Storage.Tests.Support;

/// <summary>Two connected sockets, of which the sender does not block.</summary>
internal sealed class SocketPair : IDisposable
{
    private readonly Socket _receiver = New();

    public SocketPair()
    {
        using Socket listener = New();
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        _receiver.Connect(listener.LocalEndPoint!);
        Sender = listener.Accept();
        Sender.Blocking = false;
    }

    public Socket Sender { get; }

    public async Task<byte[]> ReceiveAsync(int length, CancellationToken ct)
    {
        byte[] all = new byte[length];
        int count = 0;
        while (count < length)
        {
            int received = await _receiver.ReceiveAsync(all.AsMemory(count), ct);
            received.ShouldBePositive();
            count += received;
        }

        return all;
    }

    public void Dispose()
    {
        Sender.Dispose();
        _receiver.Dispose();
    }

    private static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
