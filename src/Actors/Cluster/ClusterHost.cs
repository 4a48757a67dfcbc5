using System.Net;
using System.Net.Sockets;

namespace Hpc.Actors.Cluster;

/// <summary>How hosts are told apart in a cluster: an IPv4 address, or the /64 network of an IPv6 one.</summary>
public static class ClusterHost
{
    /// <summary>The host of an address as text, such as <c>192.0.2.7</c> or <c>2001:db8:1:2::/64</c>.</summary>
    public static string Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address.ToString();
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
