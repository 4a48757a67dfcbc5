using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Hpc.Transport.Tests.Proxying;

/// <summary>Headers as proxies write them.</summary>
internal static class ProxyHeaders
{
    public static byte[] Signature { get; } = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static byte[] Text(string line) => Encoding.Latin1.GetBytes(line);

    /// <summary>Version 2 with these bytes behind the fixed part.</summary>
    public static byte[] Binary(byte command, byte family, params byte[] rest) =>
        [.. Signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    /// <summary>A client's connection in version 2.</summary>
    public static byte[] Binary(IPEndPoint source, IPEndPoint destination, params byte[] extensions)
    {
        byte[] from = source.Address.GetAddressBytes();
        byte[] to = destination.Address.GetAddressBytes();
        return Binary(
            0x21, from.Length == 4 ? (byte)0x11 : (byte)0x21,
            [.. from, .. to, (byte)(source.Port >> 8), (byte)source.Port, (byte)(destination.Port >> 8), (byte)destination.Port, .. extensions]);
    }

    public static byte[] Extension(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>The header with a checksum behind it, as proxy-protocol.txt §2.2.3 wants it; computed bit by bit.</summary>
    public static byte[] WithChecksum(byte[] header)
    {
        byte[] whole = [.. header, .. Extension(0x03, 0, 0, 0, 0)];
        BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(14), (ushort)(whole.Length - 16));
        BinaryPrimitives.WriteUInt32BigEndian(whole.AsSpan(whole.Length - 4), Crc32C(whole));
        return whole;
    }

    // RFC 3720 appendix B.4: polynomial 0x1EDC6F41, bits turned round.
    public static uint Crc32C(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
            }
        }

        return ~crc;
    }
}
