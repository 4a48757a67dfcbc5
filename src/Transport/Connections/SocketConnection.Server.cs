using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Buffers;
using Hpc.Transport.Listening;

namespace Hpc.Transport.Connections;

// What the manager of accepted connections needs of one.
public sealed partial class SocketConnection
{
    // What a peer may still send while it is shown the end of the stream.
    private const int MaximumDiscarded = 1024 * 1024;

    internal ListenerRole? Listener { get; init; }

    internal string Protocol => Listener?.Protocol.Name ?? "";

    internal long StartedTicks { get; init; }

    /// <summary>Tick at which the connection is cut; 0 for never.</summary>
    internal long CutTicks { get; set; }

    internal bool IsProbe { get; }

    /// <summary>Where the client connected to, as its proxy says; null where there is none.</summary>
    internal IPEndPoint? Destination { get; }

    internal bool IsLoginTried { get; private set; }

    internal bool IsBeforeLogin => _ticket?.IsBeforeLogin == true;

    /// <summary>
    /// Shows the peer the end of the stream and discards what it still sends until it closes too. Closing with unread input would make the kernel send a reset,
    /// which can overtake the good-bye that was just sent.
    /// </summary>
    internal async Task LingerAsync(BlockPool pool)
    {
        _input.Complete();
        CloseOutput();
        int discarded = 0;
        try
        {
            while (discarded < MaximumDiscarded)
            {
                await _bytes.WaitForRestAsync().ConfigureAwait(false);
                int count = Discard(pool);
                if (count == 0)
                {
                    return;
                }

                discarded += count;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Reset by the peer, or cut when its time was over: either is the end that was waited for.
            _lifetime.TryCut(ConnectionEndReason.ConnectionLost);
        }
    }

    internal void Leave() => _ticket?.Leave();

    private int Discard(BlockPool pool)
    {
        PinnedBlock block = pool.Rent(BlockPool.Small, BufferRole.Receive);
        int count = _bytes.Receive(block.Span, out SocketError error);
        block.Return();
        return error == SocketError.WouldBlock ? 1 : count;
    }
}
