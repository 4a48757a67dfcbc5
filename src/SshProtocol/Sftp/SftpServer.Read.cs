using System.Buffers.Binary;
using System.Diagnostics;
using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp;

// READ: queued, then answered by Produce straight into packets; READs that follow each other in one file form a run that is read by one call.
internal sealed partial class SftpServer
{
    // Eight replies of 32 KiB are where larger batches stop paying, but for ciphers that seal more packets at once and get a larger block.
    private const int MaxBatchData = 256 * 1024;

    // IOV_MAX of Linux.
    private const int MaxReadSegments = 1024;

    [ThreadStatic]
    private static PinnedSegment[]? t_readSegments;

    private ReadQueue? _reads;

    // Input that was left in the channel is asked for again when no more READs than this are queued; -1 if nothing waits.
    private int _resumeAtReadCount = -1;

    private int ReadCount => _reads?.Count ?? 0;

    private enum Step
    {
        /// <summary>The first READs of the queue were dealt with.</summary>
        Done,

        /// <summary>They were answered through the backlog, which is the last thing that this Produce may do.</summary>
        Spilled,

        /// <summary>The writer is full; another Produce goes on.</summary>
        Full,

        /// <summary>A worker reads, or the backlog has to drain.</summary>
        Wait,
    }

    /// <summary>Puts a READ into the queue; false if it has to wait in the channel.</summary>
    private bool TryQueueRead(uint id, ReadOnlySpan<byte> body)
    {
        if (_reads is { IsFull: true })
        {
            _resumeAtReadCount = Options.MaxQueuedReads / 2;
            return false;
        }

        FlushWrites();
        if (_isBusy)
        {
            return false;
        }

        if (TryParseRead(id, body, out QueuedRead read, out SftpReply refusal))
        {
            FlushReplies();
            _reads ??= new ReadQueue(Options.MaxQueuedReads);
            _reads.Enqueue(read);
            _channel.RequestProduce();
            return true;
        }

        // The refusal follows the answers to the READs before it.
        if (ReadCount > 0)
        {
            _resumeAtReadCount = 0;
            return false;
        }

        _metrics.Operation("read", refusal.Status);
        Reply(id, refusal);
        return true;
    }

    private bool TryParseRead(uint id, ReadOnlySpan<byte> body, out QueuedRead read, out SftpReply refusal)
    {
        //  string   handle
        //  uint64   offset
        //  uint32   length
        read = default;
        refusal = default;
        var reader = new WireReader(body);
        if (!reader.TryReadString(out ReadOnlySpan<byte> handle) || !reader.TryReadUInt64(out ulong offset) || !reader.TryReadUInt32(out uint length))
        {
            refusal = SftpReply.BadMessage;
        }
        else if (!Handles.TryGet(handle, out SftpHandle found) || found is not SftpFile file)
        {
            refusal = SftpReply.BadHandle;
        }
        else if (!file.CanRead)
        {
            refusal = SftpReply.Failed(SftpStatus.PermissionDenied, "The file is not open for reading");
        }
        else if (offset > long.MaxValue - SftpLimits.MaxReadLength)
        {
            refusal = SftpReply.Failed("The offset is beyond the largest file");
        }
        else
        {
            read = new QueuedRead(id, file, (long)offset, (int)Math.Min(length, SftpLimits.MaxReadLength));
            return true;
        }

        return false;
    }

    public void Produce(ref BulkWriter writer)
    {
        if (_isBusy || _phase != SftpPhase.Open)
        {
            return;
        }

        if (writer.Length == 0 && ResumeIfDue())
        {
            return;
        }

        Step step = Step.Done;
        while (ReadCount > 0 && step == Step.Done)
        {
            step = writer.Length >= BatchData(writer) ? Step.Full : ProduceNext(ref writer);
        }

        Meter.Touch(Environment.TickCount64);
        AskForMore(step);
    }

    // The replies' headers take a part of the last packet.
    private static int BatchData(in BulkWriter writer) => Math.Max(MaxBatchData, writer.BlockRoom - writer.SlotPayload);

    private void AskForMore(Step step)
    {
        if (_isBusy)
        {
            return;
        }

        // After a wait OnWritable asks. Input that waits, and the end, have a Produce of their own: see ResumeIfDue.
        bool more = ReadCount > 0 && (step == Step.Full || (step == Step.Spilled && _channel.CanWrite));
        if (more || ReadCount <= _resumeAtReadCount || (ReadCount == 0 && _peerIsDone))
        {
            _channel.RequestProduce();
        }
    }

    /// <summary>
    /// Takes input that waited for the queue to empty, or ends. Both may write to the channel, which must not happen while a writer holds replies;
    /// so this is the only thing that its Produce does.
    /// </summary>
    private bool ResumeIfDue()
    {
        if (ReadCount <= _resumeAtReadCount)
        {
            _resumeAtReadCount = -1;
            if (ReadCount > 0)
            {
                _channel.RequestProduce();
            }

            _channel.Resume();
            ExitIfDone();
            return true;
        }

        if (ReadCount == 0)
        {
            ExitIfDone();
            return true;
        }

        return false;
    }

    private Step ProduceNext(ref BulkWriter writer)
    {
        if (_aside is not null || _asideError != StorageError.None)
        {
            return AnswerFromAside(ref writer);
        }

        ref readonly QueuedRead first = ref _reads![0];
        if (first.Length == 0)
        {
            // OpenSSH answers a READ of nothing with empty DATA, wherever the end of the file is.
            return AnswerData(ref writer, []);
        }

        int most = BatchData(writer);
        if (first.File.File.ReadPace is { } pace && (most = pace.Prepare(first.Length, Math.Max(first.Length, pace.LengthOf(most)))) == 0)
        {
            return AwaitPace(pace, first.Length);
        }

        Span<PinnedSegment> segments = t_readSegments ??= new PinnedSegment[MaxReadSegments];
        int start = writer.Length;
        int count = ReserveRun(ref writer, segments, most, out int segmentCount, out int total);
        if (count == 0)
        {
            // What is left of the peer's window takes the first part of the next reply.
            return writer.Length > 0 && writer.Room == writer.BlockRoom ? Step.Full : ReadAside(1, mayBeCached: true);
        }

        long startedAt = _metrics.MeasuresDuration ? Stopwatch.GetTimestamp() : 0;
        if (!first.File.File.TryRead(first.Offset, segments[..segmentCount], out StorageResult<int> result, out bool isAtEnd))
        {
            writer.Truncate(start);
            return ReadAside(int.MaxValue, mayBeCached: false);
        }

        if (_metrics.MeasuresDuration)
        {
            _metrics.Duration("read", startedAt);
        }

        if (!result.IsSuccess)
        {
            writer.Truncate(start);
            return AnswerStatus(ref writer, SftpErrors.ToStatus(result.Error), SftpErrors.ToText(result.Error));
        }

        return result.Value == total ? DequeueRun(count, total) : EndShortRun(ref writer, start, result.Value, isAtEnd);
    }

    /// <summary>Lays out the replies to as many READs of one run as fit, the first and <paramref name="most"/> bytes in all; returns how many.</summary>
    private int ReserveRun(ref BulkWriter writer, Span<PinnedSegment> segments, int most, out int segmentCount, out int total)
    {
        segmentCount = 0;
        total = 0;
        int count = 0;
        ref readonly QueuedRead first = ref _reads![0];
        while (count < _reads.Count)
        {
            ref readonly QueuedRead read = ref _reads[count];
            bool follows = read.File == first.File && read.Offset == first.Offset + total && read.Length > 0;
            bool fits = SftpLimits.DataHeaderLength + read.Length <= writer.Room - writer.Length
                && segmentCount + (read.Length / writer.SlotPayload) + 2 <= segments.Length;
            if (!follows || !fits || (count > 0 && total + read.Length > most))
            {
                break;
            }

            AppendDataHeader(ref writer, read.Id, read.Length);
            writer.Reserve(read.Length, segments, ref segmentCount);
            total += read.Length;
            count++;
        }

        return count;
    }

    /// <summary>
    /// The run ended before its last byte: at the end of the file, or where the page cache ends. READs that got all their bytes are answered;
    /// the first that did not is asked for again by itself, and the rest stay queued.
    /// </summary>
    private Step EndShortRun(ref BulkWriter writer, int start, int got, bool isAtEnd)
    {
        int position = start;
        int left = got;
        while (left >= _reads![0].Length)
        {
            int length = _reads[0].Length;
            position += SftpLimits.DataHeaderLength + length;
            left -= length;
            DequeueRun(1, length);
        }

        writer.Truncate(position);
        return FinishRead(ref writer, position, left, isAtEnd || got == 0);
    }

    /// <summary>Completes the reply to the first READ, of which <paramref name="got"/> bytes are in place behind its header.</summary>
    private Step FinishRead(ref BulkWriter writer, int position, int got, bool isAtEnd)
    {
        QueuedRead read = _reads![0];
        if (got > 0)
        {
            Span<PinnedSegment> segments = t_readSegments!;
            int count = 0;
            AppendDataHeader(ref writer, read.Id, read.Length);
            writer.Reserve(read.Length, segments, ref count);
            Span<PinnedSegment> rest = Advance(segments[..count], got);
            while (got < read.Length && !isAtEnd)
            {
                if (!read.File.File.TryRead(read.Offset + got, rest, out StorageResult<int> result, out isAtEnd))
                {
                    writer.Truncate(position);
                    read.File.File.TakeBackRead(got);
                    return ReadAside(int.MaxValue, mayBeCached: false);
                }

                if (!result.IsSuccess)
                {
                    writer.Truncate(position);
                    read.File.File.TakeBackRead(got);
                    return AnswerStatus(ref writer, SftpErrors.ToStatus(result.Error), SftpErrors.ToText(result.Error));
                }

                isAtEnd |= result.Value == 0;
                got += result.Value;
                rest = Advance(rest, result.Value);
            }

            if (got < read.Length)
            {
                Span<byte> header = stackalloc byte[SftpLimits.DataHeaderLength];
                WriteDataHeader(header, read.Id, got);
                writer.Patch(position, header);
                writer.Truncate(position + SftpLimits.DataHeaderLength + got);
            }

            return DequeueRun(1, got);
        }

        // Nothing of this READ: at the end of the file by a read that began here, else it begins the next run.
        return isAtEnd ? AnswerEndOfFile(ref writer) : Step.Done;
    }

    private Step DequeueRun(int count, int bytes)
    {
        _reads![0].File.Transfer.Add(bytes);
        Meter.AddSent(bytes);
        _metrics.Sent(bytes);
        _metrics.Operation("read", SftpStatus.Ok, count);
        for (int i = 0; i < count; i++)
        {
            _reads.Dequeue();
        }

        return Step.Done;
    }

    private void DropReads()
    {
        _reads?.Clear();
        if (!_isBusy)
        {
            DropAside();
        }
    }
}
