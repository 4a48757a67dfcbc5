using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hpc.Accounts.Sessions;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Scp;

// Content that comes in: written from the channel's memory where storage is quick, from a block on a worker where it is not.
internal sealed partial class ScpProgram
{
    private const int MaxSegments = 64;

    private PinnedSegment[]? _segments;
    private int _segmentCount;
    private int _runLength;

    // Bytes from which on a run is written before more is taken: as few as a limit of speed is low.
    private int _runMost = int.MaxValue;

    // What the file can expect; null without a limit.
    private long? _runRate;

    // The content being moved, in either direction.
    private IFileHandle? _file;
    private TransferMeter? _transfer;
    private long _offset;
    private long _left;
    private StorageError _error;

    // What a worker has to write, or has read.
    private PinnedBlock? _block;
    private int _blockLength;
    private int _blockPosition;

    /// <summary>
    /// Takes exactly <paramref name="size"/> bytes from the peer into the file. After an error the rest is read over, as the peer sends it anyway.
    /// Null means that the peer ended before.
    /// </summary>
    public async ValueTask<StorageError?> ReceiveAsync(IFileHandle file, TransferMeter transfer, long size)
    {
        SetContent(file, transfer, size);
        try
        {
            while (_left > 0 || _block is not null)
            {
                if (_block is not null)
                {
                    await WriteBlockAsync().ConfigureAwait(false);
                    continue;
                }

                ScpWake wake = await BeginInput(Wanted.Content).ConfigureAwait(false);
                ThrowIfClosed(wake);
                if (wake == ScpWake.EndOfInput)
                {
                    return null;
                }
            }

            return _error;
        }
        finally
        {
            EndContent();
        }
    }

    public bool IsHeldBack => _runMost != int.MaxValue && _block is not null && _wanted == Wanted.Nothing;

    public int WindowOfUse => _runRate is { } rate ? SshChannel.WindowOf(rate) : int.MaxValue;

    public void OnBatchEnd()
    {
        if (_runLength > 0)
        {
            WriteRun();
        }

        if (_wanted == Wanted.Content && _left == 0)
        {
            Wake(ScpWake.Done);
        }
    }

    private void SetContent(IFileHandle file, TransferMeter transfer, long size)
    {
        _segments ??= new PinnedSegment[MaxSegments];
        _file = file;
        _transfer = transfer;
        _offset = 0;
        _left = size;
        _error = StorageError.None;
        NotePace();
    }

    private void NotePace()
    {
        IFilePace? pace = _file?.WritePace;
        _runMost = pace?.LengthOf(int.MaxValue) ?? int.MaxValue;
        _runRate = pace?.Rate;
    }

    private void EndContent()
    {
        _block?.Return();
        _block = null;
        _file = null;
        _transfer = null;
    }

    /// <summary>Takes what is there of the content. The memory stays valid until the end of the batch.</summary>
    private int TakeContent(ReadOnlySpan<byte> data)
    {
        int taken = 0;
        while (taken < data.Length && _left > 0)
        {
            ReadOnlySpan<byte> part = data.Slice(taken, (int)Math.Min(Math.Min(data.Length - taken, _left), BlockPool.Huge));
            if (_segmentCount == MaxSegments || _runLength + part.Length > BlockPool.Huge || _runLength >= _runMost)
            {
                WriteRun();
            }

            if (_wanted != Wanted.Content)
            {
                return taken;
            }

            if (_error == StorageError.None)
            {
                AddSegment(part);
            }

            taken += part.Length;
            _left -= part.Length;
        }

        return taken;
    }

    private unsafe void AddSegment(ReadOnlySpan<byte> bytes)
    {
        var address = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
        _segments![_segmentCount++] = new PinnedSegment(address, (nuint)bytes.Length);
        _runLength += bytes.Length;
    }

    /// <summary>Writes what lies in the channel's memory, or sets it aside for a worker and wakes the transfer.</summary>
    private void WriteRun()
    {
        Span<PinnedSegment> segments = _segments.AsSpan(0, _segmentCount);
        while (_runLength > 0 && _error == StorageError.None)
        {
            if (!_file!.TryWrite(_offset, segments, out StorageResult<int> result))
            {
                SetAside(segments);
                break;
            }

            // A write of nothing, without a reason, would be tried for ever.
            _error = result.IsSuccess && result.Value == 0 ? StorageError.IoError : result.Error;
            if (_error == StorageError.None)
            {
                segments = Advance(segments, result.Value);
                _runLength -= result.Value;
                CountReceived(result.Value);
            }
        }

        DropRun();
        NotePace();
    }

    private void DropRun()
    {
        _segmentCount = 0;
        _runLength = 0;
    }

    private void SetAside(ReadOnlySpan<PinnedSegment> segments)
    {
        _block = _pool.Rent(_runLength, BufferRole.Storage);
        _blockLength = _runLength;
        Span<byte> rest = _block.Span;
        foreach (ref readonly PinnedSegment segment in segments)
        {
            segment.Span.CopyTo(rest);
            rest = rest[segment.Length..];
        }

        Wake(ScpWake.NeedsWorker);
    }

    private async ValueTask WriteBlockAsync()
    {
        _segments![0] = Segment(_block!, _blockLength);
        StorageResult<int> result = await AwaitTurnAsync(_file!.WriteAsync(_offset, _segments.AsMemory(0, 1), Lifetime)).ConfigureAwait(false);
        _error = result.Error;
        if (result.IsSuccess)
        {
            CountReceived(_blockLength);
        }

        NotePace();
        _block!.Return();
        _block = null;
    }

    /// <summary>Awaits a read or write, which may wait for its turn.</summary>
    private async ValueTask<StorageResult<int>> AwaitTurnAsync(ValueTask<StorageResult<int>> pending)
    {
        Meter.BeginWait();
        try
        {
            return await pending.ConfigureAwait(false);
        }
        finally
        {
            Meter.EndWait(Environment.TickCount64);
        }
    }

    private void CountReceived(int bytes)
    {
        _offset += bytes;
        _transfer!.Add(bytes);
        Meter.AddReceived(bytes);
    }

    private static unsafe PinnedSegment Segment(PinnedBlock block, int length) => new(block.Address, (nuint)length);

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
