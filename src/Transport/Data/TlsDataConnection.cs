using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hpc.Transport.Tls;

namespace Hpc.Transport.Data;

/// <summary>A data connection under TLS (RFC 4217 §9). Its end is close_notify both ways: what ends without it may be cut off.</summary>
public sealed class TlsDataConnection : DataConnection
{
    private readonly DataConnection _inner;
    private readonly TlsChannel _channel;
    private readonly bool _isLenient;
    private long _moved;
    private bool _isCompleted;
    private bool _isPeerEnded;
    private volatile bool _isAborted;

    private TlsDataConnection(DataConnection inner, TlsChannel channel, bool isLenient) => (_inner, _channel, _isLenient) = (inner, channel, isLenient);

    /// <summary>Shakes hands as server.</summary>
    /// <param name="lower">The connection below; the result owns it, and where this throws its owner stays the one before.</param>
    /// <param name="session">The control connection's.</param>
    /// <param name="toleratesMissingCloseNotify">True if a peer that ends without close_notify, between two records, is taken to have sent everything.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="TlsHandshakeException">It failed.</exception>
    public static async ValueTask<TlsDataConnection> HandshakeAsync(DataConnection lower, TlsSession session, bool toleratesMissingCloseNotify, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(session);
        TlsChannel channel = await session.HandshakeAsync(new DataConnectionStream(lower), isData: true, ct).ConfigureAwait(false);
        return new TlsDataConnection(lower, channel, toleratesMissingCloseNotify);
    }

    /// <summary>True if the handshake resumed a session of the control connection's <see cref="TlsSession"/>.</summary>
    public bool IsResumed => _channel.IsResumed;

    /// <summary>Version and cipher suite.</summary>
    public string Description => _channel.Description;

    /// <inheritdoc/>
    public override IPEndPoint RemoteEndPoint => _inner.RemoteEndPoint;

    /// <inheritdoc/>
    public override bool IsActive => _inner.IsActive;

    /// <inheritdoc/>
    public override SafeHandle? RawSocket => null;

    /// <inheritdoc/>
    public override long Moved => Volatile.Read(ref _moved);

    /// <inheritdoc/>
    public override long Progress => _inner.Progress;

    /// <inheritdoc/>
    public override void AddMoved(long bytes) => Interlocked.Add(ref _moved, bytes);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        int count = await _channel.Inner.ReadAsync(buffer, isReadable: true, _isLenient, ct).ConfigureAwait(false);
        if (count > 0)
        {
            AddMoved(count);
        }
        else if (!buffer.IsEmpty)
        {
            _isPeerEnded = true;

            await AnswerEndAsync(ct).ConfigureAwait(false);
        }

        return count;
    }

    /// <inheritdoc/>
    public override async ValueTask WaitReadableAsync(CancellationToken ct) => await _channel.Inner.WaitAsync(ct).ConfigureAwait(false);

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        await _channel.Inner.WriteAsync(data, ct).ConfigureAwait(false);
        AddMoved(data.Length);
    }

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync(CancellationToken ct)
    {
        await _channel.ShutdownAsync(ct).ConfigureAwait(false);
        await _inner.CompleteAsync(ct).ConfigureAwait(false);
        _isCompleted = true;
    }

    /// <inheritdoc/>
    public override void Abort()
    {
        _isAborted = true;
        _inner.Abort();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() =>
        _isCompleted && !_isPeerEnded && !_isAborted && DataLinger.TryBegin(this) ? default : CloseAsync();

    // Clients wait for the answer to their close_notify before they look at the reply (RFC 5246 §7.2.1); one that has gone needs none, and has sent everything.
    private async ValueTask AnswerEndAsync(CancellationToken ct)
    {
        try
        {
            await _channel.ShutdownAsync(ct).ConfigureAwait(false);
        }
        catch (IOException)
        {
            _isAborted = true;
        }
    }

    /// <summary>Reads to the peer's end.</summary>
    internal async ValueTask WaitForEndAsync(CancellationToken ct) => await _channel.WaitForCloseAsync(ct).ConfigureAwait(false);

    internal async ValueTask CloseAsync()
    {
        await _channel.DisposeAsync().ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
    }
}
