using System.Runtime.InteropServices;

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

    /// <summary>
    /// Sends content straight from the page cache to a socket, without passing it through the server; never blocks the thread, whether for storage or for the peer.
    /// Returns false if nothing was sent: storage would have to be waited for, the socket takes nothing now or is broken, the file ends here, or the two cannot do it at all.
    /// Then reading and sending is the way, which tells why. The result is 1 or more, and may be less than asked.
    /// </summary>
    /// <param name="offset">Where in the file.</param>
    /// <param name="length">Most bytes, 1 or more.</param>
    /// <param name="socket">A socket that does not block.</param>
    /// <param name="result">Bytes sent.</param>
    bool TrySend(long offset, int length, SafeHandle socket, out StorageResult<int> result)
    {
        result = default;
        return false;
    }

    /// <summary>Reads on a worker. Fills the segments in full unless the file ends first; 0 means end of file.</summary>
    ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct);

    /// <summary>Says that bytes which reads gave do not reach the peer, because they will be read again: they are no transfer (0 or more).</summary>
    void TakeBackRead(int bytes)
    {
    }

    /// <summary>
    /// Writes on the calling thread if the backend is known to be quick at it; returns false if it is not, with nothing written.
    /// The result may be shorter than asked (then the next attempt says why).
    /// A handle opened for appending ignores the offset.
    /// </summary>
    bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result);

    /// <summary>
    /// Writes all of the segments on a worker, or fails. Near a limit it may write the first segments alone, each whole (then the next attempt says why);
    /// one segment is written or refused. A handle opened for appending ignores the offset.
    /// </summary>
    ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct);

    /// <summary>Attributes of the open file.</summary>
    ValueTask<StorageResult<EntryAttributes>> GetAttributesAsync(CancellationToken ct);

    /// <summary>Changes attributes of the open file.</summary>
    ValueTask<StorageResult> SetAttributesAsync(AttributeChanges changes, CancellationToken ct);

    /// <summary>Makes what was written durable (<c>fsync</c>).</summary>
    ValueTask<StorageResult> SyncAsync(CancellationToken ct);

    /// <summary>Room on the file system that holds the file.</summary>
    ValueTask<StorageResult<SpaceInfo>> GetSpaceAsync(CancellationToken ct);

    /// <summary>
    /// Closes the file; an error here means that the content may be incomplete. Later calls do nothing.
    /// Closing is how a writer says that the file is whole: one that is disposed without it gave up, and an atomic upload does not appear.
    /// </summary>
    ValueTask<StorageResult> CloseAsync();

    /// <summary>
    /// The same open file for work of the server itself, such as hashing: what is read and written through it is no transfer of the user's.
    /// It is closed with this handle and never by itself.
    /// </summary>
    IFileHandle WithoutTransfer => this;

    /// <summary>What keeps reads to limits of speed at this moment; null if nothing does.</summary>
    IFilePace? ReadPace => null;

    /// <summary>What keeps writes to limits of speed at this moment; null if nothing does.</summary>
    IFilePace? WritePace => null;

    /// <summary>
    /// The descriptor that holds the content as it is, for <c>sendfile</c>; null where there is none
    /// (<see cref="FileSystemCapabilities.RawDescriptor"/>). It belongs to this handle.
    /// </summary>
    SafeHandle? RawDescriptor => null;

    /// <summary>
    /// Copies up to <paramref name="length"/> bytes to another open file without passing them through the server; returns how many were copied,
    /// fewer only where this file ends. <see cref="StorageError.NotSupported"/> if these two cannot (<see cref="FileSystemCapabilities.ServerSideCopy"/>): then read and write.
    /// </summary>
    ValueTask<StorageResult<long>> CopyToAsync(long offset, IFileHandle target, long targetOffset, long length, CancellationToken ct) =>
        ValueTask.FromResult<StorageResult<long>>(StorageError.NotSupported);

    /// <summary>
    /// Reads a small value (at most 256 bytes) that <see cref="SetMetadataAsync"/> stored with the file, into <paramref name="value"/>; returns its length.
    /// <see cref="StorageError.NotFound"/> if there is none, <see cref="StorageError.NotSupported"/> without <see cref="FileSystemCapabilities.Metadata"/>.
    /// </summary>
    ValueTask<StorageResult<int>> GetMetadataAsync(string name, Memory<byte> value, CancellationToken ct) =>
        ValueTask.FromResult<StorageResult<int>>(StorageError.NotSupported);

    /// <summary>Stores a small value with the file, as long as it exists and whatever it is renamed to; an empty one removes it.</summary>
    /// <param name="name">Lower case ASCII letters, digits and dots, at most 32.</param>
    /// <param name="value">At most 256 bytes.</param>
    /// <param name="ct">Gives up waiting for a worker.</param>
    ValueTask<StorageResult> SetMetadataAsync(string name, ReadOnlyMemory<byte> value, CancellationToken ct) =>
        ValueTask.FromResult<StorageResult>(StorageError.NotSupported);

    /// <summary>
    /// The SHA-256 (32 bytes) of the whole file, if it was computed while the file was uploaded and nothing changed it since.
    /// <see cref="StorageError.NotFound"/> if it is not known: then read and hash.
    /// </summary>
    ValueTask<StorageResult<ReadOnlyMemory<byte>>> GetStoredSha256Async(CancellationToken ct) =>
        ValueTask.FromResult<StorageResult<ReadOnlyMemory<byte>>>(StorageError.NotFound);
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
