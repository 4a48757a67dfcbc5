using System.Runtime.CompilerServices;
using Hpc.Storage.Vfs.Usage;

namespace Hpc.Storage.Vfs.Uploads;

// Writing: claimed, then written. A segment that would pass a limit is refused whole, and those before it are written; it is never more than one request of a client.
internal sealed partial class UserFile
{
    // Another session may take what was just reserved; more often than this in a row it counts as used up.
    private const int MaxReservations = 8;

    /// <inheritdoc/>
    public bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, out StorageResult<int> result) =>
        TryWrite(offset, segments, isTransfer: true, out result);

    /// <inheritdoc/>
    public ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, CancellationToken ct) =>
        WriteAsync(offset, segments, isTransfer: true, ct);

    internal bool TryWrite(long offset, ReadOnlySpan<PinnedSegment> segments, bool isTransfer, out StorageResult<int> result) =>
        isTransfer && PaceOfWrites is { } pace
            ? TryWritePaced(pace, offset, segments, out result)
            : TryWriteUnpaced(offset, segments, isTransfer, out result);

    internal ValueTask<StorageResult<int>> WriteAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, bool isTransfer, CancellationToken ct) =>
        isTransfer && PaceOfWrites is not null ? WritePacedAsync(offset, segments, ct) : WriteUnpacedAsync(offset, segments, isTransfer, ct);

    private bool TryWriteUnpaced(long offset, ReadOnlySpan<PinnedSegment> segments, bool isTransfer, out StorageResult<int> result)
    {
        if (!IsPlainWrite)
        {
            return TryWriteGuarded(offset, segments, isTransfer, out result);
        }

        bool isDone = _file.TryWrite(offset, segments, out result);
        if (isDone)
        {
            CountWritten(result, isTransfer);
        }

        return isDone;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StorageResult<int>> WriteUnpacedAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, bool isTransfer, CancellationToken ct)
    {
        StorageResult<int> result = IsPlainWrite
            ? await _file.WriteAsync(offset, segments, ct).ConfigureAwait(false)
            : await WriteGuardedAsync(offset, segments, isTransfer, ct).ConfigureAwait(false);
        CountWritten(result, isTransfer);
        return result;
    }

    private bool TryWriteGuarded(long offset, ReadOnlySpan<PinnedSegment> segments, bool isTransfer, out StorageResult<int> result)
    {
        result = default;
        if (offset < 0 && !_appends)
        {
            result = StorageError.InvalidArgument;
            return true;
        }

        if (!TryEnter())
        {
            return false;
        }

        bool isDone;
        try
        {
            isDone = TryWriteWithin(offset, segments, isTransfer, out result);
        }
        finally
        {
            Leave();
        }

        if (isDone)
        {
            CountWritten(result, isTransfer);
        }

        return isDone;
    }

    private bool TryWriteWithin(long offset, ReadOnlySpan<PinnedSegment> segments, bool isTransfer, out StorageResult<int> result)
    {
        TransferAllowance? transfer = isTransfer ? Transfer : null;
        long claimedBefore = _tracked?.ClaimedEnd ?? 0;
        long start = _appends ? claimedBefore : offset;
        long bytes = PinnedSegment.TotalLength(segments);
        StorageError error = Admit(transfer, start, bytes, out bool needsReservation);
        while (error != StorageError.None && !needsReservation && segments.Length > 1)
        {
            bytes -= segments[^1].Length;
            segments = segments[..^1];
            error = Admit(transfer, start, bytes, out needsReservation);
        }

        if (needsReservation || error != StorageError.None)
        {
            result = error;
            return !needsReservation;
        }

        bool isDone = _file.TryWrite(offset, segments, out result);
        int written = isDone && result.IsSuccess ? result.Value : 0;
        transfer?.GiveUpload(bytes - written);
        UndoAppend(claimedBefore, written);
        if (isDone && !result.IsSuccess && !_appends && MayHoldTooMuch(start + bytes))
        {
            // It is tried again where what it claimed can be set right.
            return false;
        }

        if (written > 0)
        {
            _tracked?.Hash?.Append(start, segments, written);
        }

        return isDone;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StorageResult<int>> WriteGuardedAsync(long offset, ReadOnlyMemory<PinnedSegment> segments, bool isTransfer, CancellationToken ct)
    {
        if (offset < 0 && !_appends)
        {
            return StorageError.InvalidArgument;
        }

        TransferAllowance? transfer = isTransfer ? Transfer : null;
        long bytes = PinnedSegment.TotalLength(segments.Span);
        for (int i = 0; i < MaxReservations; i++)
        {
            if (!await EnterAsync(ct).ConfigureAwait(false))
            {
                return ct.IsCancellationRequested ? StorageError.Cancelled : StorageError.Busy;
            }

            long needed;
            StorageError failed = StorageError.None;
            try
            {
                long claimedBefore = _tracked?.ClaimedEnd ?? 0;
                long start = _appends ? claimedBefore : offset;
                StorageError refused = Admit(transfer, start, bytes, out bool needsReservation);
                while (refused != StorageError.None && !needsReservation && TryDropLast(refused, ref segments, ref bytes))
                {
                    refused = Admit(transfer, start, bytes, out needsReservation);
                }

                if (!needsReservation)
                {
                    if (refused != StorageError.None)
                    {
                        return refused;
                    }

                    StorageResult<int> result = await _file.WriteAsync(offset, segments, ct).ConfigureAwait(false);
                    int written = result.IsSuccess ? result.Value : 0;
                    transfer?.GiveUpload(bytes - written);
                    UndoAppend(claimedBefore, written);
                    if (written > 0)
                    {
                        _tracked?.Hash?.Append(start, segments.Span, written);
                    }
                    else
                    {
                        _tracked?.Hash?.Drop();
                    }

                    if (result.IsSuccess || !MayHoldTooMuch(start + bytes))
                    {
                        return result;
                    }

                    failed = result.Error;
                }

                needed = start + bytes - (_tracked?.ClaimedEnd ?? start + bytes);
            }
            finally
            {
                Leave();
            }

            if (failed != StorageError.None)
            {
                // It may have written a part.
                await SetRightAsync().ConfigureAwait(false);
                return failed;
            }

            // Outside the gate: asking the store must not hold up a change of the size.
            StorageError error = await ReserveForWriteAsync(transfer, needed, bytes, ct).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                if (!TryDropLast(error, ref segments, ref bytes))
                {
                    return error;
                }

                // Fewer segments are another question, which has its own tries.
                i = -1;
            }
        }

        return StorageError.QuotaExceeded;
    }

    /// <summary>Leaves the last request to a further attempt, which says why it is refused; false if it is the only one, or nothing would be gained.</summary>
    private static bool TryDropLast(StorageError refused, ref ReadOnlyMemory<PinnedSegment> segments, ref long bytes)
    {
        if (segments.Length <= 1 || refused is not (StorageError.QuotaExceeded or StorageError.TooLarge))
        {
            return false;
        }

        bytes -= segments.Span[^1].Length;
        segments = segments[..^1];
        return true;
    }

    private async ValueTask<StorageError> ReserveForWriteAsync(TransferAllowance? transfer, long needed, long bytes, CancellationToken ct)
    {
        StorageError error = needed > 0 ? await Shares.ReserveAsync(needed, 0, ct).ConfigureAwait(false) : StorageError.None;
        if (error != StorageError.None || transfer is null)
        {
            return error;
        }

        // Taken and given back: the ceiling stays where taking it needed it.
        error = await transfer.TakeUploadAsync(bytes, ct).ConfigureAwait(false);
        if (error == StorageError.None)
        {
            transfer.GiveUpload(bytes);
        }

        return error;
    }

    /// <summary>Claims room and transfer volume for a write; nothing of it is taken if it is refused. The volume first: once claimed, room may carry another write too.</summary>
    private StorageError Admit(TransferAllowance? transfer, long start, long bytes, out bool needsReservation)
    {
        needsReservation = false;
        if (bytes > long.MaxValue - start || (MaxBytes > 0 && bytes > 0 && start + bytes > MaxBytes))
        {
            return StorageError.TooLarge;
        }

        if (IsClosed)
        {
            return StorageError.Cancelled;
        }

        if (IsOutdated)
        {
            return StorageError.Busy;
        }

        // A file without a name is in no count, and must not take room that nobody sees.
        if (_tracked is { IsDeleted: true } && !Shares.IsEmpty)
        {
            return StorageError.NotFound;
        }

        TakeOutcome outcome = transfer?.TryTakeUpload(bytes) ?? TakeOutcome.Taken;
        if (outcome == TakeOutcome.Taken && _tracked is not null && bytes > 0)
        {
            outcome = _tracked.TryClaim(start + bytes, Shares);
            if (outcome != TakeOutcome.Taken)
            {
                transfer?.GiveUpload(bytes);
            }
        }

        needsReservation = outcome == TakeOutcome.NeedsReservation;
        return outcome == TakeOutcome.LimitReached ? StorageError.QuotaExceeded : StorageError.None;
    }

    /// <summary>Where an append ends depends on what was claimed before it, so that what it did not write must not stay claimed. Nobody else is within the gate.</summary>
    private void UndoAppend(long claimedBefore, int written)
    {
        if (_appends && _tracked is { IsDeleted: false } && _tracked.ClaimedEnd - claimedBefore - written is > 0 and var unused)
        {
            _tracked.SetClaimedEnd(claimedBefore + written);
            Shares.Give(unused, 0);
        }
    }

    /// <summary>Whether a write that failed may have left claimed what the file does not have: not if another claimed more since.</summary>
    private bool MayHoldTooMuch(long end) => _tracked is { IsDeleted: false } tracked && (_appends || end >= tracked.ClaimedEnd);

    /// <summary>Has claimed what the file has. Called outside the gate; who is closing does the same, so that a file that is closed is left alone.</summary>
    private async ValueTask SetRightAsync()
    {
        if (_tracked is not { } tracked || !await tracked.Gate.CloseAsync(CancellationToken.None).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            if (!IsClosed && !tracked.IsDeleted)
            {
                Settle(tracked, await _file.GetAttributesAsync(CancellationToken.None).ConfigureAwait(false));
            }
        }
        finally
        {
            tracked.Gate.Open();
        }
    }

    private bool TryEnter() => _tracked is null || (_appends ? _tracked.Gate.TryClose() : _tracked.Gate.TryEnter());

    private ValueTask<bool> EnterAsync(CancellationToken ct) =>
        _tracked is null ? ValueTask.FromResult(true) : _appends ? _tracked.Gate.CloseAsync(ct) : _tracked.Gate.EnterAsync(ct);

    private void Leave()
    {
        if (_tracked is null)
        {
            return;
        }

        if (_appends)
        {
            _tracked.Gate.Open();
        }
        else
        {
            _tracked.Gate.Leave();
        }
    }

    private void CountWritten(in StorageResult<int> result, bool isTransfer)
    {
        if (!result.IsSuccess)
        {
            Fail(result.Error);
        }
        else if (isTransfer)
        {
            Interlocked.Add(ref _bytesMoved, result.Value);
        }
        else
        {
            _copied?.Add(result.Value);
        }
    }
}
