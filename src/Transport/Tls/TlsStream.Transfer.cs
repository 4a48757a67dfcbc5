using System.Runtime.CompilerServices;
using Hpc.Transport.Buffers;

namespace Hpc.Transport.Tls;

// Both ways after the handshake.
internal sealed partial class TlsStream
{
    private ReadOnlySpan<byte> Input => _input is null ? default : _input.Span[_inputStart.._inputEnd];

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? WaitAsync(cancellationToken) : ReadAsync(buffer, isReadable: false, isLenient: true, cancellationToken);

    /// <summary>Reads at least one byte, and 0 at the peer's close_notify.</summary>
    /// <param name="buffer">Filled with all that has come.</param>
    /// <param name="isReadable">True if the lower stream has been waited for.</param>
    /// <param name="isLenient">True if a stream that ends between two records has come to its end (0); otherwise that is an <see cref="IOException"/>.</param>
    /// <param name="ct">Gives up.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, bool isReadable, bool isLenient, CancellationToken ct)
    {
        while (true)
        {
            (TlsStatus status, int read) = await OpenAsync(buffer, ct).ConfigureAwait(false);
            if (read > 0 || IsClosedByPeer || buffer.IsEmpty)
            {
                return read;
            }

            // Otherwise what was put out has been sent, and there is room to go on.
            if (status == TlsStatus.NeedsInput)
            {
                if (!await ReceiveAsync(buffer.Length, isReadable, ct).ConfigureAwait(false))
                {
                    return isLenient && !_engine.HasPending ? 0 : throw new IOException("The peer ended the connection without TLS's close_notify.");
                }

                isReadable = false;
            }
        }
    }

    /// <summary>Completes when there may be something to read; 0.</summary>
    public async ValueTask<int> WaitAsync(CancellationToken ct)
    {
        if (!IsClosedByPeer && !_isEnded && _inputStart == _inputEnd && _engine.PlainBytes == 0)
        {
            await _lower.ReadAsync(Memory<byte>.Empty, ct).ConfigureAwait(false);
        }

        return 0;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return;
        }

        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        PinnedBlock output = _pool.Rent(Math.Min(TlsEngine.SealedLength(buffer.Length), BlockPool.Huge), BufferRole.Send);
        try
        {
            while (!buffer.IsEmpty)
            {
                TlsStatus status = _engine.Write(buffer.Span, output.Span, out int taken, out int produced);
                buffer = buffer[taken..];
                if (produced > 0)
                {
                    await _lower.WriteAsync(output.Memory[..produced], cancellationToken).ConfigureAwait(false);
                }

                if (status is not (TlsStatus.Done or TlsStatus.NeedsRoom))
                {
                    throw new IOException($"TLS failed: {_engine.Failure ?? "the connection is closed"}.");
                }
            }
        }
        finally
        {
            output.Return();
            _sending.Release();
        }
    }

    /// <summary>Sends close_notify, once.</summary>
    public async ValueTask ShutDownAsync(CancellationToken ct)
    {
        await _sending.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            byte[] alert = new byte[SmallAnswer];
            _engine.ShutDown(alert, out int produced);
            if (produced > 0)
            {
                await _lower.WriteAsync(alert.AsMemory(0, produced), ct).ConfigureAwait(false);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Reads over everything until the peer's close_notify (true) or the end of the stream.</summary>
    public async ValueTask<bool> WaitForCloseAsync(CancellationToken ct)
    {
        byte[] discarded = new byte[BlockPool.Small];
        while (await ReadAsync(discarded, ct).ConfigureAwait(false) > 0)
        {
        }

        return IsClosedByPeer;
    }

    // Gives the engine what there is. What it puts out has its place among the records of writes: while one is under way it has no room, and is asked again behind it.
    private async ValueTask<(TlsStatus Status, int Read)> OpenAsync(Memory<byte> buffer, CancellationToken ct)
    {
        // Completed at once, either way.
        bool maySend = await _sending.WaitAsync(0, CancellationToken.None).ConfigureAwait(false);
        TlsStatus status;
        int read;
        try
        {
            status = Open(buffer.Span, maySend ? SmallAnswer : 0, out read, out byte[]? answer);
            if (answer is not null)
            {
                await _lower.WriteAsync(answer, ct).ConfigureAwait(false);
            }
        }
        finally
        {
            if (maySend)
            {
                _sending.Release();
            }
        }

        if (status == TlsStatus.NeedsRoom && read == 0 && !maySend)
        {
            await _sending.WaitAsync(ct).ConfigureAwait(false);
            _sending.Release();
        }

        IsClosedByPeer |= status == TlsStatus.Closed;
        return status == TlsStatus.Failed && read == 0 ? throw new IOException($"TLS failed: {_engine.Failure}.") : (status, read);
    }

    private TlsStatus Open(Span<byte> buffer, int room, out int read, out byte[]? answer)
    {
        Span<byte> output = stackalloc byte[SmallAnswer];
        TlsStatus status = _engine.Read(Input, buffer, output[..room], out int consumed, out read, out int produced);
        Take(consumed);
        answer = produced == 0 ? null : output[..produced].ToArray();
        return status;
    }

    // False at the end of the stream. All before was taken by the engine. No more than is wanted: the rest would hold its block until the reader, who may be slowed down, comes again.
    private async ValueTask<bool> ReceiveAsync(int wanted, bool isReadable, CancellationToken ct)
    {
        if (_isEnded)
        {
            return false;
        }

        if (!isReadable)
        {
            await _lower.ReadAsync(Memory<byte>.Empty, ct).ConfigureAwait(false);
        }

        int most = Math.Clamp(wanted, BlockPool.Small, _receiveLength);
        PinnedBlock block = _pool.Rent(most, BufferRole.Receive);
        try
        {
            _inputEnd = await _lower.ReadAsync(block.Memory[..most], ct).ConfigureAwait(false);
        }
        catch
        {
            block.Return();
            throw;
        }

        _inputStart = 0;
        _input = block;
        _isEnded = _inputEnd == 0 || _isDisposed;
        if (_isEnded)
        {
            ReturnInput();
        }

        return !_isEnded;
    }

    private async ValueTask SendAsync(PinnedBlock output, int length, CancellationToken ct)
    {
        try
        {
            if (length > 0)
            {
                await _lower.WriteAsync(output.Memory[..length], ct).ConfigureAwait(false);
            }
        }
        finally
        {
            output.Return();
        }
    }

    private void Take(int consumed)
    {
        _inputStart += consumed;
        if (_inputStart == _inputEnd)
        {
            ReturnInput();
        }
    }

    private void ReturnInput()
    {
        _input?.Return();
        _input = null;
        _inputStart = _inputEnd = 0;
    }
}
