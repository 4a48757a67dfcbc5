using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hpc.FtpProtocol.Control;
using Hpc.Storage;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>
/// RETR: what the file has when it begins. Over a plain connection the kernel sends it straight from the page cache; what is not there is read on a worker,
/// and what goes through TLS, zlib or line ends is read into a block.
/// </summary>
internal sealed class DownloadTransfer : FileTransfer
{
    // What is asked of the kernel at once; it takes what the socket has room for.
    private const int SendMost = 1024 * 1024;
    private const int ReadMost = 256 * 1024;

    // A peer that takes nothing holds what was read for it.
    private const int ReadUnderPressure = 32 * 1024;

    // A peer as fast as the server would keep a thread for itself.
    private const int Turn = 4 * 1024 * 1024;

    // What a socket's buffer holds at the least.
    private const int ShortMost = 64 * 1024;

    private readonly IFileHandle _file;
    private long _offset;
    private long _left;

    // The first is shorter: it is among control connections (docs/adr/0019).
    private int _turn = Turn - (1024 * 1024);
    private StorageError _error;

    public DownloadTransfer(TransferScope scope, VirtualPath path, IFileHandle file, long offset, long length, string opening)
        : base(scope, path, isUpload: false)
    {
        File = _file = file;
        (_offset, _left, Opening, IsShort) = (offset, length, opening, length <= ShortMost);
    }

    public override string Opening { get; }

    public override bool IsShort { get; }

    protected override async ValueTask<FtpReply> MoveAsync(DataConnection data, CancellationToken ct)
    {
        SafeHandle? socket = data.RawSocket;
        bool goesOn = true;
        while (_left > 0 && goesOn)
        {
            ct.ThrowIfCancellationRequested();
            int most = (int)Math.Min(_left, socket is null ? ReadMost : SendMost);
            if (_file.ReadPace is { } pace)
            {
                most = await AwaitPaceAsync(pace, most, ct).ConfigureAwait(false);
            }

            if (socket is not null && _file.TrySend(_offset, most, socket, out StorageResult<int> sent))
            {
                data.AddMoved(sent.Value);
                Advance(sent.Value);

                // Less than asked is a full socket, or what follows is not in memory: then there is room at once.
                if (_left > 0 && (sent.Value < most || _turn >= Turn))
                {
                    _turn = 0;
                    await data.WaitWritableAsync(ct).ConfigureAwait(false);
                }

                continue;
            }

            // What follows is not in memory, or the last block has filled the socket.
            goesOn = await ReadAndSendAsync(data, Math.Min(most, Pool.Budget.IsUnderPressure ? ReadUnderPressure : ReadMost), ct).ConfigureAwait(false);
        }

        return _error == StorageError.None ? await EndAsync(data, ct).ConfigureAwait(false) : FtpErrors.ToTransferReply(_error);
    }

    private async ValueTask<FtpReply> EndAsync(DataConnection data, CancellationToken ct)
    {
        await data.CompleteAsync(ct).ConfigureAwait(false);
        StorageResult closed = await AwaitStorageAsync(_file.CloseAsync()).ConfigureAwait(false);
        return closed.IsSuccess ? Complete : FtpErrors.ToTransferReply(closed.Error);
    }

    /// <summary>False where the file ends, or with an error.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadAndSendAsync(DataConnection data, int most, CancellationToken ct)
    {
        PinnedBlock block = Pool.Rent(most, BufferRole.Send);
        try
        {
            Segments[0] = Segment(block, 0, most);
            if (!_file.TryRead(_offset, Segments, out StorageResult<int> read))
            {
                read = await AwaitStorageAsync(_file.ReadAsync(_offset, Segments, ct)).ConfigureAwait(false);
            }

            _error = read.Error;
            if (!read.IsSuccess || read.Value == 0)
            {
                return false;
            }

            await data.SendAsync(block.Memory[..read.Value], ct).ConfigureAwait(false);
            Advance(read.Value);
            return true;
        }
        finally
        {
            block.Return();
        }
    }

    private void Advance(int bytes)
    {
        _offset += bytes;
        _left -= bytes;
        _turn += bytes;
        Meter.AddSent(bytes);
        Count(bytes);
    }
}
