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

        ValueTask<StorageResult<int>> pending;
        try
        {
            _run!.Segments[0] = new PinnedSegment(block.Address, (nuint)length);
            pending = _runFile!.File.WriteAsync(_runOffset + written, _run.Segments.AsMemory(0, 1), Lifetime);
        }
#pragma warning disable CA1031 // A fault of a backend is answered and logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            pending = ValueTask.FromException<StorageResult<int>>(exception);
        }

        if (pending.IsCompletedSuccessfully)
        {
            block.Return();
            StorageError error = pending.Result.Error;
            EndRun(error == StorageError.None ? _runLength : written, error, startedAt);
            return;
        }

        _isBusy = true;
        _running = EndRunLaterAsync(pending, block, written, startedAt);
    }

    private async Task EndRunLaterAsync(ValueTask<StorageResult<int>> pending, PinnedBlock block, int written, long startedAt)
    {
        StorageError error = await AwaitAsync(pending, "write").ConfigureAwait(false) is { IsSuccess: false } failed ? failed.Error : StorageError.None;
        await LeaveTurn();
        lock (_channel.Turn)
        {
            _isBusy = false;
            block.Return();
            try
            {
                if (_phase > SftpPhase.Open)
                {
                    ResetRun();
                }
                else
                {
                    EndRun(error == StorageError.None ? _runLength : written, error, startedAt);
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
            SftpLog.OperationFaulted(_logger, exception, _grant.SessionId, operation);
            return StorageError.IoError;
        }
    }
}
