using System.Diagnostics;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp;

// READs whose bytes do not go straight into packets: cold or remote files, and replies that do not fit the window.
internal sealed partial class SftpServer
{
    // File content that came from a worker, or was read aside because a reply does not fit the window. It answers the first _asideReads of the queue.
    private PinnedBlock? _aside;
    private int _asideReads;
    private int _asidePosition;
    private int _asideLength;

    // Bytes of the first READ's reply, its header included, that are out already.
    private int _asideEmitted;
    private StorageError _asideError;
    private PinnedSegment[]? _asideSegment;

    /// <summary>
    /// Reads the first READs of the queue (one run, at most <paramref name="most"/>) into a block, on a worker if storage needs one.
    /// <paramref name="mayBeCached"/> tries without one first: the reply did not fit the peer's window, which says nothing of the storage.
    /// </summary>
    private unsafe Step ReadAside(int most, bool mayBeCached)
    {
        QueuedRead first = _reads![0];
        int room = first.File.File.ReadPace?.LengthOf(BlockPool.Large) ?? BlockPool.Large;
        int total = 0;
        int count = 0;
        while (count < _reads.Count && count < most)
        {
            ref readonly QueuedRead read = ref _reads[count];
            if (count > 0 && (read.File != first.File || read.Offset != first.Offset + total || read.Length == 0 || total + read.Length > room))
            {
                break;
            }

            total += read.Length;
            count++;
        }

        PinnedBlock block = Pool.Rent(total, BufferRole.Storage);
        _asideSegment ??= new PinnedSegment[1];
        _asideSegment[0] = new PinnedSegment(block.Address, (nuint)total);
        _aside = block;
        _asideReads = count;
        _asidePosition = 0;
        if (mayBeCached && TryReadAside(first, total))
        {
            return Step.Done;
        }

        ValueTask<StorageResult<int>> pending = StartReadAside(first);
        if (pending.IsCompletedSuccessfully)
        {
            SetAside(pending.Result);
            return Step.Done;
        }

        IFilePace? pace = first.File.File.ReadPace;
        BeginToWait(pace);
        _running = SetAsideLaterAsync(pending, pace, _metrics.MeasuresDuration ? Stopwatch.GetTimestamp() : 0);
        return Step.Wait;
    }

    /// <summary>Fills the block, or as much of it as the file has, if that needs no waiting.</summary>
    private bool TryReadAside(in QueuedRead first, int total)
    {
        int got = 0;
        while (got < total)
        {
            if (!first.File.File.TryRead(first.Offset + got, [Part(_asideSegment![0], got, total)], out StorageResult<int> result) || !result.IsSuccess)
            {
                first.File.File.TakeBackRead(got);
                return false;
            }

            if (result.Value == 0)
            {
                break;
            }

            got += result.Value;
        }

        SetAside(got);
        return true;

        static unsafe PinnedSegment Part(PinnedSegment whole, int from, int to) => new(whole.Address + from, (nuint)(to - from));
    }

    private ValueTask<StorageResult<int>> StartReadAside(in QueuedRead first)
    {
        try
        {
            return first.File.File.ReadAsync(first.Offset, _asideSegment, Lifetime);
        }
#pragma warning disable CA1031 // A fault of a backend is answered and logged.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return ValueTask.FromException<StorageResult<int>>(exception);
        }
    }

    private async Task SetAsideLaterAsync(ValueTask<StorageResult<int>> pending, IFilePace? pace, long startedAt)
    {
        StorageResult<int> result = await AwaitTurnAsync(pending, pace, "read").ConfigureAwait(false);
        await LeaveTurn();
        lock (_channel.Turn)
        {
            _isBusy = false;
            IsHeldBack = false;
            SetAside(result);
            try
            {
                if (_phase > SftpPhase.Open)
                {
                    DropReads();
                }
                else
                {
                    if (_metrics.MeasuresDuration)
                    {
                        _metrics.Duration("read", startedAt);
                    }

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

    private void SetAside(StorageResult<int> result)
    {
        _asideLength = result.IsSuccess ? result.Value : 0;
        _asideError = result.Error;
    }

    private void DropAside()
    {
        _aside?.Return();
        _aside = null;
        _asideReads = 0;
        _asideEmitted = 0;
        _asideError = StorageError.None;
    }

    /// <summary>Answers the first READ with as much of its reply as there is room for; the rest follows when the peer opens its window. Nothing else is sent on the channel meanwhile.</summary>
    private Step AnswerInParts(ref BulkWriter writer, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[SftpLimits.DataHeaderLength];
        WriteDataHeader(header, _reads![0].Id, data.Length);
        int room = writer.Room - writer.Length;
        if (_asideEmitted < header.Length)
        {
            int count = Math.Min(room, header.Length - _asideEmitted);
            writer.Append(header.Slice(_asideEmitted, count));
            _asideEmitted += count;
            room -= count;
        }

        if (room > 0)
        {
            int position = _asideEmitted - header.Length;
            int count = Math.Min(room, data.Length - position);
            writer.Append(data.Slice(position, count));
            _asideEmitted += count;
        }

        if (_asideEmitted < header.Length + data.Length)
        {
            return Step.Full;
        }

        _asideEmitted = 0;
        return DequeueRun(1, data.Length);
    }

    /// <summary>Answers the first READ from the block that was read aside. A short block means the end of the file.</summary>
    private Step AnswerFromAside(ref BulkWriter writer)
    {
        QueuedRead read = _reads![0];
        Step step;
        if (_asideError == StorageError.QuotaExceeded && _asideReads > 1)
        {
            // All of them together are too many; the first may be read by itself.
            DropAside();
            return ReadAside(1, mayBeCached: false);
        }

        if (_asideError != StorageError.None)
        {
            step = AnswerStatus(ref writer, SftpErrors.ToStatus(_asideError), SftpErrors.ToText(_asideError));
            if (IsEmitted(step))
            {
                DropAside();
            }

            return step;
        }

        int length = Math.Min(read.Length, Math.Max(0, _asideLength - _asidePosition));
        step = length == 0 ? AnswerEndOfFile(ref writer) : AnswerInParts(ref writer, _aside!.Span.Slice(_asidePosition, length));
        if (IsEmitted(step))
        {
            _asidePosition += read.Length;
            if (--_asideReads == 0)
            {
                DropAside();
            }
        }

        return step;
    }
}
