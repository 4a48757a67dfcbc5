namespace Hpc.Accounts.Dumps;

/// <summary>Takes what is written without waiting into memory, and hands it on where it may be waited for: with every flush. Does not dispose the stream behind it.</summary>
internal sealed class StagingStream(Stream inner) : Stream
{
    private readonly MemoryStream _staged = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => _staged.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _staged.Write(buffer);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _staged.Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
        // What is staged goes out with the next FlushAsync.
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_staged.Length > 0)
        {
            await inner.WriteAsync(_staged.GetBuffer().AsMemory(0, (int)_staged.Length), cancellationToken).ConfigureAwait(false);
            _staged.SetLength(0);
        }

        await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _staged.Dispose();
        base.Dispose(disposing);
    }
}
