using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace Hpc.Transport.Proxying;

/// <summary>Version 2: a binary header.</summary>
internal static class ProxyHeaderBinary
{
    //  byte[12]  signature
    //  byte      version (2) in the high half, command (0 LOCAL, 1 PROXY) in the low one
    //  byte      address family (0 none, 1 IPv4, 2 IPv6, 3 Unix) in the high half, transport (0 none, 1 stream, 2 datagram) in the low one
    //  uint16    bytes that follow
    //  ....      source address, destination address, source port, destination port
    //  ....      extensions: byte type, uint16 length, value
    private const int FixedLength = 16;
    private const int CommandOffset = 12;
    private const int FamilyOffset = 13;
    private const int LengthOffset = 14;
    private const int ExtensionHeader = 3;
    private const byte ChecksumType = 0x03;
    private const int ChecksumLength = 4;

    public static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static ProxyHeaderStatus TryParse(ReadOnlySpan<byte> data, out ProxyHeader header, out int length)
    {
        header = default;
        length = FixedLength;
        if (data.Length < FixedLength)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(data[LengthOffset..]);
        bool isKnown = data[CommandOffset] is 0x20 or 0x21 && length <= ProxyHeaderParser.MaximumLength;
        if (isKnown && data.Length < length)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        if (isKnown && TryParseWhole(data[..length], out header))
        {
            return ProxyHeaderStatus.Complete;
        }

        length = 0;
        return ProxyHeaderStatus.Malformed;
    }

    private static bool TryParseWhole(ReadOnlySpan<byte> data, out ProxyHeader header)
    {
        header = new ProxyHeader(ProxyHeaderKind.Local);
        if (data[CommandOffset] == 0x20)
        {
            // What follows says nothing that counts.
            return true;
        }

        switch (data[FamilyOffset])
        {
            case 0x00:
                header = new ProxyHeader(ProxyHeaderKind.Unknown);
                return true;
            case 0x11:
                return TryReadAddresses(data, 4, out header);
            case 0x21:
                return TryReadAddresses(data, 16, out header);
            default:
                // Datagrams and Unix sockets are no way to this server.
                return false;
        }
    }

    private static bool TryReadAddresses(ReadOnlySpan<byte> data, int size, out ProxyHeader header)
    {
        header = default;
        int end = FixedLength + (2 * size) + 4;
        if (data.Length < end || !AreExtensionsSound(data, end))
        {
            return false;
        }

        ReadOnlySpan<byte> addresses = data[FixedLength..end];
        header = new ProxyHeader(
            ProxyHeaderKind.Proxied,
            new IPEndPoint(ReadAddress(addresses[..size]), BinaryPrimitives.ReadUInt16BigEndian(addresses[(2 * size)..])),
            new IPEndPoint(ReadAddress(addresses.Slice(size, size)), BinaryPrimitives.ReadUInt16BigEndian(addresses[((2 * size) + 2)..])));
        return true;
    }

    private static IPAddress ReadAddress(ReadOnlySpan<byte> bytes)
    {
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static bool AreExtensionsSound(ReadOnlySpan<byte> data, int offset)
    {
        bool isChecked = false;
        while (offset < data.Length)
        {
            if (data.Length - offset < ExtensionHeader)
            {
                return false;
            }

            int valueLength = BinaryPrimitives.ReadUInt16BigEndian(data[(offset + 1)..]);
            int value = offset + ExtensionHeader;
            if (valueLength > data.Length - value)
            {
                return false;
            }

            if (data[offset] == ChecksumType)
            {
                if (isChecked || valueLength != ChecksumLength || BinaryPrimitives.ReadUInt32BigEndian(data[value..]) != Checksum(data, value))
                {
                    return false;
                }

                isChecked = true;
            }

            offset = value + valueLength;
        }

        return true;
    }

    /// <summary>CRC32C of the whole header with zeros in its own place.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> data, int place)
    {
        uint crc = Add(uint.MaxValue, data[..place]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, data[(place + ChecksumLength)..]);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (byte value in data)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
