using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs.Uploads;

// Reading: with a transfer limit what is asked for is taken first, and given back where the file ends before.
internal sealed partial class UserFile
{
    /// <inheritdoc/>
    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) =>
        TryRead(offset, segments, out result, out _);

    /// <inheritdoc/>
    public bool TryRead(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        if (PaceOfReads is { } pace)
        {
            return TryReadPaced(pace, offset, segments, out result, out isAtEnd);
        }

        NoteReadFrom(null);
        return TryReadUnpaced(offset, segments, out result, out isAtEnd);
    }

    /// <inheritdoc/>
    public bool TrySend(long offset, int length, SafeHandle socket, out StorageResult<int> result)
    {
        if (PaceOfReads is { } pace)
        {
            return TrySendPaced(pace, offset, length, socket, out result);
        }

        NoteReadFrom(null);
        return TrySendUnpaced(offset, length, socket, out result);
    }

    /// <inheritdoc/>
    public ValueTask<StorageResult<int>> ReadAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        if (PaceOfReads is not null)
        {
            return ReadPacedAsync(offset, segments, ct);
        }

        // What is read without a limit is taken back from none.
        NoteReadFrom(null);
        return ReadLimitedAsync(Transfer, offset, segments, ct);
    }

    /// <inheritdoc/>
    public void TakeBackRead(int bytes)
    {
        Transfer?.GiveDownload(bytes);
        Volatile.Read(ref _paces)?.LastRead?.Keep(bytes);
        if (!IsWritable)
        {
            Interlocked.Add(ref _bytesMoved, -bytes);
        }
    }

    /// <summary>Reads for the server itself.</summary>
    internal bool TryReadUncounted(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        NoteHash();
        bool isDone = _file.TryRead(offset, segments, out result, out isAtEnd);
        if (isDone)
        {
            CountRead(offset, result, isTransfer: false);
        }

        return isDone;
    }

    /// <summary>Reads for the server itself.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<StorageResult<int>> ReadUncountedAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        NoteHash();
        StorageResult<int> result = await _file.ReadAsync(offset, segments, ct).ConfigureAwait(false);
        CountRead(offset, result, isTransfer: false);
        return result;
    }

    private bool TryReadUnpaced(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        if (Transfer is { } transfer)
        {
            return TryReadLimited(transfer, offset, segments, out result, out isAtEnd);
        }

        bool isDone = _file.TryRead(offset, segments, out result, out isAtEnd);
        if (isDone)
        {
            CountRead(offset, result);
        }

        return isDone;
    }

    private bool TrySendUnpaced(long offset, int length, SafeHandle socket, out StorageResult<int> result)
    {
        result = default;
        TransferAllowance? transfer = Transfer;
        if (transfer is not null && transfer.TryTakeDownload(length) != TakeOutcome.Taken)
        {
            return false;
        }

        bool isDone = _file.TrySend(offset, length, socket, out result);
        transfer?.GiveDownload(isDone && result.IsSuccess ? length - result.Value : length);
        if (isDone)
        {
            CountRead(offset, result);
        }

        return isDone;
    }

    private bool TryReadLimited(
        TransferAllowance transfer, long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result, out bool isAtEnd)
    {
        result = default;
        isAtEnd = false;
        long asked = PinnedSegment.TotalLength(segments);
        TakeOutcome outcome = transfer.TryTakeDownload(asked);
        while (outcome == TakeOutcome.LimitReached && segments.Length > 1)
        {
            // Requests that fit whole are answered; whether the one after them may be is for the other way to find out, which may look where the file ends.
            asked -= segments[^1].Length;
            segments = segments[..^1];
            outcome = transfer.TryTakeDownload(asked);
        }

        if (outcome != TakeOutcome.Taken)
        {
            return false;
        }

        bool isDone = _file.TryRead(offset, segments, out result, out isAtEnd);
        transfer.GiveDownload(isDone && result.IsSuccess ? asked - result.Value : asked);
        if (isDone)
        {
            CountRead(offset, result);
        }

        return isDone;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StorageResult<int>> ReadLimitedAsync(
        TransferAllowance? transfer, long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct)
    {
        long taken = 0;
        if (transfer is not null)
        {
            (StorageError error, taken) = await TakeForReadAsync(transfer, offset, PinnedSegment.TotalLength(segments.Span), ct).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                CountRead(offset, error);
                return error;
            }
        }

        StorageResult<int> result = await _file.ReadAsync(offset, segments, ct).ConfigureAwait(false);
        long read = result.IsSuccess ? result.Value : 0;

        // The file may have grown since it was looked at; what was read is counted all the same.
        long late = read - taken;
        if (transfer is not null && late > 0 && await transfer.TakeDownloadAsync(late, ct).ConfigureAwait(false) is var refused && refused != StorageError.None)
        {
            transfer.GiveDownload(taken);
            CountRead(offset, refused);
            return refused;
        }

        transfer?.GiveDownload(taken - read);
        CountRead(offset, result);
        return result;
    }

    /// <summary>Takes what is asked for; near the limit what there is of it in the file, so that the end of a file that fits can be read.</summary>
    private async ValueTask<(StorageError Error, long Taken)> TakeForReadAsync(TransferAllowance transfer, long offset, long asked, CancellationToken ct)
    {
        StorageError error = await transfer.TakeDownloadAsync(asked, ct).ConfigureAwait(false);
        if (error != StorageError.QuotaExceeded)
        {
            return (error, asked);
        }

        StorageResult<EntryAttributes> attributes = await _file.GetAttributesAsync(ct).ConfigureAwait(false);
        if (!attributes.IsSuccess)
        {
            return (attributes.Error, 0);
        }

        long there = Math.Clamp(attributes.Value.Size - offset, 0, asked);
        return there == asked ? (error, 0) : (await transfer.TakeDownloadAsync(there, ct).ConfigureAwait(false), there);
    }

    private void CountRead(long offset, in StorageResult<int> result, bool isTransfer = true)
    {
        // Of a file that is open both ways the writes alone are told.
        if (IsWritable)
        {
            return;
        }

        if (result.IsSuccess)
        {
            NoteReadUpTo(result.Value > 0 ? offset + result.Value : 0);
            Interlocked.Add(ref _bytesMoved, isTransfer ? result.Value : 0);
        }
        else
        {
            Fail(result.Error);
        }
    }
}
