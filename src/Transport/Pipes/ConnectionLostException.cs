using System.Net.Sockets;

namespace Hpc.Transport.Pipes;

/// <summary>The connection is gone: reset by the peer, timed out, or cut by <see cref="Connections.IConnection.Abort"/>.</summary>
public sealed class ConnectionLostException : IOException
{
    /// <summary>The connection is gone.</summary>
    public ConnectionLostException()
        : this("The connection is gone.")
    {
    }

    /// <summary>The connection is gone, as the message says.</summary>
    public ConnectionLostException(string message)
        : base(message)
    {
    }

    /// <summary>The connection is gone, because of <paramref name="innerException"/>.</summary>
    public ConnectionLostException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the socket said.</summary>
    public SocketError SocketError { get; private init; } = SocketError.ConnectionReset;

    internal static ConnectionLostException From(SocketError error) =>
        new($"The connection is gone ({error}).") { SocketError = error };

    internal static ConnectionLostException From(Exception exception) => exception switch
    {
        ConnectionLostException lost => new(lost.Message, lost) { SocketError = lost.SocketError },
        SocketException socket => new($"The connection is gone ({socket.SocketErrorCode}).", socket) { SocketError = socket.SocketErrorCode },
        ObjectDisposedException => new("The connection was cut.", exception) { SocketError = SocketError.OperationAborted },
        _ => new("The connection is gone.", exception),
    };
}
