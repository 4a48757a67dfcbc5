using System.Buffers;

namespace Hpc.LoadTests.Relay;

/// <summary>
/// One direction of one connection: a loop that reads pieces and puts them on the link, and one that writes each when it arrives. What is not yet written is
/// bounded by <see cref="LinkDirection.MaxHeldPerConnection"/>; when it is full, nothing is read.
/// </summary>
internal sealed class LinkLane(LinkDirection direction, Stream source, Stream sink, Action endSink) : IDisposable
{
    private readonly LinkPause _turn = new(direction.Clock);
    private readonly LinkPause _arrival = new(direction.Clock);
    private readonly LinkSignal _queued = new();
    private readonly LinkSignal _released = new();

    // By both loops, under _lock.
    private readonly Lock _lock = new();
    private readonly Queue<LinkPiece> _pieces = new();
    private int _held;
    private volatile bool _isEnded;

    /// <summary>Returns when the source has ended and all of it is written; ends early with an exception if either stream fails or <paramref name="ct"/> is cancelled.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using CancellationTokenRegistration registration = either.Token.Register(End);
        try
        {
            await Task.WhenAll(EndOnFailureAsync(ReadAsync(either.Token), either), EndOnFailureAsync(WriteAsync(either.Token), either)).ConfigureAwait(false);
        }
        finally
        {
            ReturnPieces();
        }
    }

    public void Dispose()
    {
        _turn.Dispose();
        _arrival.Dispose();
    }

    private static async Task EndOnFailureAsync(Task loop, CancellationTokenSource either)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch
        {
            await either.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void End()
    {
        _isEnded = true;
        _turn.End();
        _arrival.End();
        _queued.Set();
        _released.Set();
    }

    private async Task ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            await WaitForRoomAsync().ConfigureAwait(false);

            // Without room of its own: an idle connection holds no buffer.
            await source.ReadAsync(Memory<byte>.Empty, ct).ConfigureAwait(false);
            byte[] buffer = ArrayPool<byte>.Shared.Rent(direction.PieceLength);
            int length = await ReadAsync(buffer, ct).ConfigureAwait(false);
            if (length == 0)
            {
                Enqueue(new LinkPiece([], 0, direction.ArrivalOfEnd()));
                return;
            }

            LinkSlot slot = direction.Reserve(length);
            Enqueue(new LinkPiece(Fit(buffer, length), length, slot.Arrival));
            await _turn.UntilAsync(slot.Start - direction.QueueTime).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
        }
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken ct)
    {
        int length = 0;
        try
        {
            length = await source.ReadAsync(buffer.AsMemory(0, direction.PieceLength), ct).ConfigureAwait(false);
            return length;
        }
        finally
        {
            if (length == 0)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>A few bytes do not keep a large buffer for as long as they are under way.</summary>
    private static byte[] Fit(byte[] buffer, int length)
    {
        if (length > buffer.Length / 2)
        {
            return buffer;
        }

        byte[] smaller = ArrayPool<byte>.Shared.Rent(length);
        buffer.AsSpan(0, length).CopyTo(smaller);
        ArrayPool<byte>.Shared.Return(buffer);
        return smaller;
    }

    private async ValueTask WaitForRoomAsync()
    {
        while (!_isEnded)
        {
            lock (_lock)
            {
                // With nothing of its own under way there is nothing to wait for, so it may always go on.
                if (_held == 0 || (_held + direction.PieceLength <= direction.MaxHeldPerConnection && direction.HasRoom))
                {
                    return;
                }
            }

            await _released.WaitAsync().ConfigureAwait(false);
        }
    }

    private void Enqueue(LinkPiece piece)
    {
        direction.Hold(piece.Buffer.Length);
        lock (_lock)
        {
            _held += piece.Buffer.Length;
            _pieces.Enqueue(piece);
        }

        _queued.Set();
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        while (true)
        {
            LinkPiece piece = await DequeueAsync(ct).ConfigureAwait(false);
            try
            {
                await _arrival.UntilAsync(piece.Arrival).ConfigureAwait(false);
                ct.ThrowIfCancellationRequested();
                if (piece.IsEnd)
                {
                    endSink();
                    return;
                }

                await sink.WriteAsync(piece.Buffer.AsMemory(0, piece.Length), ct).ConfigureAwait(false);
            }
            finally
            {
                Return(piece);
            }

            _released.Set();
        }
    }

    private async ValueTask<LinkPiece> DequeueAsync(CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            lock (_lock)
            {
                if (_pieces.TryDequeue(out LinkPiece piece))
                {
                    return piece;
                }
            }

            await _queued.WaitAsync().ConfigureAwait(false);
        }
    }

    private void Return(LinkPiece piece)
    {
        lock (_lock)
        {
            _held -= piece.Buffer.Length;
        }

        direction.Release(piece.Buffer.Length);
        if (!piece.IsEnd)
        {
            ArrayPool<byte>.Shared.Return(piece.Buffer);
        }
    }

    private void ReturnPieces()
    {
        while (_pieces.TryDequeue(out LinkPiece piece))
        {
            Return(piece);
        }
    }
}
