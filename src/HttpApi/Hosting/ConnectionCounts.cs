using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hpc.HttpApi.Hosting;

/// <summary>Open connections by address (IPv6: /64), so that one address does not take all of them. It holds no more addresses than there are connections.</summary>
internal sealed class ConnectionCounts(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ulong, int> _open = [];

    public ConnectionCounts(HttpApiLimits limits)
        : this(limits.ConnectionsPerAddress > 0 ? limits.ConnectionsPerAddress : Math.Max(limits.Connections / 10, 32))
    {
    }

    /// <summary>Addresses that have connections.</summary>
    public int Addresses
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>False if the address has as many as it may.</summary>
    public bool TryAdd(IPAddress address)
    {
        ulong source = SourceOf(address);
        lock (_gate)
        {
            int open = _open.GetValueOrDefault(source);
            if (open >= most)
            {
                return false;
            }

            _open[source] = open + 1;
            return true;
        }
    }

    /// <summary>After each <see cref="TryAdd"/> that was true.</summary>
    public void Remove(IPAddress address)
    {
        ulong source = SourceOf(address);
        lock (_gate)
        {
            if (--_open[source] == 0)
            {
                _open.Remove(source);
            }
        }
    }

    private static ulong SourceOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress plain = ClientAddress.Plain(address);
        plain.TryWriteBytes(bytes, out _);

        // No network of IPv6 begins with the mark of IPv4's.
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? 0x0000_FFFF_0000_0000UL | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
