using System.Runtime.CompilerServices;
using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>A file on its way over a data connection.</summary>
internal abstract class FileTransfer : FtpTransfer
{
    private readonly TransferScope _scope;
    private readonly TransferMeter _transfer;
    private volatile bool _isHeldUp;
    private bool _isEnded;

    /// <param name="scope">Whose transfer it is.</param>
    /// <param name="path">The file.</param>
    /// <param name="isUpload">Which way.</param>
    protected FileTransfer(TransferScope scope, VirtualPath path, bool isUpload)
    {
        _scope = scope;
        _transfer = Meter.BeginTransfer(path.ToString(), isUpload);
        Meter.AddHandles(1);
    }

    /// <inheritdoc/>
    public override long Moved => _transfer.Bytes;

    /// <inheritdoc/>
    public override bool IsHeldUp => _isHeldUp;

    protected static FtpReply Complete { get; } = new(226, "Transfer complete.");

    protected static FtpReply Lost { get; } = new(426, "The data connection broke.");

    /// <summary>The open file, which belongs to the transfer.</summary>
    protected IFileHandle? File { get; set; }

    protected SessionMeter Meter => _scope.Meter;

    protected BlockPool Pool => _scope.Pool;

    protected PinnedSegment[] Segments { get; } = new PinnedSegment[1];

    /// <inheritdoc/>
    public override async ValueTask<FtpReply> RunAsync(DataConnection data, CancellationToken ct)
    {
        try
        {
#pragma warning disable CA2000 // It owns nothing of its own.
            return await MoveAsync(_scope.IsAscii ? new AsciiData(data, Pool) : data, ct).ConfigureAwait(false);
#pragma warning restore CA2000
        }
        catch (OperationCanceledException)
        {
            return FtpErrors.ToTransferReply(StorageError.Cancelled);
        }
        catch (IOException e)
        {
            TransferLog.Lost(_scope.Logger, _scope.SessionId, _scope.ConnectionId, e.Message);
            return Lost;
        }
#pragma warning disable CA1031 // A fault of a backend is answered and logged.
        catch (Exception e)
#pragma warning restore CA1031
        {
            TransferLog.Faulted(_scope.Logger, e, _scope.SessionId, _scope.ConnectionId);
            return FtpErrors.ToTransferReply(StorageError.IoError);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        if (File is { } file)
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }

        Meter.EndTransfer(_transfer);
        Meter.AddHandles(-1);
    }

    /// <summary>Moves all of it.</summary>
    protected abstract ValueTask<FtpReply> MoveAsync(DataConnection data, CancellationToken ct);

    /// <summary>Sets aside what the next operation may move, waiting for it without memory; how much that is.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    protected async ValueTask<int> AwaitPaceAsync(IFilePace pace, int most, CancellationToken ct)
    {
        int length = pace.LengthOf(most);
        while (pace.Prepare(length, length) == 0)
        {
            Meter.BeginWait();
            try
            {
                if (!await pace.WaitAsync(length, ct).ConfigureAwait(false))
                {
                    throw new OperationCanceledException(ct);
                }
            }
            finally
            {
                Meter.EndWait(Environment.TickCount64);
            }
        }

        return length;
    }

    /// <summary>Awaits storage, which holds up the transfer meanwhile.</summary>
    protected async ValueTask<T> AwaitStorageAsync<T>(ValueTask<T> pending)
    {
        if (pending.IsCompleted)
        {
            return await pending.ConfigureAwait(false);
        }

        _isHeldUp = true;
        Meter.BeginWait();
        try
        {
            return await pending.ConfigureAwait(false);
        }
        finally
        {
            Meter.EndWait(Environment.TickCount64);
            _isHeldUp = false;
        }
    }

    /// <summary>Counts bytes that moved.</summary>
    protected void Count(int bytes)
    {
        _transfer.Add(bytes);
        Meter.Touch(Environment.TickCount64);
    }

    protected static unsafe PinnedSegment Segment(PinnedBlock block, int start, int length) => new(block.Address + start, (nuint)length);
}
