using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Data;

/// <summary>The ports that data connections of one listener come in at. Which one is given next cannot be told (RFC 2577 §8).</summary>
internal sealed class DataPorts(FtpDataOptions options, TimeProvider time)
{
    // Ports of the range that somebody else listens on.
    private const int MaximumFailures = 128;

    // No port of a range is here twice for one address; a null holds a place that is about to be listened on.
    private readonly Dictionary<IPEndPoint, PassivePort?> _given = [];
    private readonly Lock _gate = new();
    private int _count;

    // Of the system's own generator, many at once: a call of it for each port is dear. Under the gate.
    private readonly byte[] _random = new byte[64 * sizeof(uint)];
    private int _randomLeft;

    /// <summary>Addresses that clients are told.</summary>
    public PassiveAddresses Addresses { get; } = new(options, time);

    /// <summary>Ports that are listened on.</summary>
    public int Count => Volatile.Read(ref _count);

    private bool HasRange => options.FirstPassivePort != 0;

    /// <summary>Listens on a port; null if there is none.</summary>
    public PassivePort? TryListen(DataRoute route)
    {
        if (!HasRange)
        {
            return TryListenOn(route, 0, out _);
        }

        int size = options.LastPassivePort - options.FirstPassivePort + 1;
        int start = NextRandom(size);
        int failures = 0;
        for (int i = 0; i < size && failures < MaximumFailures; i++)
        {
            int number = options.FirstPassivePort + ((start + i) % size);
            var place = new IPEndPoint(route.Local, number);
            if (!TryReserve(place))
            {
                continue;
            }

            if (TryListenOn(route, number, out bool isForeign) is { } port)
            {
                return port;
            }

            failures = isForeign ? failures + 1 : MaximumFailures;
        }

        return TakeOver(route);
    }

    public void TakeBack(PassivePort port)
    {
        Interlocked.Decrement(ref _count);
        if (HasRange)
        {
            lock (_gate)
            {
                _given.Remove(new IPEndPoint(port.Route.Local, port.Port));
            }
        }
    }

    /// <summary>0 to <paramref name="below"/> - 1. Some are likelier than others, by one part in 2^32 / <paramref name="below"/>.</summary>
    private int NextRandom(int below)
    {
        lock (_gate)
        {
            if (_randomLeft == 0)
            {
                RandomNumberGenerator.Fill(_random);
                _randomLeft = _random.Length;
            }

            _randomLeft -= sizeof(uint);
            return (int)((ulong)BitConverter.ToUInt32(_random, _randomLeft) * (uint)below >> 32);
        }
    }

    private bool TryReserve(IPEndPoint place)
    {
        lock (_gate)
        {
            return _given.TryAdd(place, null);
        }
    }

    private PassivePort? TryListenOn(DataRoute route, int number, out bool isForeign)
    {
        try
        {
            var port = new PassivePort(this, route, number, time.GetTimestamp());
            Interlocked.Increment(ref _count);
            isForeign = false;
            if (HasRange)
            {
                lock (_gate)
                {
                    _given[new IPEndPoint(route.Local, number)] = port;
                }
            }

            return port;
        }
        catch (SocketException e)
        {
            isForeign = e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;
            lock (_gate)
            {
                _given.Remove(new IPEndPoint(route.Local, number));
            }

            return null;
        }
    }

    // All are given: the one on which nobody has come for the longest, and for longer than anybody is waited for, goes to who asks now.
    private PassivePort? TakeOver(DataRoute route)
    {
        PassivePort? oldest = null;
        lock (_gate)
        {
            foreach ((IPEndPoint place, PassivePort? port) in _given)
            {
                if (port is not null && place.Address.Equals(route.Local) && (oldest is null || port.Since < oldest.Since))
                {
                    oldest = port;
                }
            }
        }

        return oldest is not null
            && time.GetElapsedTime(oldest.Since) > options.ConnectTimeout
            && oldest.TryTakeAway()
            && TryReserve(new IPEndPoint(route.Local, oldest.Port))
            ? TryListenOn(route, oldest.Port, out _)
            : null;
    }
}
