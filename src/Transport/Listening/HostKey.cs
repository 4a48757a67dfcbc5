using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hpc.Transport.Listening;

/// <summary>What counts as one host for limits: an IPv4 address (mapped ones included), or a /64 of IPv6, which is what one customer is given at least.</summary>
internal readonly record struct HostKey(ulong Prefix, AddressFamily Family)
{
    public static HostKey For(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        if (length == 4)
        {
            return new HostKey(BinaryPrimitives.ReadUInt32BigEndian(bytes), AddressFamily.InterNetwork);
        }

        return address.IsIPv4MappedToIPv6
            ? new HostKey(BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]), AddressFamily.InterNetwork)
            : new HostKey(BinaryPrimitives.ReadUInt64BigEndian(bytes), AddressFamily.InterNetworkV6);
    }
}
