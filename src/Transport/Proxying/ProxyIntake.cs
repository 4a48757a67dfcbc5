using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;
using Hpc.Transport.Listening;

namespace Hpc.Transport.Proxying;

/// <summary>Reads the headers of trusted proxies: of so many connections at a time, and for so long.</summary>
internal sealed class ProxyIntake(BlockPool pool, TimeProvider time)
{
    private readonly ConcurrentDictionary<Waiting, bool> _waiting = [];

    // Proxies with places; no more than there are places.
    private readonly Dictionary<IPAddress, int> _taken = [];
    private readonly Lock _gate = new();
    private int _count;

    /// <summary>Connections whose header has not come.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes one of the places, of which one proxy has no more than its share; each that was given is given back by <see cref="Leave"/>.</summary>
    public bool TryEnter(ProxyProtocolOptions options, IPAddress proxy)
    {
        lock (_gate)
        {
            int taken = _taken.GetValueOrDefault(proxy);
            if (_count >= options.MaxWaiting || taken >= options.MaxWaitingPerProxy)
            {
                return false;
            }

            _taken[proxy] = taken + 1;
            _count++;
            return true;
        }
    }

    public void Leave(IPAddress proxy)
    {
        lock (_gate)
        {
            _count--;
            if (--CollectionsMarshal.GetValueRefOrNullRef(_taken, proxy) == 0)
            {
                _taken.Remove(proxy);
            }
        }
    }

    /// <summary>Ends the waiting of those whose time is over.</summary>
    public void Sweep()
    {
        long now = Heartbeat.Ticks(time);
        foreach ((Waiting waiting, _) in _waiting)
        {
            if (now >= waiting.EndTicks)
            {
                End(waiting);
            }
        }
    }

    private static void End(Waiting waiting)
    {
        try
        {
            _ = waiting.Over.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // Its header has come at this moment.
        }
    }

    /// <summary>Reads the header. Throws nothing for what the peer does.</summary>
    public async Task<ProxyIntakeResult> ReadAsync(Socket socket, IPEndPoint peer, ProxyProtocolOptions options, CancellationToken draining)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(draining);
        var waiting = new Waiting(over, Heartbeat.Ticks(time) + (long)options.HeaderTimeout.TotalMilliseconds);
        PinnedBlock? block = null;
        int filled = 0;
        _waiting[waiting] = true;
        try
        {
            while (true)
            {
                await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, over.Token).ConfigureAwait(false);
                block ??= pool.Rent(ProxyHeaderParser.MaximumLength, BufferRole.Receive);
                int count = socket.Receive(RoomIn(block, filled), SocketFlags.None, out SocketError error);
                if (error is SocketError.WouldBlock or SocketError.Interrupted)
                {
                    continue;
                }

                filled += count;
                if (error != SocketError.Success || count == 0)
                {
                    return filled == 0 ? ProxyIntakeResult.Gone : GateDecision.ProxyHeaderMalformed;
                }

                if (Judge(block.Span[..filled], peer, options) is { } result)
                {
                    return result;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return draining.IsCancellationRequested ? GateDecision.Draining
                : filled > 0 ? GateDecision.ProxyHeaderMalformed
                : options.Mode == ProxyProtocolMode.Require ? GateDecision.ProxyHeaderMissing
                : new ConnectionOrigin(peer);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return filled == 0 ? ProxyIntakeResult.Gone : GateDecision.SocketFailed;
        }
        finally
        {
            _waiting.TryRemove(waiting, out _);
            block?.Return();
        }
    }

    // All of a header and little of what is behind it.
    private static Span<byte> RoomIn(PinnedBlock block, int filled)
    {
        ProxyHeaderParser.TryParse(block.Span[..filled], out _, out int wanted);
        return block.Span[filled..Math.Max(wanted, ProxyHeaderParser.MaximumLine)];
    }

    private static ProxyIntakeResult? Judge(ReadOnlySpan<byte> data, IPEndPoint peer, ProxyProtocolOptions options)
    {
        switch (ProxyHeaderParser.TryParse(data, out ProxyHeader header, out int length))
        {
            case ProxyHeaderStatus.Incomplete:
                return null;
            case ProxyHeaderStatus.Malformed:
                return GateDecision.ProxyHeaderMalformed;
            case ProxyHeaderStatus.Absent when options.Mode == ProxyProtocolMode.Require:
                return GateDecision.ProxyHeaderMissing;
            case ProxyHeaderStatus.Absent:
                return new ConnectionOrigin(peer) { FirstBytes = data.ToArray() };
            default:
                byte[] rest = data[length..].ToArray();
                return header.Kind == ProxyHeaderKind.Proxied
                    ? new ConnectionOrigin(header.Source!) { Proxy = peer, Destination = header.Destination, FirstBytes = rest }
                    : new ConnectionOrigin(peer) { IsProbe = header.Kind == ProxyHeaderKind.Local, FirstBytes = rest };
        }
    }

    private sealed record Waiting(CancellationTokenSource Over, long EndTicks)
    {
        public bool Equals(Waiting? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }
}

/// <summary>Whose the connection is, or why it is not taken.</summary>
/// <param name="Decision">Anything but <see cref="GateDecision.Admitted"/> ends it.</param>
/// <param name="Origin">Whose it is, if it goes on.</param>
/// <param name="IsGone">The peer left before it said anything: nothing is refused, and nobody is there.</param>
internal readonly record struct ProxyIntakeResult(GateDecision Decision, ConnectionOrigin Origin, bool IsGone = false)
{
    public static ProxyIntakeResult Gone { get; } = new(GateDecision.ProxyHeaderMissing, default, IsGone: true);

    public static implicit operator ProxyIntakeResult(GateDecision decision) => new(decision, default);

    public static implicit operator ProxyIntakeResult(ConnectionOrigin origin) => new(GateDecision.Admitted, origin);
}
