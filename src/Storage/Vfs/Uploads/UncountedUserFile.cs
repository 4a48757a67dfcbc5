using System.Runtime.InteropServices;

namespace Hpc.Storage.Vfs.Uploads;

/// <summary>A user's open file for work of the server itself: what goes through it is no transfer, but what it writes takes room like any write.</summary>
internal sealed class UncountedUserFile(UserFile owner) : IFileHandle
{
    public UserFile Owner => owner;

    public SafeHandle? RawDescriptor => owner.RawDescriptor;

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) =>
        owner.TryReadUncounted(offset, segments, out result, out _);

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd) =>
        owner.TryReadUncounted(offset, segments, out result, out isAtEnd);

    public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        owner.ReadUncountedAsync(offset, segments, ct);

    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) =>
        owner.TryWrite(offset, segments, isTransfer: false, out result);

    public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        owner.WriteAsync(offset, segments, isTransfer: false, ct);

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) => owner.GetAttributesAsync(ct);

    public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) => owner.SetAttributesAsync(changes, ct);

    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) => owner.SyncAsync(ct);

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) => owner.GetSpaceAsync(ct);

    public ValueTask<StorageResult<long>> CopyToAsync(long offset, IFileHandle target, long targetOffset, long length, CancellationToken ct) =>
        owner.CopyToAsync(offset, target, targetOffset, length, ct);

    public ValueTask<StorageResult<int>> GetMetadataAsync(string name, Memory<byte> value, CancellationToken ct) => owner.GetMetadataAsync(name, value, ct);

    public ValueTask<StorageResult> SetMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken ct) => owner.SetMetadataAsync(name, value, ct);

    public ValueTask<StorageResult<ReadOnlyMemory<byte>>> GetStoredSha256Async(CancellationToken ct) => owner.GetStoredSha256Async(ct);

    /// <summary>Nothing: the file is closed with the handle that it was opened by.</summary>
    public ValueTask<StorageResult> CloseAsync() => ValueTask.FromResult(StorageResult.Success);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
