using Hpc.Accounts.Sessions;
using Hpc.FtpProtocol.Control;
using Hpc.FtpProtocol.Transfers;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Listings;

/// <summary>A directory over a data connection. Lines end with CRLF already, whatever TYPE says.</summary>
internal sealed class ListingTransfer : FtpTransfer
{
    private readonly FtpSession _session;
    private readonly SessionMeter _meter;
    private readonly EntryFeed _feed;
    private long _moved;
    private volatile bool _isHeldUp;

    /// <param name="session">Whose listing it is.</param>
    /// <param name="entries">What is listed; taken over.</param>
    /// <param name="line">How.</param>
    public ListingTransfer(FtpSession session, ListedEntries entries, EntryLine line)
    {
        _session = session;
        _feed = new EntryFeed(session.Files, entries, line);
        _meter = session.Grant!.Meter;
        _meter.AddHandles(1);
    }

    /// <inheritdoc/>
    public override string Opening => "Opening the data connection for the list.";

    /// <inheritdoc/>
    public override long Moved => Volatile.Read(ref _moved);

    /// <inheritdoc/>
    public override bool IsHeldUp => _isHeldUp;

    /// <inheritdoc/>
    public override async ValueTask<FtpReply> RunAsync(DataConnection data, CancellationToken ct)
    {
        PinnedBlock block = _session.Services.Pool.Rent(BlockPool.Medium, BufferRole.Send);
        try
        {
            while (!_feed.IsAtEnd)
            {
                _isHeldUp = true;
                StorageResult<int> filled = await _feed.FillAsync(block.Memory, ct).ConfigureAwait(false);
                _isHeldUp = false;
                if (!filled.IsSuccess)
                {
                    return FtpErrors.ToTransferReply(filled.Error);
                }

                if (filled.Value > 0)
                {
                    await data.SendAsync(block.Memory[..filled.Value], ct).ConfigureAwait(false);
                    Volatile.Write(ref _moved, _moved + filled.Value);
                    _meter.Touch(Environment.TickCount64);
                }
            }

            await data.CompleteAsync(ct).ConfigureAwait(false);
            return new FtpReply(226, "The list is complete.");
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            return FtpErrors.ToTransferReply(StorageError.Cancelled);
        }
        finally
        {
            block.Return();
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _feed.DisposeAsync().ConfigureAwait(false);
        _meter.AddHandles(-1);
    }
}
