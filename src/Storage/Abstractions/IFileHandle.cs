namespace Hpc.Storage;

/// <summary>
/// An open file. Reads and writes carry their offset, so one handle may be used by several operations at a time;
/// the caller that closes it waits for its own operations first.
/// </summary>
public interface IFileHandle : IAsyncDisposable
{
    /// <summary>
    /// Reads without ever blocking the thread (page cache only).
    /// Returns false if that is not possible now, then <see cref="ReadAsync"/> is the way.
    /// The result may be shorter than asked; 0 means end of file.
    /// </summary>
    bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result);

    /// <summary>
    /// Like <see cref="TryRead(long, ReadOnlySpan{PinnedSegment}, out StorageResult{int})"/>; <paramref name="isAtEnd"/> says that the file is known to end
    /// where the read did, so that a short result needs no further read to tell.
    /// </summary>
    bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        bool isDone = TryRead(offset, segments, out result);
        isAtEnd = isDone && result.IsSuccess && result.Value == 0;
        return isDone;
    }

    /// <summary>Reads on a worker. Fills the segments in full unless the file ends first; 0 means end of file.</summary>
    ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct);

    /// <summary>
    /// Writes on the calling thread if the backend is known to be quick at it; returns false if it is not, with nothing written.
    /// The result may be shorter than asked (then the next attempt says why).
    /// A handle opened for appending ignores the offset.
    /// </summary>
    bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result);

    /// <summary>Writes all of the segments on a worker, or fails. A handle opened for appending ignores the offset.</summary>
    ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct);

    /// <summary>Attributes of the open file.</summary>
    ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct);

    /// <summary>Changes attributes of the open file.</summary>
    ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct);

    /// <summary>Makes what was written durable (<c>fsync</c>).</summary>
    ValueTask<StorageResult> SyncAsync(CancellationToken ct);

    /// <summary>Room on the file system that holds the file.</summary>
    ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct);

    /// <summary>Closes the file; an error here means that the content may be incomplete. Later calls do nothing.</summary>
    ValueTask<StorageResult> CloseAsync();
}

/// <summary>An open directory, read from its start to its end.</summary>
public interface IDirectoryReader : IAsyncDisposable
{
    /// <summary>
    /// Appends up to <paramref name="limit"/> further entries (without <c>.</c> and <c>..</c>) to <paramref name="entries"/>.
    /// Returns how many were added; 0 means the end. Order is stable within one reader. Bounded memory whatever the directory's size.
    /// </summary>
    ValueTask<StorageResult<int>> ReadAsync(ICollection<DirectoryEntry> entries, int limit, CancellationToken ct);
}
