using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Hpc.Actors.Defender;

/// <summary>Addresses as numbers: IPv4 as the last 32 bits of ::ffff:0:0/96, whichever form it came in.</summary>
internal static class AddressBits
{
    /// <summary>Bits before an IPv4 address.</summary>
    public const int MappedLength = 96;

    private const ulong Mark = 0xffff_0000_0000;

    public static UInt128 Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? Mark | BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static bool IsV4(UInt128 bits) => bits >> 32 == 0xffff;

    public static IPAddress ToAddress(UInt128 bits)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, bits);
        return new IPAddress(IsV4(bits) ? bytes[12..] : bytes);
    }

    /// <summary>The first bits set, as many as a prefix is long.</summary>
    public static UInt128 Mask(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - length);
}
