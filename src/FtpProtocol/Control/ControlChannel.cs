using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Hpc.Transport.Connections;
using Hpc.Transport.Tls;

namespace Hpc.FtpProtocol.Control;

/// <summary>The bytes of a control connection: lines in, replies out, in the clear or through TLS. One reader and one writer at a time.</summary>
internal sealed class ControlChannel(IConnection connection, int maxLine) : IAsyncDisposable
{
    private const byte TlsHandshakeRecord = 22;
    private const int TlsReadSize = 4096;

    private readonly CommandLine _line = new(maxLine);
    private TlsChannel? _tls;
    private ArrayBufferWriter<byte>? _replies;
    private ReadOnlyMemory<byte> _ahead;
    private bool _hasRead;

    /// <summary>TLS, while it is spoken.</summary>
    public TlsChannel? Tls => _tls;

    /// <summary>The line that was read; valid until the next read.</summary>
    public ReadOnlyMemory<byte> Line => _line.Bytes;

    /// <summary>Reads the next line. <see cref="IOException"/> if the connection is gone; a cancelled read may be followed by sends alone.</summary>
    public async ValueTask<LineRead> ReadLineAsync(CancellationToken ct)
    {
        _line.Clear();
        TakeAhead();
        while (!_line.IsComplete)
        {
            LineRead read = _tls is { } tls ? await TakeAsync(tls.Stream, ct).ConfigureAwait(false) : await TakeAsync(connection.Input, ct).ConfigureAwait(false);
            if (read != LineRead.Line && !_line.IsComplete)
            {
                return read;
            }
        }

        return _line.IsTooLong ? LineRead.TooLong : LineRead.Line;
    }

    /// <summary>Forgets the line, of which nothing is needed any more.</summary>
    public void ForgetLine() => _line.Clear();

    /// <summary>True if the peer has sent more than the lines that were read, in the clear. Only while no read is under way.</summary>
    public bool HasUnread()
    {
        if (!_ahead.IsEmpty || !connection.Input.TryRead(out ReadResult result))
        {
            return !_ahead.IsEmpty;
        }

        bool hasUnread = !result.Buffer.IsEmpty;
        connection.Input.AdvanceTo(result.Buffer.Start);
        return hasUnread;
    }

    /// <summary>Sends a reply, and what was held back before it; returns when it is with the kernel.</summary>
    public ValueTask SendAsync(FtpReply reply, CancellationToken ct)
    {
        Hold(reply);
        return FlushAsync(ct);
    }

    /// <summary>Holds a reply back that goes together with the next one, or with <see cref="FlushAsync"/>.</summary>
    public void Hold(FtpReply reply) => ReplyText.Write(_tls is null ? connection.Output : _replies ??= new ArrayBufferWriter<byte>(), reply);

    /// <summary>Sends what was held back, and returns when it is with the kernel.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        if (_tls is not { } tls)
        {
            await connection.Output.FlushAsync(ct).ConfigureAwait(false);
        }
        else if (_replies is { } replies)
        {
            // What is not sent goes with the next reply, which may be the last word.
            ct.ThrowIfCancellationRequested();
            _replies = null;
            await tls.Stream.WriteAsync(replies.WrittenMemory, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Shakes hands as server. What the peer sends from here on is TLS; nothing may have been read of it.</summary>
    public async ValueTask StartTlsAsync(TlsSession session, CancellationToken ct) =>
        _tls = await session.HandshakeAsync(new ConnectionStream(connection), isData: false, ct).ConfigureAwait(false);

    /// <summary>Goes back to the clear (CCC): close_notify both ways. What the peer has sent in the clear by then is read next.</summary>
    public async ValueTask StopTlsAsync(CancellationToken ct)
    {
        if (_tls is not { } tls)
        {
            return;
        }

        await tls.ShutdownAsync(ct).ConfigureAwait(false);
        if (!await tls.WaitForCloseAsync(ct).ConfigureAwait(false))
        {
            throw new IOException("The peer did not end TLS in order.");
        }

        _ahead = tls.Unread.ToArray();
        _tls = null;
        await tls.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Says that nothing more is sent, where TLS has a word for it.</summary>
    public async ValueTask EndAsync(CancellationToken ct)
    {
        if (_tls is { } tls)
        {
            await tls.ShutdownAsync(ct).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _line.Clear();
        if (_tls is { } tls)
        {
            _tls = null;
            await tls.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<LineRead> TakeAsync(PipeReader input, CancellationToken ct)
    {
        ReadResult result = await input.ReadAsync(ct).ConfigureAwait(false);
        if (IsTlsHello(result.Buffer))
        {
            input.AdvanceTo(result.Buffer.End);
            return LineRead.Foreign;
        }

        long taken = 0;
        foreach (ReadOnlyMemory<byte> segment in result.Buffer)
        {
            // The buffer is ours to write to until it is advanced.
            taken += Take(MemoryMarshal.AsMemory(segment).Span);
            if (_line.IsComplete)
            {
                break;
            }
        }

        input.AdvanceTo(result.Buffer.GetPosition(taken));
        return result.IsCompleted ? LineRead.End : LineRead.Line;
    }

    // While nothing comes no buffer is held.
    private async ValueTask<LineRead> TakeAsync(Stream input, CancellationToken ct)
    {
        await input.ReadAsync(Memory<byte>.Empty, ct).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(TlsReadSize);
        int count = await input.ReadAsync(buffer, ct).ConfigureAwait(false);
        int taken = Take(buffer.AsSpan(0, count));
        if (taken < count)
        {
            _ahead = buffer.AsSpan(taken, count - taken).ToArray();
        }

        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return count == 0 ? LineRead.End : LineRead.Line;
    }

    /// <summary>Takes bytes up to the line's end, and clears them where they lie: they may be a password.</summary>
    private int Take(Span<byte> bytes)
    {
        int taken = _line.Take(bytes);
        bytes[..taken].Clear();
        return taken;
    }

    /// <summary>What came in one piece with lines before, or in the clear together with the end of TLS.</summary>
    private void TakeAhead()
    {
        int taken = Take(MemoryMarshal.AsMemory(_ahead).Span);
        _ahead = taken == _ahead.Length ? default : _ahead[taken..];
    }

    private bool IsTlsHello(ReadOnlySequence<byte> buffer)
    {
        bool isFirst = !_hasRead && !buffer.IsEmpty;
        _hasRead |= isFirst;
        return isFirst && _tls is null && buffer.FirstSpan[0] == TlsHandshakeRecord;
    }
}
