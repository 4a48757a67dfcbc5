namespace Hpc.Transport.Tests.Tls;

/// <summary>Keeps what is written back, from a moment on, and sends it with more behind it.</summary>
internal sealed class GatheringStream(Stream inner) : Stream
{
    private MemoryStream? _kept;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public byte[] Kept => _kept!.ToArray();

    public void Begin() => _kept = new MemoryStream();

    public async Task SendWithAsync(byte[] more)
    {
        await _kept!.WriteAsync(more);
        await inner.WriteAsync(_kept.ToArray());
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        (_kept ?? inner).WriteAsync(buffer, cancellationToken);

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => (_kept ?? inner).Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _kept?.Dispose();
        }

        base.Dispose(disposing);
    }
}
