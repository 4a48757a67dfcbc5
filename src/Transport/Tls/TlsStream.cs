using Hpc.Transport.Buffers;

namespace Hpc.Transport.Tls;

/// <summary>
/// TLS over another stream. One read and one write at a time, each beside the other. It holds no buffer while it waits, unless the caller left part of what came unread;
/// many records go out in one write, and come in in one read.
/// </summary>
internal sealed partial class TlsStream : Stream
{
    // An alert, an answer to KeyUpdate (RFC 8446 §4.6.3) or a ticket in its record; more goes out in pieces.
    private const int SmallAnswer = 1024;

    private readonly Stream _lower;
    private readonly TlsEngine _engine;
    private readonly BlockPool _pool;
    private readonly int _receiveLength;
    private readonly SemaphoreSlim _sending = new(1); // held while records are made and sent, so that they leave in the order they were made in

    private PinnedBlock? _input; // the reader's: bytes of the peer that the engine has not taken
    private int _inputStart;
    private int _inputEnd;
    private bool _isEnded;
    private volatile bool _isDisposed;

    /// <param name="lower">The peer's bytes; disposed with this stream.</param>
    /// <param name="engine">Disposed with this stream.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="receiveLength">Bytes of the peer that are received at once.</param>
    public TlsStream(Stream lower, TlsEngine engine, BlockPool pool, int receiveLength) =>
        (_lower, _engine, _pool, _receiveLength) = (lower, engine, pool, receiveLength);

    /// <summary>True after the peer's close_notify.</summary>
    public bool IsClosedByPeer { get; private set; }

    /// <summary>What came behind the peer's close_notify.</summary>
    public ReadOnlyMemory<byte> Unread => IsClosedByPeer && _input is not null ? _input.Memory[_inputStart.._inputEnd] : default;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Shakes hands; every failure but a cancelled token is a <see cref="TlsHandshakeException"/>.</summary>
    public async ValueTask HandshakeAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await HandshakeGate.EnterAsync(ct).ConfigureAwait(false);
                PinnedBlock output = ShakeHands(out TlsStatus status, out int produced);
                await SendAsync(output, produced, ct).ConfigureAwait(false);
                switch (status)
                {
                    case TlsStatus.Done:
                        return;
                    case TlsStatus.NeedsInput when !await ReceiveAsync(_receiveLength, isReadable: false, ct).ConfigureAwait(false):
                        throw new TlsHandshakeException("The client ended the connection within the TLS handshake.");
                    case TlsStatus.NeedsInput or TlsStatus.NeedsRoom:
                        break;
                    default:
                        throw new TlsHandshakeException($"The TLS handshake failed: {_engine.Failure ?? "closed by the client"}.");
                }
            }
        }
        catch (IOException e) when (e is not TlsHandshakeException)
        {
            throw new TlsHandshakeException("The connection was lost within the TLS handshake.", e);
        }
    }

    private PinnedBlock ShakeHands(out TlsStatus status, out int produced)
    {
        PinnedBlock? output = null;
        try
        {
            output = _pool.Rent(BlockPool.Medium, BufferRole.Send);
            status = _engine.Handshake(Input, output.Span, out int consumed, out produced);
            Take(consumed);
            return output;
        }
        catch
        {
            output?.Return();
            throw;
        }
        finally
        {
            HandshakeGate.Leave();
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Nothing is held back.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not here: it would block.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Not here: it would block.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>No read or write may be under way.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _lower.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            _engine.Dispose();
            ReturnInput();
            _sending.Dispose();
            _lower.Dispose();
        }

        base.Dispose(disposing);
    }
}
