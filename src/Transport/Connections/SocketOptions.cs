using System.Net.Sockets;

namespace Hpc.Transport.Connections;

internal static class SocketOptions
{
    private const int TcpLevel = 6;
    private const int TcpInformation = 11;
    private const int TcpQuickAcknowledge = 12;
    private const int TcpNotSentLowWatermark = 25;

    // Even: what is held back goes now, and the kernel delays as before from then on (tcp_sock_set_quickack). An odd value would acknowledge bulk data at once too.
    private static readonly byte[] Once = BitConverter.GetBytes(2);

    // Bounds what the kernel holds for a slow reader. SO_SNDBUF and SO_RCVBUF stay untouched: setting them switches auto-tuning off.
    private const int NotSentBytes = 256 * 1024;

    // Data connections move in bulk one way: a larger bound, so that a fast peer is not waited for more often than without one.
    private static readonly byte[] NotSentDataBytes = BitConverter.GetBytes(2 * 1024 * 1024);

    /// <summary>For a socket that is, or listens for, a data connection: the bound on what the kernel holds, and Nagle's algorithm as it is, since whole blocks are sent and the end of the stream pushes the last.</summary>
    public static void ApplyToData(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            socket.SetRawSocketOption(TcpLevel, TcpNotSentLowWatermark, NotSentDataBytes);
        }
    }

    /// <summary>For a socket that was opened.</summary>
    public static void Apply(Socket socket)
    {
        socket.Blocking = false;
        Tune(socket);
    }

    /// <summary>For a socket that listens: Linux hands these options on to what it accepts (tcp(7)), which saves their calls for each connection.</summary>
    public static void ApplyToListener(Socket socket)
    {
        if (OperatingSystem.IsLinux())
        {
            Tune(socket);
        }
    }

    /// <summary>For a socket that was accepted from such a listener.</summary>
    public static void ApplyToAccepted(Socket socket)
    {
        socket.Blocking = false;
        if (!OperatingSystem.IsLinux())
        {
            Tune(socket);
        }
    }

    /// <summary><c>tcpi_min_rtt</c> of <c>struct tcp_info</c> (linux/tcp.h, since 4.6); null where there is none.</summary>
    public static TimeSpan? RoundTripTime(Socket socket)
    {
        const int MinimumRoundTrip = 148;
        Span<byte> information = stackalloc byte[MinimumRoundTrip + sizeof(uint)];
        try
        {
            if (!OperatingSystem.IsLinux() || socket.GetRawSocketOption(TcpLevel, TcpInformation, information) < information.Length)
            {
                return null;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone, and with it the need to know.
            return null;
        }

        // All ones until there was a sample.
        uint microseconds = BitConverter.ToUInt32(information[MinimumRoundTrip..]);
        return microseconds == uint.MaxValue ? null : TimeSpan.FromMicroseconds(microseconds);
    }

    /// <summary><c>tcpi_bytes_acked</c> and <c>tcpi_bytes_received</c> of <c>struct tcp_info</c> (since 4.2): what the peer has taken and sent; 0 where nobody counts them.</summary>
    public static long Progress(Socket socket)
    {
        const int Acknowledged = 120;
        const int Received = 128;
        Span<byte> information = stackalloc byte[Received + sizeof(ulong)];
        try
        {
            return OperatingSystem.IsLinux() && socket.GetRawSocketOption(TcpLevel, TcpInformation, information) == information.Length
                ? BitConverter.ToInt64(information[Acknowledged..]) + BitConverter.ToInt64(information[Received..])
                : 0;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone; whoever uses it is told so.
            return 0;
        }
    }

    /// <summary>Sends the acknowledgement that the kernel holds back, if it does; the next one is delayed again.</summary>
    public static void AcknowledgeNow(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption(TcpLevel, TcpQuickAcknowledge, Once);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection is gone; the wait that has begun says so.
        }
    }

    private static void Tune(Socket socket)
    {
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
