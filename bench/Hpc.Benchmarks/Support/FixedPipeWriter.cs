using System.IO.Pipelines;

namespace Hpc.Benchmarks.Support;

/// <summary>A pipe that goes nowhere: one pinned block, filled from its start again after each <see cref="Take"/>.</summary>
internal sealed class FixedPipeWriter(int capacity) : PipeWriter
{
    private readonly byte[] _block = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);
    private int _length;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    /// <summary>What was written since the last call; valid until the next write.</summary>
    public Memory<byte> Take()
    {
        Memory<byte> written = _block.AsMemory(0, _length);
        _length = 0;
        return written;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _block.AsMemory(_length);

    public override Span<byte> GetSpan(int sizeHint = 0) => _block.AsSpan(_length);

    public override void Advance(int bytes) => _length += bytes;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
