using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Scp;

// Content that goes out: read straight into packets where it is cached, through a block on a worker where it is not.
internal sealed partial class ScpProgram
{
    private static readonly byte[] Zeros = new byte[4 * 1024];

    /// <summary>
    /// Sends exactly <paramref name="size"/> bytes, as announced: what the file does not have any more, or cannot be read, is zeros, and the error says so.
    /// </summary>
    public async ValueTask<StorageError> SendAsync(IFileHandle file, TransferMeter transfer, long size)
    {
        SetContent(file, transfer, size);
        try
        {
            while (_left > 0)
            {
                ScpWake wake = await BeginProduce().ConfigureAwait(false);
                ThrowIfClosed(wake);
                if (wake == ScpWake.NeedsWorker)
                {
                    await ReadBlockAsync().ConfigureAwait(false);
                }
            }

            return _error;
        }
        finally
        {
            EndContent();
        }
    }

    public void Produce(ref BulkWriter writer)
    {
        if (_wanted != Wanted.Produce)
        {
            return;
        }

        while (_left > 0 && writer.Length < writer.Room)
        {
            int room = (int)Math.Min(_left, writer.Room - writer.Length);
            if (_block is not null)
            {
                AppendBlock(ref writer, room);
            }
            else if (_error != StorageError.None)
            {
                writer.Append(Zeros.AsSpan(0, Math.Min(room, Zeros.Length)));
                _left -= Math.Min(room, Zeros.Length);
            }
            else if (!TryReadInto(ref writer, room))
            {
                Wake(ScpWake.NeedsWorker);
                return;
            }
        }

        Meter.Touch(Environment.TickCount64);
        if (_left == 0)
        {
            Wake(ScpWake.Done);
        }
        else
        {
            _channel.RequestProduce();
        }
    }

    private ValueTask<ScpWake> BeginProduce()
    {
        ValueTask<ScpWake> wake;
        lock (_channel.Turn)
        {
            wake = Await(Wanted.Produce);
            if (!_isClosed)
            {
                _channel.RequestProduce();
            }
        }

        _channel.Flush();
        return wake;
    }

    private bool TryReadInto(ref BulkWriter writer, int room)
    {
        // A stretch of n slots lies in at most n + 1 pieces.
        room = (int)Math.Min(room, (long)(MaxSegments - 2) * writer.SlotPayload);
        if (_file!.ReadPace is { } pace)
        {
            // Not less: bytes that come one by one would each cost a read, with the turn held.
            room = pace.LengthOf(room);
            if (pace.Prepare(room, room) == 0)
            {
                return false;
            }
        }

        int start = writer.Length;
        int count = 0;
        writer.Reserve(room, _segments, ref count);
        bool isRead = _file.TryRead(_offset, _segments.AsSpan(0, count), out StorageResult<int> result);
        int got = isRead && result.IsSuccess ? result.Value : 0;
        writer.Truncate(start + got);
        if (isRead)
        {
            NoteRead(result);
            CountSent(got);
        }

        return isRead;
    }

    private void AppendBlock(ref BulkWriter writer, int room)
    {
        int count = Math.Min(room, _blockLength - _blockPosition);
        writer.Append(_block!.Span.Slice(_blockPosition, count));
        _blockPosition += count;
        CountSent(count);
        if (_blockPosition == _blockLength)
        {
            _block.Return();
            _block = null;
        }
    }

    private async ValueTask ReadBlockAsync()
    {
        int length = (int)Math.Min(_left, BlockPool.Large);
        if (_file!.ReadPace is { } pace)
        {
            // Without a block. What was held up by the limit alone is read straight into packets after it.
            length = pace.LengthOf(length);
            if (pace.Prepare(length, length) == 0)
            {
                Meter.BeginWait();
                try
                {
                    _error = await pace.WaitAsync(length, Lifetime).ConfigureAwait(false) ? StorageError.None : StorageError.Cancelled;
                }
                finally
                {
                    Meter.EndWait(Environment.TickCount64);
                }

                return;
            }
        }

        PinnedBlock block = _pool.Rent(length, BufferRole.Storage);
        _block = block;
        _segments![0] = Segment(block, Math.Min(length, block.Length));
        StorageResult<int> result = await AwaitTurnAsync(_file.ReadAsync(_offset, _segments.AsMemory(0, 1), Lifetime)).ConfigureAwait(false);
        NoteRead(result);
        _blockPosition = 0;
        _blockLength = result.IsSuccess ? result.Value : 0;
        if (_blockLength == 0)
        {
            block.Return();
            _block = null;
        }
    }

    // A file that ends before its announced size was cut meanwhile.
    private void NoteRead(StorageResult<int> result) => _error = result.IsSuccess && result.Value == 0 ? StorageError.IoError : result.Error;

    private void CountSent(int bytes)
    {
        _offset += bytes;
        _left -= bytes;
        _transfer!.Add(bytes);
        Meter.AddSent(bytes);
    }
}
