using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>Compressed bytes between a zlib stream and a data connection, in blocks that are held only while there is something in them. After each wait the pool's threads go on.</summary>
internal sealed class DeflatedWire(DataConnection data, BlockPool pool) : Stream
{
    private PinnedBlock? _input;
    private int _inputStart;
    private int _inputEnd;
    private PinnedBlock? _output;
    private int _outputLength;
    private bool _isClosed;

    /// <summary>Compressed bytes that came so far.</summary>
    public long Received { get; private set; }

    /// <summary>The connection has ended, and the zlib stream was told so.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>There are bytes that the zlib stream has not taken.</summary>
    public bool HasInput => _input is not null;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>True if the peer sends nothing more.</summary>
    public async ValueTask<bool> EndsHereAsync(CancellationToken ct) => !HasInput && !await ReceiveAsync(ct).ConfigureAwait(false);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!HasInput && !await ReceiveAsync(cancellationToken).ConfigureAwait(false))
        {
            IsAtEnd = true;
            return 0;
        }

        int taken = Math.Min(buffer.Length, _inputEnd - _inputStart);
        _input!.Span.Slice(_inputStart, taken).CopyTo(buffer.Span);
        _inputStart += taken;
        if (_inputStart == _inputEnd)
        {
            _input.Return();
            _input = null;
        }

        return taken;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty && !_isClosed)
        {
            _output ??= pool.Rent(BlockPool.Medium, BufferRole.Send);
            int taken = Math.Min(buffer.Length, _output.Length - _outputLength);
            buffer.Span[..taken].CopyTo(_output.Span[_outputLength..]);
            _outputLength += taken;
            buffer = buffer[taken..];
            if (_outputLength == _output.Length)
            {
                await SendAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The zlib stream flushes nothing of its own accord, so this sends what is left.</summary>
    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_outputLength > 0)
        {
            await SendAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives up what it holds; what is written from now on is dropped.</summary>
    public new void Close()
    {
        _isClosed = true;
        _input?.Return();
        _output?.Return();
        (_input, _output, _outputLength) = (null, null, 0);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask<bool> ReceiveAsync(CancellationToken ct)
    {
        await data.WaitReadableAsync(ct).ConfigureAwait(false);
        PinnedBlock block = pool.Rent(BlockPool.Medium, BufferRole.Receive);
        int received = 0;
        try
        {
            received = await data.ReceiveAsync(block.Memory, ct).ConfigureAwait(false);
        }
        finally
        {
            if (received == 0)
            {
                block.Return();
            }
        }

        if (received == 0)
        {
            return false;
        }

        (_input, _inputStart, _inputEnd) = (block, 0, received);
        Received += received;
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return true;
    }

    private async ValueTask SendAsync(CancellationToken ct)
    {
        PinnedBlock block = _output!;
        int length = _outputLength;
        (_output, _outputLength) = (null, 0);
        try
        {
            await data.SendAsync(block.Memory[..length], ct).ConfigureAwait(false);
        }
        finally
        {
            block.Return();
        }

        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }
}
