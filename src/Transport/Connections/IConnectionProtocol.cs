using System.IO.Pipelines;
using System.Net;

namespace Hpc.Transport.Connections;

/// <summary>Why a connection ended, for the one log line and the one metric that each end makes.</summary>
public enum ConnectionEndReason
{
    /// <summary>The peer closed in order (SSH: after its own DISCONNECT, or end of stream between packets).</summary>
    ClosedByPeer,

    /// <summary>The peer vanished (reset, time-out of the network, end of stream inside a packet).</summary>
    ConnectionLost,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>No algorithm in common.</summary>
    NegotiationFailed,

    /// <summary>The peer did not prove who it is within the allowed tries.</summary>
    AuthenticationFailed,

    /// <summary>The peer was not logged in when the login grace time ended.</summary>
    LoginGraceTimeout,

    /// <summary>A limit refused the session after login.</summary>
    SessionRefused,

    /// <summary>Nothing moved for the idle time-out, or keepalives went unanswered.</summary>
    IdleTimeout,

    /// <summary>An operator ended it.</summary>
    Kicked,

    /// <summary>The server stops.</summary>
    ServerShutdown,

    /// <summary>A bound on memory or time was passed by the peer.</summary>
    ResourceLimit,

    /// <summary>A fault of ours.</summary>
    ServerFault,

    /// <summary>The peer was banned before it had logged in.</summary>
    Banned,

    /// <summary>The session had lasted as long as sessions may.</summary>
    MaxDuration,
}

/// <summary>A protocol that can be spoken on a connection: SSH, FTP.</summary>
public interface IConnectionProtocol
{
    /// <summary>Name for logs and metrics, lower case (<c>ssh</c>).</summary>
    string Name { get; }

    /// <summary>True if urgent data (RFC 9293 §3.8.5) belongs to the stream where it stands, as in Telnet; otherwise it is not seen at all.</summary>
    bool ReadsUrgentData => false;

    /// <summary>True if a connection moves lines alone: it waits on threads with its like, of which as few as possible work (docs/adr/0019).</summary>
    bool IsOfLines => false;

    /// <summary>
    /// Speaks the protocol until the connection is over and says why it ended. Never throws for what a peer does.
    /// Runs on the socket's own thread (inline completions): nothing in it may block.
    /// </summary>
    Task<ConnectionEndReason> RunAsync(IConnection connection);
}

/// <summary>
/// One accepted (or opened) connection as a protocol sees it: a duplex pipe with two ends' addresses and a lifetime.
/// <see cref="Input"/> hands out contiguous, pinned, writable memory (its buffers may be decrypted in place by the reader, which is their only owner until it advances);
/// <see cref="Output"/> hands out pinned memory. Tests use an in-memory pair.
/// </summary>
public interface IConnection
{
    /// <summary>Unique on this node, as it stands in logs.</summary>
    string Id { get; }

    /// <summary>Bytes from the peer.</summary>
    PipeReader Input { get; }

    /// <summary>Bytes to the peer.</summary>
    PipeWriter Output { get; }

    /// <summary>The client: the peer, or whom a trusted proxy names. IPv4-mapped IPv6 addresses are given as IPv4.</summary>
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>Where the peer connected to.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>The shortest round trip to the peer in the last minutes, which is what the way takes when nothing queues on it; null where nobody knows.</summary>
    TimeSpan? RoundTripTime { get; }

    /// <summary>
    /// Cancelled when the server wants the connection to go: drain (after its grace time), gate, memory pressure. <see cref="StopReason"/> says why.
    /// The protocol then says good-bye and returns; a connection that has not ended a few seconds later is cut.
    /// </summary>
    CancellationToken Stopping { get; }

    /// <summary>Cancelled when the server begins to drain: no new transfers, running ones may finish.</summary>
    CancellationToken Draining { get; }

    /// <summary>Why <see cref="Stopping"/> was cancelled.</summary>
    ConnectionEndReason StopReason { get; }

    /// <summary>Takes down that the peer has tried to prove who it is, with or without success. Called as often as one likes.</summary>
    void NoteLoginTried();

    /// <summary>Moves the connection out of the pre-login limits and stops the login grace time. Called once, after login.</summary>
    void OnLoggedIn();

    /// <summary>
    /// Calls <paramref name="handler"/> about once a second with <see cref="Environment.TickCount64"/> until the connection is over, on any thread; it must not block.
    /// </summary>
    void SetHeartbeat(Action<long> handler);

    /// <summary>Cuts the connection now, without a good-bye. Pending reads and writes fail. May be called from any thread, more than once.</summary>
    void Abort(ConnectionEndReason reason);
}
