using System.Net.Sockets;

namespace Hpc.Transport.Connections;

internal static class SocketOptions
{
    private const int TcpLevel = 6;
    private const int TcpNotSentLowWatermark = 25;

    // Bounds what the kernel holds for a slow reader. SO_SNDBUF and SO_RCVBUF stay untouched: setting them switches auto-tuning off.
    private const int NotSentBytes = 256 * 1024;

    public static void Apply(Socket socket)
    {
        socket.Blocking = false;
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 120);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 4);
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpLevel, TcpNotSentLowWatermark, BitConverter.GetBytes(NotSentBytes));
        }
    }
}
