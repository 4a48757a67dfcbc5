using System.IO.Compression;
using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>
/// A data connection in MODE Z (draft-preston-ftpext-deflate): zlib data (RFC 1950) on the wire. Compression runs on the pool's threads, never on a socket's.
/// What comes out of a small upload is counted, paced and limited as it is written, and never held.
/// </summary>
internal sealed class DeflatedData : WrappedData
{
    private readonly ZLibCompressionOptions _options;
    private readonly DeflatedWire _wire;
    private ZLibStream? _deflate;
    private ZLibStream? _inflate;
    private bool _hasMore;
    private bool _isAtEnd;

    private DeflatedData(DataConnection inner, int level, BlockPool pool)
        : base(inner)
    {
        _options = new ZLibCompressionOptions { CompressionLevel = level };
        _wire = new DeflatedWire(inner, pool);
    }

    // zlib data of nothing.
    private static ReadOnlySpan<byte> Nothing => [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01];

    /// <summary>The connection as the parameters ask for it: itself in MODE S.</summary>
    public static DataConnection Wrap(DataConnection data, TransferParameters parameters, BlockPool pool) =>
        parameters.IsDeflated ? new DeflatedData(data, parameters.DeflateLevel, pool) : data;

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _deflate ??= new ZLibStream(_wire, _options, leaveOpen: true);
        await _deflate.WriteAsync(data, ct).ConfigureAwait(false);
    }

    public override async ValueTask CompleteAsync(CancellationToken ct)
    {
        if (_deflate is { } deflate)
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            _deflate = null;
            await deflate.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            await _wire.WriteAsync(Nothing.ToArray(), ct).ConfigureAwait(false);
        }

        await _wire.FlushAsync(ct).ConfigureAwait(false);
        await Inner.CompleteAsync(ct).ConfigureAwait(false);
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        if (_isAtEnd)
        {
            return 0;
        }

        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _inflate ??= new ZLibStream(_wire, CompressionMode.Decompress, leaveOpen: true);
        int filled = 0;
        do
        {
            int read = await InflateAsync(buffer[filled..], ct).ConfigureAwait(false);
            if (read == 0)
            {
                _isAtEnd = true;
                await EndAsync(ct).ConfigureAwait(false);
                break;
            }

            filled += read;
        }
        while (filled < buffer.Length && _wire.HasInput);

        _hasMore = filled == buffer.Length || _wire.HasInput;
        return filled;
    }

    public override ValueTask WaitReadableAsync(CancellationToken ct) => _hasMore || _isAtEnd ? ValueTask.CompletedTask : Inner.WaitReadableAsync(ct);

    public override async ValueTask DisposeAsync()
    {
        // What a stream would still write at its end is not wanted any more.
        _wire.Close();
        if (_deflate is { } deflate)
        {
            await deflate.DisposeAsync().ConfigureAwait(false);
        }

        if (_inflate is { } inflate)
        {
            await inflate.DisposeAsync().ConfigureAwait(false);
        }

        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<int> InflateAsync(Memory<byte> buffer, CancellationToken ct)
    {
        try
        {
            return await _inflate!.ReadAsync(buffer, ct).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new IOException("The compressed data is damaged.", e);
        }
    }

    // The stream says 0 at the end of the zlib data and at the end of the connection alike. A connection without a byte is taken as an empty file.
    private async ValueTask EndAsync(CancellationToken ct)
    {
        if (_wire.IsAtEnd)
        {
            if (_wire.Received > 0)
            {
                throw new IOException("The compressed data ends too early.");
            }
        }
        else if (!await _wire.EndsHereAsync(ct).ConfigureAwait(false))
        {
            throw new IOException("Something follows the compressed data.");
        }
    }
}
