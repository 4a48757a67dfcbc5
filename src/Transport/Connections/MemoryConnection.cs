using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Pipes;

namespace Hpc.Transport.Connections;

/// <summary>
/// A connection without a socket, for tests, fuzzers and benchmarks of protocols: the same pipes and buffers as over a socket, heartbeats by hand.
/// Bytes of one end reach the other end's code on the thread pool, never on the writer's stack.
/// </summary>
public sealed class MemoryConnection : IConnection, IDisposable
{
    /// <summary>Bytes under way in one direction before the sender waits, unless told otherwise.</summary>
    public const int DefaultCapacity = 256 * 1024;

    private readonly MemoryLink _incoming;
    private readonly MemoryLink _outgoing;
    private readonly ConnectionLifetime _lifetime = new();
    private readonly CancellationTokenSource _draining = new();

    private MemoryConnection(MemoryLink incoming, MemoryLink outgoing, BlockPool pool, IPEndPoint local, IPEndPoint remote)
    {
        _incoming = incoming;
        _outgoing = outgoing;
        var bytes = new MemoryByteConnection(incoming, outgoing);
        Pool = pool;
        Input = new SocketPipeReader(bytes, pool);
        Output = new SocketPipeWriter(bytes, pool);
        LocalEndPoint = local;
        RemoteEndPoint = remote;
    }

    /// <inheritdoc />
    public string Id { get; } = ConnectionIds.Next();

    /// <inheritdoc />
    public PipeReader Input { get; }

    /// <inheritdoc />
    public PipeWriter Output { get; }

    /// <summary>Where the blocks come from. Its budget shows what is rented.</summary>
    public BlockPool Pool { get; }

    /// <inheritdoc />
    public IPEndPoint RemoteEndPoint { get; }

    /// <inheritdoc />
    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc />
    public TimeSpan? RoundTripTime { get; set; }

    /// <inheritdoc />
    public CancellationToken Stopping => _lifetime.Stopping;

    /// <inheritdoc />
    public CancellationToken Draining => _draining.Token;

    /// <inheritdoc />
    public ConnectionEndReason StopReason => _lifetime.StopReason;

    /// <summary>True after <see cref="OnLoggedIn"/>.</summary>
    public bool IsLoggedIn { get; private set; }

    /// <summary>True after <see cref="NoteLoginTried"/>.</summary>
    public bool IsLoginTried { get; private set; }

    /// <summary>The reason given to <see cref="Abort"/>, or null.</summary>
    public ConnectionEndReason? AbortReason => _lifetime.IsCut ? _lifetime.CutReason : null;

    /// <summary>Two ends of one connection.</summary>
    /// <param name="pool">Blocks for both ends; a pool of its own if null.</param>
    /// <param name="capacity">Bytes under way in one direction before the sender waits.</param>
    /// <param name="maximumReceive">Bytes per receive at most; 1 gives the reader every split point.</param>
    /// <param name="client">The client's address; one that is nobody's if null.</param>
    /// <param name="server">The server's address; one that is nobody's if null.</param>
    public static (MemoryConnection Client, MemoryConnection Server) CreatePair(
        BlockPool? pool = null,
        int capacity = DefaultCapacity,
        int maximumReceive = int.MaxValue,
        IPEndPoint? client = null,
        IPEndPoint? server = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumReceive, 1);
        pool ??= new BlockPool(new BufferBudget(256L * 1024 * 1024));
        var up = new MemoryLink(capacity, maximumReceive);
        var down = new MemoryLink(capacity, maximumReceive);

        // Documentation addresses (RFC 5737).
        client ??= new IPEndPoint(new IPAddress([192, 0, 2, 1]), 50_000);
        server ??= new IPEndPoint(new IPAddress([192, 0, 2, 2]), 22);
        return (new MemoryConnection(down, up, pool, client, server), new MemoryConnection(up, down, pool, server, client));
    }

    /// <inheritdoc />
    public void NoteLoginTried() => IsLoginTried = true;

    /// <inheritdoc />
    public void OnLoggedIn() => IsLoggedIn = true;

    /// <inheritdoc />
    public void SetHeartbeat(Action<long> handler) => _lifetime.SetHeartbeat(handler);

    /// <summary>Beats once, at this tick.</summary>
    public void Beat(long now) => _lifetime.Beat(now);

    /// <summary>Cancels <see cref="Stopping"/>. False if that was done before.</summary>
    public bool Stop(ConnectionEndReason reason) => _lifetime.TryStop(reason);

    /// <summary>Cancels <see cref="Draining"/>.</summary>
    public void Drain() => _draining.Cancel();

    /// <summary>Ends what is sent; the peer sees the end of the stream after everything flushed.</summary>
    public void CloseOutput() => _outgoing.End();

    /// <inheritdoc />
    public void Abort(ConnectionEndReason reason)
    {
        if (_lifetime.TryCut(reason))
        {
            _incoming.Break();
            _outgoing.Break();
        }
    }

    /// <summary>Ends what is sent, lets the peer's sends fail, and returns all buffers. The connection's user must be done with it.</summary>
    [SuppressMessage("Usage", "CA2213", Justification = "The token of the drain is asked for after the end too; its source has neither timer nor handle.")]
    public void Dispose()
    {
        _lifetime.StopHeartbeat();
        Input.Complete();
        Output.Complete();
        _outgoing.End();
        _incoming.Break();
    }

    private sealed class MemoryByteConnection(MemoryLink incoming, MemoryLink outgoing) : IByteConnection
    {
        public int Receive(Span<byte> buffer, out SocketError error) => incoming.Receive(buffer, out error);

        public ValueTask<int> WaitReadableAsync() => incoming.WaitReadableAsync();

        public ValueTask<int> SendAsync(ReadOnlyMemory<byte> data) => outgoing.SendAsync(data);
    }
}
