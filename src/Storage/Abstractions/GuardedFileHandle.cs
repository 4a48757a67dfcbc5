using System.Runtime.InteropServices;

namespace Hpc.Storage;

/// <summary>An open file of a <see cref="CapabilityGuard"/>. Without range writes each write begins where the one before ends.</summary>
internal sealed class GuardedFileHandle(IFileHandle file, FileSystemCapabilities capabilities) : IFileHandle
{
    /// <summary>What a handle needs of its backend to need no guard.</summary>
    public const FileSystemCapabilities Needed =
        FileSystemCapabilities.RangeWrites | FileSystemCapabilities.Modes | FileSystemCapabilities.Owners | FileSystemCapabilities.Times
        | FileSystemCapabilities.Sync | FileSystemCapabilities.Space | FileSystemCapabilities.ServerSideCopy
        | FileSystemCapabilities.RawDescriptor | FileSystemCapabilities.Metadata;

    // Where the next write begins; taken before it is handed on.
    private long _next;

    public SafeHandle? RawDescriptor => Has(FileSystemCapabilities.RawDescriptor) ? file.RawDescriptor : null;

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) => file.TryRead(offset, segments, out result);

    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd) =>
        file.TryRead(offset, segments, out result, out isAtEnd);

    public bool TrySend(long offset, int length, SafeHandle socket, out StorageResult<int> result)
    {
        result = default;
        return Has(FileSystemCapabilities.RawDescriptor) && file.TrySend(offset, length, socket, out result);
    }

    public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        file.ReadAsync(offset, segments, ct);

    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        if (Has(FileSystemCapabilities.RangeWrites) || offset < 0)
        {
            return file.TryWrite(offset, segments, out result);
        }

        long end = offset + PinnedSegment.TotalLength(segments);
        if (Interlocked.CompareExchange(ref _next, end, offset) != offset)
        {
            result = StorageError.NotSupported;
            return true;
        }

        bool isDone = file.TryWrite(offset, segments, out result);
        long reached = offset + (isDone && result.IsSuccess ? result.Value : 0);
        Interlocked.CompareExchange(ref _next, reached, end);
        return isDone;
    }

    public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        Has(FileSystemCapabilities.RangeWrites) || offset < 0 ? file.WriteAsync(offset, segments, ct) : WriteNextAsync(offset, segments, ct);

    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) => file.GetAttributesAsync(ct);

    public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) =>
        SupportedChanges.Of(changes, capabilities) is { IsComplete: false } some
            ? some.ApplyAsync(rest => file.SetAttributesAsync(rest, ct))
            : file.SetAttributesAsync(changes, ct);

    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) =>
        Has(FileSystemCapabilities.Sync) ? file.SyncAsync(ct) : CapabilityGuard.NotSupported();

    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) =>
        Has(FileSystemCapabilities.Space) ? file.GetSpaceAsync(ct) : CapabilityGuard.NotSupported<SpaceInfo>();

    public async ValueTask<StorageResult<long>> CopyToAsync(long offset, IFileHandle target, long targetOffset, long length, CancellationToken ct)
    {
        if (!Has(FileSystemCapabilities.ServerSideCopy))
        {
            return StorageError.NotSupported;
        }

        if (target is not GuardedFileHandle guarded)
        {
            return await file.CopyToAsync(offset, target, targetOffset, length, ct).ConfigureAwait(false);
        }

        if (!guarded.Has(FileSystemCapabilities.ServerSideCopy) || !(guarded.Has(FileSystemCapabilities.RangeWrites) || Volatile.Read(ref guarded._next) == targetOffset))
        {
            return StorageError.NotSupported;
        }

        StorageResult<long> copied = await file.CopyToAsync(offset, guarded.Inner, targetOffset, length, ct).ConfigureAwait(false);
        if (copied.IsSuccess)
        {
            Interlocked.CompareExchange(ref guarded._next, targetOffset + copied.Value, targetOffset);
        }

        return copied;
    }

    public ValueTask<StorageResult<int>> GetMetadataAsync(string name, Memory<byte> value, CancellationToken ct) =>
        Has(FileSystemCapabilities.Metadata) ? file.GetMetadataAsync(name, value, ct) : CapabilityGuard.NotSupported<int>();

    public ValueTask<StorageResult> SetMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken ct) =>
        Has(FileSystemCapabilities.Metadata) ? file.SetMetadataAsync(name, value, ct) : CapabilityGuard.NotSupported();

    public ValueTask<StorageResult<ReadOnlyMemory<byte>>> GetStoredSha256Async(CancellationToken ct) => file.GetStoredSha256Async(ct);

    public ValueTask<StorageResult> CloseAsync() => file.CloseAsync();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    private IFileHandle Inner => file;

    private async ValueTask<StorageResult<int>> WriteNextAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        long end = offset + PinnedSegment.TotalLength(segments.Span);
        if (Interlocked.CompareExchange(ref _next, end, offset) != offset)
        {
            return StorageError.NotSupported;
        }

        StorageResult<int> written = await file.WriteAsync(offset, segments, ct).ConfigureAwait(false);

        // What failed may be tried again, as after a full queue; what the backend took of it is for the backend to know.
        Interlocked.CompareExchange(ref _next, offset + (written.IsSuccess ? written.Value : 0), end);
        return written;
    }

    private bool Has(FileSystemCapabilities capability) => (capabilities & capability) == capability;
}
