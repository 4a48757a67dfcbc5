using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hpc.Storage.Vfs.Bandwidth;

namespace Hpc.Storage.Vfs.Uploads;

// Limits of speed: bytes are taken before they move, and what did not move is given back. Nothing else is held while an operation waits for them.
internal sealed partial class UserFile
{
    // Made when bytes are first moved under a limit.
    private FilePaces? _paces;

    /// <inheritdoc/>
    public IFilePace? ReadPace => PaceOfReads;

    /// <inheritdoc/>
    public IFilePace? WritePace => PaceOfWrites;

    private ITransferPace? PaceOfReads => Bandwidth?.Download is { } limits ? Paces().Read(limits) : null;

    private ITransferPace? PaceOfWrites => Bandwidth?.Upload is { } limits ? Paces().Write(limits) : null;

    private FileBandwidth? Bandwidth => _isSilent || IsClosed ? null : _mount.Mounts.Bandwidth;

    private FilePaces Paces()
    {
        if (Volatile.Read(ref _paces) is { } known)
        {
            return known;
        }

        var made = new FilePaces();
        FilePaces paces = Interlocked.CompareExchange(ref _paces, made, null) ?? made;
        if (IsClosed)
        {
            paces.Dispose();
        }

        return paces;
    }

    private void EndPaces() => Volatile.Read(ref _paces)?.Dispose();

    private void NoteReadFrom(ITransferPace? pace)
    {
        if (Volatile.Read(ref _paces) is { } paces)
        {
            paces.LastRead = pace;
        }
    }

    private bool TryReadPaced(ITransferPace pace, long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        long taken = Take(pace, ref segments);
        if (taken == 0 && segments.Length > 0)
        {
            result = default;
            isAtEnd = false;
            return false;
        }

        int moved = 0;
        bool isDone = false;
        bool goesOn = false;
        result = default;
        isAtEnd = false;
        try
        {
            isDone = TryReadUnpaced(offset, segments, out result, out isAtEnd);
            moved = isDone && result.IsSuccess ? result.Value : 0;

            // What is not in memory is read otherwise, next.
            goesOn = !isDone || (moved > 0 && !isAtEnd);
            NoteReadFrom(pace);
        }
        finally
        {
            GiveRest(pace, taken - moved, goesOn);
        }

        return isDone;
    }

    private bool TrySendPaced(ITransferPace pace, long offset, int length, SafeHandle socket, out StorageResult<int> result)
    {
        result = default;
        if (pace.TryTake(length, length) == 0)
        {
            return false;
        }

        int moved = 0;
        try
        {
            bool isDone = TrySendUnpaced(offset, length, socket, out result);
            moved = isDone && result.IsSuccess ? result.Value : 0;
            NoteReadFrom(pace);
            return isDone;
        }
        finally
        {
            // What was not sent now is read and sent otherwise, next.
            GiveRest(pace, length - moved, goesOn: true);
        }
    }

    private bool TryWritePaced(ITransferPace pace, long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result)
    {
        long taken = Take(pace, ref segments);
        if (taken == 0 && segments.Length > 0)
        {
            result = default;
            return false;
        }

        int moved = 0;
        bool goesOn = false;
        result = default;
        bool isDone = false;
        try
        {
            isDone = TryWriteUnpaced(offset, segments, isTransfer: true, out result);
            moved = isDone && result.IsSuccess ? result.Value : 0;
            goesOn = !isDone || moved > 0;
        }
        finally
        {
            GiveRest(pace, taken - moved, goesOn);
        }

        return isDone;
    }

    /// <summary>What was taken and not moved is kept for the operation that goes on with the rest; where there is none, others may have it.</summary>
    private static void GiveRest(ITransferPace pace, long bytes, bool goesOn)
    {
        if (goesOn)
        {
            pace.Keep(bytes);
        }
        else
        {
            pace.Give(bytes);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StorageResult<int>> ReadPacedAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        long asked = PinnedSegment.TotalLength(segments.Span);
        (ITransferPace? pace, long taken) = (PaceOfReads, 0);
        while (pace is not null && asked > 0 && (taken = pace.TryTake(asked, asked)) == 0)
        {
            if (!await pace.WaitAsync((int)asked, ct).ConfigureAwait(false))
            {
                return StorageError.Cancelled;
            }

            pace = PaceOfReads;
        }

        int moved = 0;
        try
        {
            StorageResult<int> result = await ReadLimitedAsync(Transfer, offset, segments, ct).ConfigureAwait(false);
            moved = result.IsSuccess ? result.Value : 0;
            return result;
        }
        finally
        {
            NoteReadFrom(pace);
            pace?.Give(taken - moved);
        }
    }

    /// <summary>Writes the first segments alone, each whole, where all of them are more than should move at once.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StorageResult<int>> WritePacedAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        (ITransferPace? pace, long taken) = (PaceOfWrites, 0);
        while (pace is not null && (taken = Take(pace, ref segments)) == 0 && segments.Length > 0)
        {
            if (!await pace.WaitAsync(segments.Span[0].Length, ct).ConfigureAwait(false))
            {
                return StorageError.Cancelled;
            }

            pace = PaceOfWrites;
        }

        int moved = 0;
        try
        {
            StorageResult<int> result = await WriteUnpacedAsync(offset, segments, isTransfer: true, ct).ConfigureAwait(false);
            moved = result.IsSuccess ? result.Value : 0;
            return result;
        }
        finally
        {
            if (pace is not null)
            {
                GiveRest(pace, taken - moved, goesOn: moved > 0);
            }
        }
    }

    private static long Take(ITransferPace pace, ref ReadOnlyMemory<PinnedSegment> segments)
    {
        ReadOnlySpan<PinnedSegment> span = segments.Span;
        long taken = Take(pace, ref span);
        segments = segments[..span.Length];
        return taken;
    }

    /// <summary>Takes what may move now, in whole segments and at least one, and leaves out the others. 0 leaves all of them.</summary>
    private static long Take(ITransferPace pace, ref ReadOnlySpan<PinnedSegment> segments)
    {
        long asked = PinnedSegment.TotalLength(segments);
        if (asked == 0)
        {
            segments = [];
            return 0;
        }

        long taken = pace.TryTake(segments[0].Length, asked);
        if (taken == 0 || taken >= asked)
        {
            return taken;
        }

        int count = 1;
        long length = segments[0].Length;
        while (count < segments.Length && length + segments[count].Length <= taken)
        {
            length += segments[count++].Length;
        }

        segments = segments[..count];
        pace.Keep(taken - length);
        return length;
    }
}
