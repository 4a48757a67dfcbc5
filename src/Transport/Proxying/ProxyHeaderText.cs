using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hpc.Transport.Proxying;

/// <summary>Version 1: one line of text.</summary>
internal static class ProxyHeaderText
{
    //  "PROXY" SP ("TCP4" | "TCP6") SP source SP destination SP source port SP destination port CRLF
    //  "PROXY" SP "UNKNOWN" [anything] CRLF
    private const int ShortestLine = 15;
    private const int LongestAddress = 45;

    private static readonly SearchValues<byte> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    public static ReadOnlySpan<byte> Prefix => "PROXY "u8;

    public static ProxyHeaderStatus TryParse(ReadOnlySpan<byte> data, out ProxyHeader header, out int length)
    {
        header = default;
        length = 0;
        ReadOnlySpan<byte> window = data[..Math.Min(data.Length, ProxyHeaderParser.MaximumLine)];
        int end = window.IndexOf("\r\n"u8);
        if (end < 0 && window.Length < ProxyHeaderParser.MaximumLine)
        {
            length = Math.Max(window.Length + 1, ShortestLine);
            return ProxyHeaderStatus.Incomplete;
        }

        if (end < 0 || !TryParseLine(window[Prefix.Length..end], out header))
        {
            return ProxyHeaderStatus.Malformed;
        }

        length = end + 2;
        return ProxyHeaderStatus.Complete;
    }

    private static bool TryParseLine(ReadOnlySpan<byte> line, out ProxyHeader header)
    {
        header = new ProxyHeader(ProxyHeaderKind.Unknown);
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
        {
            return true;
        }

        AddressFamily family;
        if (line.StartsWith("TCP4 "u8))
        {
            family = AddressFamily.InterNetwork;
        }
        else if (line.StartsWith("TCP6 "u8))
        {
            family = AddressFamily.InterNetworkV6;
        }
        else
        {
            return false;
        }

        ReadOnlySpan<byte> rest = line["TCP4 ".Length..];
        if (!TryTakeAddress(ref rest, family, out IPAddress? source) || !TryTakeAddress(ref rest, family, out IPAddress? destination)
            || !TryTakePort(ref rest, isLast: false, out int sourcePort) || !TryTakePort(ref rest, isLast: true, out int destinationPort))
        {
            return false;
        }

        header = new ProxyHeader(ProxyHeaderKind.Proxied, new IPEndPoint(source!, sourcePort), new IPEndPoint(destination!, destinationPort));
        return true;
    }

    private static bool TryTakeAddress(ref ReadOnlySpan<byte> rest, AddressFamily family, out IPAddress? address)
    {
        address = null;
        int end = rest.IndexOf((byte)' ');
        if (end is <= 0 or > LongestAddress)
        {
            return false;
        }

        ReadOnlySpan<byte> text = rest[..end];
        rest = rest[(end + 1)..];
        bool isPlain = family == AddressFamily.InterNetwork ? IsDottedQuad(text) : !text.ContainsAnyExcept(AddressCharacters);
        if (!isPlain || !IPAddress.TryParse(Encoding.ASCII.GetString(text), out address) || address.AddressFamily != family)
        {
            return false;
        }

        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return true;
    }

    // Four decimal numbers and no other form of the many that an address can be written in.
    private static bool IsDottedQuad(ReadOnlySpan<byte> text)
    {
        int numbers = 0;
        foreach (Range part in text.Split((byte)'.'))
        {
            if (++numbers > 4 || !TryReadNumber(text[part], byte.MaxValue, out _))
            {
                return false;
            }
        }

        return numbers == 4;
    }

    private static bool TryTakePort(ref ReadOnlySpan<byte> rest, bool isLast, out int port)
    {
        port = 0;
        int end = isLast ? rest.Length : rest.IndexOf((byte)' ');
        if (end <= 0)
        {
            return false;
        }

        ReadOnlySpan<byte> text = rest[..end];
        rest = isLast ? default : rest[(end + 1)..];
        return TryReadNumber(text, ushort.MaxValue, out port);
    }

    // Leading zeros are not permitted.
    private static bool TryReadNumber(ReadOnlySpan<byte> text, int most, out int number)
    {
        number = 0;
        if (text.Length is 0 or > 5 || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        foreach (byte digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + (digit - '0');
        }

        return number <= most;
    }
}
