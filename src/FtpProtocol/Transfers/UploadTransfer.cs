using System.Runtime.CompilerServices;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>
/// STOR, APPE and STOU: received into a block and written from it. A peer that sends nothing holds no memory, and one that a limit of speed holds up neither.
/// The file is opened when the data connection is there: what it replaces stays as it is if none comes.
/// </summary>
internal sealed class UploadTransfer : FileTransfer
{
    private int _blockLength = BlockPool.Medium;
    private readonly Func<CancellationToken, ValueTask<StorageResult<IFileHandle>>>? _open;
    private IFileHandle _file = null!;
    private long _offset;
    private long _left;
    private readonly bool _goesToEnd;

    /// <param name="scope">Whose transfer it is.</param>
    /// <param name="path">The file.</param>
    /// <param name="open">Opens it for writing.</param>
    /// <param name="opening">Text of the reply 150.</param>
    /// <param name="goesToEnd">True if the first byte goes behind what the file has when it is open; false for its start, or for a file that appends by itself.</param>
    public UploadTransfer(TransferScope scope, VirtualPath path, Func<CancellationToken, ValueTask<StorageResult<IFileHandle>>> open, string opening, bool goesToEnd = false)
        : base(scope, path, isUpload: true)
    {
        (_open, _goesToEnd) = (open, goesToEnd);
        (_offset, _left, Opening) = (0, long.MaxValue, opening);
    }

    /// <param name="scope">Whose transfer it is.</param>
    /// <param name="path">The file.</param>
    /// <param name="file">Open for writing into what it has.</param>
    /// <param name="offset">Where the first byte goes.</param>
    /// <param name="length">Most bytes, where RANG says so; null for any number.</param>
    /// <param name="opening">Text of the reply 150.</param>
    public UploadTransfer(TransferScope scope, VirtualPath path, IFileHandle file, long offset, long? length, string opening)
        : base(scope, path, isUpload: true)
    {
        File = _file = file;
        (_offset, _left, Opening) = (offset, length ?? long.MaxValue, opening);
    }

    public override string Opening { get; }

    protected override async ValueTask<FtpReply> MoveAsync(DataConnection data, CancellationToken ct)
    {
        if (_open is not null)
        {
            StorageResult<IFileHandle> opened = await AwaitStorageAsync(_open(ct)).ConfigureAwait(false);
            if (!opened.IsSuccess)
            {
                return FtpErrors.ToTransferReply(opened.Error);
            }

            File = _file = opened.Value;
        }

        if (_goesToEnd)
        {
            StorageResult<EntryAttributes> attributes = await AwaitStorageAsync(_file.GetAttributesAsync(ct)).ConfigureAwait(false);
            if (!attributes.IsSuccess)
            {
                return FtpErrors.ToTransferReply(attributes.Error);
            }

            _offset = attributes.Value.Size;
        }

        while (true)
        {
            await data.WaitReadableAsync(ct).ConfigureAwait(false);
            int most = _blockLength;
            bool isPaced = false;
            if (_file.WritePace is { } pace)
            {
                isPaced = true;
                most = await AwaitPaceAsync(pace, most, ct).ConfigureAwait(false);
            }

            (int received, StorageError error) = await ReceiveAndWriteAsync(data, Math.Max(most, 2), isPaced, ct).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return FtpErrors.ToTransferReply(error);
            }

            if (received == 0)
            {
                return await EndAsync(ct).ConfigureAwait(false);
            }

            if (_left < 0)
            {
                return new FtpReply(552, "More was sent than RANG allows.");
            }
        }
    }

    private async ValueTask<FtpReply> EndAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        StorageResult closed = await AwaitStorageAsync(_file.CloseAsync()).ConfigureAwait(false);
        return closed.IsSuccess ? Complete : FtpErrors.ToTransferReply(closed.Error);
    }

    /// <summary>What is there, as long as there is more at once and no pace says how much; 0 received is the end.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(int Received, StorageError Error)> ReceiveAndWriteAsync(DataConnection data, int most, bool isPaced, CancellationToken ct)
    {
        PinnedBlock block = Pool.Rent(most, BufferRole.Receive);
        try
        {
            int received = await data.ReceiveAsync(block.Memory[..most], ct).ConfigureAwait(false);
            while (received > 0)
            {
                int wanted = (int)Math.Min(received, _left);
                _left -= received;
                if (!TryWrite(block, wanted, out int done, out StorageError error))
                {
                    error = await WriteAsync(block, done, wanted, ct).ConfigureAwait(false);
                }

                bool isLengthRight = IsLengthRight(data, received, most);
                if (error != StorageError.None || _left < 0 || isPaced || !isLengthRight || !data.TryReceive(block.Span[..most], out int more))
                {
                    return (received, error);
                }

                received = more;
            }

            return (0, StorageError.None);
        }
        finally
        {
            block.Return();
        }
    }

    /// <summary>Small for a slow peer, large as soon as it fills a block. False if the next block should have another length.</summary>
    private bool IsLengthRight(DataConnection data, int received, int most)
    {
        _blockLength = received < BlockPool.Medium || Pool.Budget.IsUnderPressure ? BlockPool.Medium
            : received < most ? _blockLength
            : data.RawSocket is null ? BlockPool.Huge : BlockPool.Giant;
        return _blockLength == most;
    }

    /// <summary>Writes at once, as far as that goes; false if the rest has to be waited for.</summary>
    private bool TryWrite(PinnedBlock block, int length, out int done, out StorageError error)
    {
        error = StorageError.None;
        for (done = 0; done < length;)
        {
            Segments[0] = Segment(block, done, length - done);
            if (!_file.TryWrite(_offset, Segments, out StorageResult<int> written))
            {
                return false;
            }

            error = Advance(written, ref done);
            if (error != StorageError.None)
            {
                return true;
            }
        }

        return true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<StorageError> WriteAsync(PinnedBlock block, int done, int length, CancellationToken ct)
    {
        StorageError error = StorageError.None;
        while (done < length && error == StorageError.None)
        {
            Segments[0] = Segment(block, done, length - done);
            error = Advance(await AwaitStorageAsync(_file.WriteAsync(_offset, Segments, ct)).ConfigureAwait(false), ref done);
        }

        return error;
    }

    private StorageError Advance(StorageResult<int> written, ref int done)
    {
        // A write of nothing, without a reason, would be tried for ever.
        if (!written.IsSuccess || written.Value == 0)
        {
            return written.IsSuccess ? StorageError.IoError : written.Error;
        }

        done += written.Value;
        _offset += written.Value;
        Meter.AddReceived(written.Value);
        Count(written.Value);
        return StorageError.None;
    }
}
