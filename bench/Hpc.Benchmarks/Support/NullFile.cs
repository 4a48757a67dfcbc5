using Hpc.Storage;

namespace Hpc.Benchmarks.Support;

/// <summary>A file of no end that takes and gives any bytes at once, so that what is around it can be measured.</summary>
internal sealed class NullFile : IFileHandle
{
    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) => Done(segments, out result);

    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) => Done(segments, out result);

    public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) => Done(segments);

    public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) => Done(segments);

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) =>
        new(StorageResult<EntryAttributes>.FromValue(new EntryAttributes { Size = long.MaxValue }));

    public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) => default;

    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => default;

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => new(StorageResult<SpaceInfo>.FromValue(default));

    public ValueTask<StorageResult> CloseAsync() => default;

    public ValueTask DisposeAsync() => default;

    private static bool Done(ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        result = StorageResult<int>.FromValue((int)PinnedSegment.TotalLength(segments));
        return true;
    }

    private static ValueTask<StorageResult<int>> Done(ReadOnlyMemory<PinnedSegment> segments)
    {
        Done(segments.Span, out StorageResult<int> result);
        return new(result);
    }
}
