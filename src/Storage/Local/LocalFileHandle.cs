using System.Runtime.InteropServices;
using Hpc.Storage.Local.Native;

namespace Hpc.Storage.Local;

/// <summary>A regular file opened below a root.</summary>
internal sealed partial class LocalFileHandle(in OpenedFile opened, LocalDispatcher dispatcher, bool appends) : IFileHandle
{
    private const int AdviseSequential = 2; // POSIX_FADV_SEQUENTIAL
    private const int AdviseWillNeed = 3;   // POSIX_FADV_WILLNEED

    // A cold read asks the kernel for this much more, so that the next reads find it in the page cache.
    private const int ReadAhead = 2 * 1024 * 1024;

    private readonly SafeDescriptor _descriptor = opened.Descriptor;
    private readonly ulong _device = opened.Device;

    // Set once by whichever thread sees it first.
    private bool _cannotReadNow = dispatcher.CannotReadNow(opened.Device);

    // Where a sequential reader reads next, by the worker that read last. A wrong value costs a hint to the kernel, no more.
    private long _nextColdRead;

    /// <inheritdoc/>
    public SafeHandle RawDescriptor => _descriptor;

    /// <inheritdoc/>
    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) =>
        TryRead(offset, segments, out result, out _);

    /// <inheritdoc/>
    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        result = StorageError.InvalidArgument;
        isAtEnd = false;
        if (offset < 0)
        {
            return true;
        }

        using SafeDescriptor.Lease lease = _descriptor.Acquire();
        if (Volatile.Read(ref _cannotReadNow))
        {
            return TryReadTimed(lease.Descriptor, offset, segments, ref result, ref isAtEnd);
        }

        int read = VectorTransfer.ReadNow(lease.Descriptor, offset, segments);
        if (read is -Errno.NotSupported)
        {
            Volatile.Write(ref _cannotReadNow, true);
            dispatcher.RememberCannotReadNow(_device);
            return TryReadTimed(lease.Descriptor, offset, segments, ref result, ref isAtEnd);
        }

        if (!IsFinal(lease.Descriptor, offset, read))
        {
            return false;
        }

        isAtEnd = read == 0 || (read < PinnedSegment.TotalLength(segments) && EndsBy(lease.Descriptor, offset + read));
        result = read;
        return true;
    }

    /// <summary>Without RWF_NOWAIT (tmpfs, many network file systems) a read runs here while the mount is quick, as writes do.</summary>
    private bool TryReadTimed(int openDescriptor, long offset, ReadOnlySpan<PinnedSegment> segments, ref StorageResult<int> result, ref bool isAtEnd)
    {
        if (!dispatcher.Writes.IsQuick)
        {
            return false;
        }

        BlockingMeter.Sample started = dispatcher.Writes.Start();
        int read = VectorTransfer.ReadAll(openDescriptor, offset, segments);
        dispatcher.Writes.Stop(started);
        result = ToResult(read);

        // That read ends before all is there only where a further one found nothing.
        isAtEnd = read >= 0 && read < PinnedSegment.TotalLength(segments);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        offset < 0
            ? ValueTask.FromResult<StorageResult<int>>(StorageError.InvalidArgument)
            : dispatcher.OnWorkerAsync((this, offset, segments), static s => s.Item1.ReadCold(s.offset, s.segments.Span), ct);

    /// <inheritdoc/>
    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        result = StorageError.InvalidArgument;
        if (offset < 0 && !appends)
        {
            return true;
        }

        if (!dispatcher.Writes.IsQuick)
        {
            return false;
        }

        using SafeDescriptor.Lease lease = _descriptor.Acquire();
        BlockingMeter.Sample started = dispatcher.Writes.Start();
        int written = VectorTransfer.WriteOnce(lease.Descriptor, offset, segments, appends);
        dispatcher.Writes.Stop(started);
        result = ToResult(written);
        return true;
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        offset < 0 && !appends
            ? ValueTask.FromResult<StorageResult<int>>(StorageError.InvalidArgument)
            : dispatcher.OnWorkerAsync((this, offset, segments), static s => s.Item1.Write(s.offset, s.segments.Span), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct) =>
        dispatcher.MetadataAsync(_descriptor, static d => WithDescriptor(d, DescriptorAttributes.Get), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct) =>
        dispatcher.MetadataAsync((_descriptor, changes), static s => SetAttributes(s._descriptor, s.changes), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> SyncAsync(CancellationToken ct) =>
        dispatcher.OnWorkerAsync(_descriptor, static d => Sync(d), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct) =>
        dispatcher.MetadataAsync(_descriptor, static d => WithDescriptor(d, DescriptorAttributes.GetSpace), ct);

    /// <inheritdoc/>
    public ValueTask<StorageResult> CloseAsync() => dispatcher.ReleaseAsync(_descriptor);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <summary>
    /// Whether the answer of a read with RWF_NOWAIT can be given to the caller: bytes always, the end of the file only where the length confirms it, errors never.
    /// Linux 5.9 and 5.10 answer 0 for what is not in the page cache (preadv2(2), BUGS); the worker's plain read decides then.
    /// </summary>
    internal static bool IsFinal(int descriptor, long offset, int read) =>
        read > 0 || (read == 0 && EndsBy(descriptor, offset));

    private static bool EndsBy(int descriptor, long offset) => DescriptorAttributes.TryGetSize(descriptor, out long size) && size <= offset;

    private static StorageResult<int> ToResult(int transferred) =>
        transferred >= 0 ? transferred : Errno.ToStorageError(-transferred);

    private static StorageResult<T> WithDescriptor<T>(SafeDescriptor descriptor, Func<int, StorageResult<T>> run)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();
        return run(lease.Descriptor);
    }

    private static StorageResult Sync(SafeDescriptor descriptor)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();
        return LocalTree.ToResult(NativeMethods.Sync(lease.Descriptor));
    }

    private static StorageResult SetAttributes(SafeDescriptor descriptor, AttributeChanges changes)
    {
        using SafeDescriptor.Lease lease = descriptor.Acquire();
        StorageResult resized = changes.Size switch
        {
            null => StorageResult.Success,
            < 0 => StorageError.InvalidArgument,
            { } size => Resize(lease.Descriptor, size),
        };

        StorageResult changed = DescriptorAttributes.SetByOpenFile(lease.Descriptor, changes);
        return resized.IsSuccess ? changed : resized;
    }

    private static StorageResult Resize(int descriptor, long size)
    {
        StorageResult result = LocalTree.ToResult(NativeMethods.Truncate(descriptor, size));

        // ftruncate answers EINVAL for a descriptor that is open for reading alone.
        return result.Error == StorageError.InvalidArgument ? StorageError.AccessDenied : result;
    }

    private StorageResult<int> ReadCold(long offset, ReadOnlySpan<PinnedSegment> segments)
    {
        using SafeDescriptor.Lease lease = _descriptor.Acquire();
        int read = VectorTransfer.ReadAll(lease.Descriptor, offset, segments);
        if (read > 0)
        {
            // Reads between two cold ones came from the page cache, so a gap is normal; one wider than the hints reach is a jump.
            long gap = offset - Interlocked.Exchange(ref _nextColdRead, offset + read);
            if (gap is >= 0 and <= 2 * ReadAhead)
            {
                _ = NativeMethods.Advise(lease.Descriptor, 0, 0, AdviseSequential);
                _ = NativeMethods.Advise(lease.Descriptor, offset + read, ReadAhead, AdviseWillNeed);
            }
        }

        return ToResult(read);
    }

    private StorageResult<int> Write(long offset, ReadOnlySpan<PinnedSegment> segments)
    {
        using SafeDescriptor.Lease lease = _descriptor.Acquire();
        BlockingMeter.Sample started = dispatcher.Writes.Start();
        int written = VectorTransfer.WriteAll(lease.Descriptor, offset, segments, appends);
        dispatcher.Writes.Stop(started);
        return ToResult(written);
    }
}
