using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp;

// WRITE: bodies are taken as they come; those that follow each other in one file form a run that is written by one call.
internal sealed partial class SftpServer
{
    // The run: bytes that lie in the channel's memory until the end of the batch, and the WRITEs that end in it.
    private SftpFile? _runFile;
    private long _runOffset;
    private int _runLength;
    private int _segmentCount;
    private int _endedCount;
    private WriteRun? _run;

    // The WRITE whose body is being taken. After a failure its rest is read over and its status follows.
    private bool _isInBody;
    private uint _bodyId;
    private int _bodyLeft;
    private int _bodyTrailing;
    private SftpReply? _bodyFailure;

    private int TakeWriteHeader(ReadOnlySpan<byte> data, int length)
    {
        //  uint32   length
        //  byte     WRITE
        //  uint32   id
        //  string   handle
        //  uint64   offset
        //  string   data
        const int BeforeHandle = SftpLimits.HeaderLength + 4;
        const int AfterHandle = 8 + 4;
        if (ReadCount > 0)
        {
            _resumeAtReadCount = 0;
            return 0;
        }

        if (length + 4 < BeforeHandle)
        {
            return data.Length < length + 4 ? 0 : RefuseWrite(BinaryPrimitives.ReadUInt32BigEndian(data[5..]), length + 4, 0, SftpReply.BadMessage);
        }

        if (data.Length < BeforeHandle)
        {
            return 0;
        }

        uint id = BinaryPrimitives.ReadUInt32BigEndian(data[5..]);
        uint handleLength = BinaryPrimitives.ReadUInt32BigEndian(data[SftpLimits.HeaderLength..]);
        int body = length + 4 - BeforeHandle;
        if (handleLength > SftpLimits.MaxHandleLength || body < handleLength + AfterHandle)
        {
            return RefuseWrite(id, BeforeHandle, body, SftpReply.BadMessage);
        }

        int header = BeforeHandle + (int)handleLength + AfterHandle;
        if (data.Length < header)
        {
            return 0;
        }

        ReadOnlySpan<byte> handle = data.Slice(BeforeHandle, (int)handleLength);
        ulong offset = BinaryPrimitives.ReadUInt64BigEndian(data[(header - AfterHandle)..]);
        uint dataLength = BinaryPrimitives.ReadUInt32BigEndian(data[(header - 4)..]);
        body = length + 4 - header;
        if (dataLength > body)
        {
            return RefuseWrite(id, header, body, SftpReply.BadMessage);
        }

        if (!Handles.TryGet(handle, out SftpHandle found) || found is not SftpFile file)
        {
            return RefuseWrite(id, header, body, SftpReply.BadHandle);
        }

        if (!file.CanWrite)
        {
            return RefuseWrite(id, header, body, SftpReply.Failed(SftpStatus.PermissionDenied, "The file is not open for writing"));
        }

        if (offset > (ulong)(long.MaxValue - dataLength))
        {
            return RefuseWrite(id, header, body, StorageError.TooLarge);
        }

        return BeginBody(id, file, (long)offset, (int)dataLength, body - (int)dataLength) ? header : 0;
    }

    private int RefuseWrite(uint id, int header, int body, SftpReply failure)
    {
        FlushWrites();
        if (_isBusy)
        {
            return 0;
        }

        _isInBody = true;
        _bodyId = id;
        _bodyLeft = 0;
        _bodyTrailing = body;
        _bodyFailure = failure;
        EndBodyIfComplete();
        return header;
    }

    private bool BeginBody(uint id, SftpFile file, long offset, int length, int trailing)
    {
        if (_runFile != file || offset != _runOffset + _runLength || _endedCount == WriteRun.MaxWrites || _segmentCount == WriteRun.MaxSegments || _runLength >= _runMost)
        {
            FlushWrites();
            if (_isBusy)
            {
                return false;
            }

            _runFile = file;
            _runOffset = offset;
            IFilePace? pace = file.File.WritePace;
            _runMost = pace?.LengthOf(int.MaxValue) ?? int.MaxValue;
            _runRate = pace?.Rate;
        }

        _isInBody = true;
        _bodyId = id;
        _bodyLeft = length;
        _bodyTrailing = trailing;
        _bodyFailure = null;
        EndBodyIfComplete();
        return true;
    }

    /// <summary>Takes what is there of the current WRITE's body. The memory stays valid until the end of the batch.</summary>
    private int TakeBody(ReadOnlySpan<byte> data)
    {
        if (_bodyLeft == 0)
        {
            int skipped = Math.Min(_bodyTrailing, data.Length);
            _bodyTrailing -= skipped;
            EndBodyIfComplete();
            return skipped;
        }

        int taken = Math.Min(_bodyLeft, data.Length);
        if (taken == 0)
        {
            return 0;
        }

        if (_bodyFailure is null)
        {
            if (_segmentCount == WriteRun.MaxSegments || _runLength + taken > BlockPool.Huge)
            {
                FlushWrites();
                if (_isBusy)
                {
                    return 0;
                }
            }

            if (_bodyFailure is null)
            {
                AddSegment(data[..taken]);
            }
        }

        _bodyLeft -= taken;
        EndBodyIfComplete();
        return taken;
    }

    private unsafe void AddSegment(ReadOnlySpan<byte> bytes)
    {
        _run ??= WriteRun.Rent();
        var address = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
        _run.Segments[_segmentCount++] = new PinnedSegment(address, (nuint)bytes.Length);
        _runLength += bytes.Length;
    }

    private void EndBodyIfComplete()
    {
        if (_bodyLeft > 0 || _bodyTrailing > 0)
        {
            return;
        }

        _isInBody = false;
        if (_bodyFailure is { } failure)
        {
            _bodyFailure = null;
            _metrics.Operation("write", failure.Status);
            Reply(_bodyId, failure);
            return;
        }

        _run ??= WriteRun.Rent();
        _run.Ended[_endedCount++] = new EndedWrite(_bodyId, _runLength);
    }

    /// <summary>Writes the run. Sets <c>_isBusy</c> if storage needs a worker for it.</summary>
    private void FlushWrites()
    {
        if (_run is null)
        {
            return;
        }

        long startedAt = _metrics.MeasuresDuration ? Stopwatch.GetTimestamp() : 0;
        Span<PinnedSegment> segments = _run.Segments.AsSpan(0, _segmentCount);
        int written = 0;
        StorageError error = StorageError.None;
        while (written < _runLength && error == StorageError.None)
        {
            if (!_runFile!.File.TryWrite(_runOffset + written, segments, out StorageResult<int> result))
            {
                WriteOnWorker(segments, written, startedAt);
                return;
            }

            error = result.Error;
            if (result.IsSuccess)
            {
                // A write of nothing, without a reason, would be tried for ever.
                error = result.Value == 0 ? StorageError.IoError : StorageError.None;
                written += result.Value;
                segments = Advance(segments, result.Value);
            }
        }

        EndRun(written, error, startedAt);
    }

    /// <summary>Answers the WRITEs that ended in the run: those within the first <paramref name="written"/> bytes succeeded.</summary>
    private void EndRun(int written, StorageError error, long startedAt)
    {
        int succeeded = 0;
        foreach (EndedWrite ended in _run!.Ended.AsSpan(0, _endedCount))
        {
            bool done = ended.End <= written;
            succeeded += done ? 1 : 0;
            ReplyStatus(ended.Id, done ? StorageError.None : error);
        }

        if (succeeded > 0)
        {
            _metrics.Operation("write", SftpStatus.Ok, succeeded);
        }

        if (succeeded < _endedCount)
        {
            _metrics.Operation("write", SftpErrors.ToStatus(error), _endedCount - succeeded);
        }

        if (_isInBody && error != StorageError.None)
        {
            _bodyFailure = error;
        }

        Meter.AddReceived(written);
        _runFile?.Transfer.Add(written);
        _metrics.Received(written);
        if (_metrics.MeasuresDuration)
        {
            _metrics.Duration("write", startedAt);
        }

        ResetRun();
    }

    private void ResetRun()
    {
        _runOffset += _runLength;
        _runLength = 0;
        _segmentCount = 0;
        _endedCount = 0;
        _run?.Return();
        _run = null;
        if (!_isInBody)
        {
            _runFile = null;
        }
    }

    /// <summary>The end of the session: what is not written is dropped; a run on a worker ends by itself.</summary>
    private void DropWrites()
    {
        _isInBody = false;
        _bodyFailure = null;
        if (!_isBusy)
        {
            ResetRun();
        }
    }

    private static unsafe Span<PinnedSegment> Advance(Span<PinnedSegment> segments, int bytes)
    {
        while (bytes > 0)
        {
            PinnedSegment first = segments[0];
            if (bytes < first.Length)
            {
                segments[0] = new PinnedSegment(first.Address + bytes, (nuint)(first.Length - bytes));
                break;
            }

            bytes -= first.Length;
            segments = segments[1..];
        }

        return segments;
    }
}
