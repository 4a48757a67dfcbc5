using Hpc.Transport.Buffers;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Transfers;

/// <summary>Content in TYPE A. It lives as long as one transfer and leaves the connection below it open.</summary>
internal sealed class AsciiData(DataConnection inner, BlockPool pool) : WrappedData(inner)
{
    private LineEnds _lines;
    private bool _isAtEnd;

    public override async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken ct)
    {
        PinnedBlock block = pool.Rent(BlockPool.Medium, BufferRole.Send);
        try
        {
            while (!data.IsEmpty)
            {
                (int taken, int written) = _lines.Send(data.Span, block.Span);
                data = data[taken..];
                await Inner.SendAsync(block.Memory[..written], ct).ConfigureAwait(false);
            }
        }
        finally
        {
            block.Return();
        }
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (!_isAtEnd)
        {
            int received = await Inner.ReceiveAsync(buffer[1..], ct).ConfigureAwait(false);
            if (received == 0)
            {
                _isAtEnd = true;
                break;
            }

            // A CR alone is not known yet to be content.
            int stored = _lines.Receive(buffer.Span, received);
            if (stored > 0)
            {
                return stored;
            }
        }

        if (!_lines.TakeHeld())
        {
            return 0;
        }

        buffer.Span[0] = (byte)'\r';
        return 1;
    }

    public override ValueTask WaitReadableAsync(CancellationToken ct) => _isAtEnd ? ValueTask.CompletedTask : Inner.WaitReadableAsync(ct);
}
