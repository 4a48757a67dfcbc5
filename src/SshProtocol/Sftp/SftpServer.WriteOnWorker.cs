using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp;

// Runs of WRITEs that storage does not write at once.
internal sealed partial class SftpServer
{
    private unsafe void WriteOnWorker(ReadOnlySpan<PinnedSegment> segments, int written, long startedAt)
    {
        int length = _runLength - written;
        PinnedBlock block = Pool.Rent(length, BufferRole.Storage);
        Span<byte> rest = block.Span;
        foreach (ref readonly PinnedSegment segment in segments)
        {
            segment.Span.CopyTo(rest);
            rest = rest[segment.Length..];
        }

        Memory<PinnedSegment> left = _run!.Segments.AsMemory(0, LayOut(block.Address, written));
        ValueTask<StorageResult<int>> pending = StartWrite(written, left);
        if (pending.IsCompletedSuccessfully)
        {
            StorageResult<int> result = pending.Result;
            if (!IsPart(result, written))
            {
                block.Return();
                EndRun(result.IsSuccess ? _runLength : written, result.Error, startedAt);
                return;
            }

            BeginToWait(_runFile!.File.WritePace);
            _running = EndRunLaterAsync(ValueTask.FromResult(result), left, block, written, startedAt);
            return;
        }

        BeginToWait(_runFile!.File.WritePace);
        _running = EndRunLaterAsync(pending, left, block, written, startedAt);
    }

    /// <summary>Has a segment for each WRITE, so that near a limit those are written that fit; returns how many there are. What they were before is not needed any more.</summary>
    private unsafe int LayOut(byte* address, int written)
    {
        int count = 0;
        int position = written;
        foreach (EndedWrite ended in _run!.Ended.AsSpan(0, _endedCount))
        {
            if (ended.End > position)
            {
                _run.Segments[count++] = new PinnedSegment(address + (position - written), (nuint)(ended.End - position));
                position = ended.End;
            }
        }

        if (_runLength > position)
        {
            // Of the one that is still being taken.
            _run.Segments[count++] = new PinnedSegment(address + (position - written), (nuint)(_runLength - position));
        }

        return count;
    }

    private ValueTask<StorageResult<int>> StartWrite(int written, ReadOnlyMemory<PinnedSegment> segments)
    {
        try
        {
            return _runFile!.File.WriteAsync(_runOffset + written, segments, Lifetime);
        }
#pragma warning disable CA1031 // A fault of a backend is answered and logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ValueTask.FromException<StorageResult<int>>(exception);
        }
    }

    private bool IsPart(StorageResult<int> result, int written) => result.IsSuccess && result.Value > 0 && result.Value < _runLength - written;

    private async Task EndRunLaterAsync(
        ValueTask<StorageResult<int>> pending, Memory<PinnedSegment> left, PinnedBlock block, int written, long startedAt)
    {
        IFilePace? pace = _runFile!.File.WritePace;
        StorageResult<int> result = await AwaitTurnAsync(pending, pace, "write").ConfigureAwait(false);
        while (IsPart(result, written))
        {
            // What was left is tried again, to know why it was.
            written += result.Value;
            left = left[^Advance(left.Span, result.Value).Length..];
            result = await AwaitTurnAsync(StartWrite(written, left), pace, "write").ConfigureAwait(false);
        }

        await LeaveTurn();
        lock (_channel.Turn)
        {
            _isBusy = false;
            IsHeldBack = false;
            block.Return();
            try
            {
                if (_phase > SftpPhase.Open)
                {
                    ResetRun();
                }
                else
                {
                    EndRun(result.IsSuccess ? _runLength : written, result.Error, startedAt);
                    GoOn();
                }
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                EndByFault(exception);
            }
        }

        _channel.Flush();
    }

    /// <summary>Awaits a read or write; a fault becomes an I/O error and a log line.</summary>
    private async ValueTask<StorageResult<int>> AwaitAsync(ValueTask<StorageResult<int>> pending, string operation)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return StorageError.Cancelled;
        }
#pragma warning disable CA1031 // A fault of a backend is answered and logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            SftpLog.OperationFaulted(_logger, exception, _grant.SessionId, _grant.ConnectionId, operation);
            return StorageError.IoError;
        }
    }
}
