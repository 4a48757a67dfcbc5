using System.Net;
using System.Runtime.InteropServices;

namespace Hpc.Transport.Data;

/// <summary>
/// A data connection of FTP (RFC 959 §3.2): bytes one way, then its end. One operation at a time. Nothing in it blocks the thread.
/// Expected failures (reset, time-out, TLS) are <see cref="IOException"/>; a cancelled operation leaves the connection good for <see cref="Abort"/> alone.
/// </summary>
public abstract class DataConnection : IAsyncDisposable
{
    /// <summary>The client, whom a trusted proxy may have named.</summary>
    public abstract IPEndPoint RemoteEndPoint { get; }

    /// <summary>True if the server called the client (PORT, EPRT).</summary>
    public abstract bool IsActive { get; }

    /// <summary>
    /// The socket, not blocking, for <c>sendfile</c> straight from storage; null where bytes must pass through TLS. It belongs to this connection.
    /// </summary>
    public abstract SafeHandle? RawSocket { get; }

    /// <summary>Bytes moved so far on the wire's inside (without TLS), both ways; read by other threads.</summary>
    public abstract long Moved { get; }

    /// <summary>
    /// Bytes that the peer has taken or sent, as the kernel counts them; read by other threads. It moves where <see cref="Moved"/> does not,
    /// because a slow peer empties a full socket buffer for minutes before there is room for more.
    /// </summary>
    public virtual long Progress => Moved;

    /// <summary>Counts bytes that went out by <see cref="RawSocket"/>.</summary>
    public abstract void AddMoved(long bytes);

    /// <summary>
    /// Receives at least one byte; 0 is the peer's end in order (for TLS: its close_notify, or where that is tolerated the end of the stream).
    /// Fills as much of <paramref name="buffer"/> as is there without waiting.
    /// </summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct);

    /// <summary>
    /// Receives what is there without waiting. False if nothing is, if others of the thread have their turn first, or where there is no such way: then <see cref="WaitReadableAsync"/>.
    /// <paramref name="count"/> is 0 at the peer's end in order.
    /// </summary>
    /// <exception cref="IOException">The connection is gone.</exception>
    public virtual bool TryReceive(Span<byte> buffer, out int count)
    {
        count = 0;
        return false;
    }

    /// <summary>Waits until there is something to receive, holding no memory of the caller's.</summary>
    public abstract ValueTask WaitReadableAsync(CancellationToken ct);

    /// <summary>Sends all of it. <paramref name="data"/> is pinned, and may be used again when this returns.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken ct);

    /// <summary>Waits until there is room for what is sent by <see cref="RawSocket"/>, and lets the other connections of the thread have their turn.</summary>
    public virtual ValueTask WaitWritableAsync(CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>Ends what is sent, in order: close_notify where there is TLS, then FIN; returns when all of it is with the kernel.</summary>
    public abstract ValueTask CompleteAsync(CancellationToken ct);

    /// <summary>Cuts it: the peer gets a reset. May be called from any thread, more than once.</summary>
    public abstract void Abort();

    /// <summary>Closes it and gives everything back.</summary>
    public abstract ValueTask DisposeAsync();
}
