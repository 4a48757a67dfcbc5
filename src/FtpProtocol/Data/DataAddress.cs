using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hpc.FtpProtocol.Data;

/// <summary>Addresses as PORT, PASV, EPRT and EPSV write them.</summary>
internal static class DataAddress
{
    /// <summary>RFC 2428 §2: IPv4 and IPv6 (the numbers of the address families registry).</summary>
    public const int IPv4 = 1;

    /// <inheritdoc cref="IPv4"/>
    public const int IPv6 = 2;

    private const int LongestAddress = 45;

    /// <summary>RFC 959 §5.3.2: <c>h1,h2,h3,h4,p1,p2</c>.</summary>
    public static bool TryParsePort(ReadOnlySpan<byte> text, out IPEndPoint? endPoint)
    {
        endPoint = null;
        Span<byte> numbers = stackalloc byte[6];
        for (int i = 0; i < numbers.Length; i++)
        {
            int end = i < 5 ? text.IndexOf((byte)',') : text.Length;
            if (end is < 1 or > 3 || !TryParseNumber(text[..end], byte.MaxValue, out int number))
            {
                return false;
            }

            numbers[i] = (byte)number;
            text = text[Math.Min(end + 1, text.Length)..];
        }

        endPoint = new IPEndPoint(new IPAddress(numbers[..4]), (numbers[4] << 8) | numbers[5]);
        return true;
    }

    /// <summary>RFC 959 §5.3.2, for IPv4 alone.</summary>
    public static string ToText(IPAddress address, int port)
    {
        byte[] bytes = address.GetAddressBytes();
        return string.Create(CultureInfo.InvariantCulture, $"{bytes[0]},{bytes[1]},{bytes[2]},{bytes[3]},{port >> 8},{port & 0xFF}");
    }

    /// <summary>
    /// RFC 2428 §2: <c>|1|192.0.2.1|6275|</c>, where the delimiter is any character from 33 to 126. An address family that is unknown here leaves <paramref name="endPoint"/> null.
    /// </summary>
    public static bool TryParseExtended(ReadOnlySpan<byte> text, out IPEndPoint? endPoint)
    {
        endPoint = null;
        if (text.IsEmpty || text[0] is < 33 or > 126
            || !TryTakeField(ref text, out ReadOnlySpan<byte> family)
            || !TryTakeField(ref text, out ReadOnlySpan<byte> address)
            || !TryTakeField(ref text, out ReadOnlySpan<byte> port)
            || text.Length != 1
            || !TryParseNumber(family, ushort.MaxValue, out int familyNumber)
            || !TryParseNumber(port, ushort.MaxValue, out int portNumber))
        {
            return false;
        }

        if (familyNumber is not (IPv4 or IPv6))
        {
            return true;
        }

        if (!TryParseAddress(address, familyNumber, out IPAddress? parsed))
        {
            return false;
        }

        endPoint = new IPEndPoint(parsed!, portNumber);
        return true;
    }

    /// <summary>A number without a sign, as far as <paramref name="maximum"/>.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, int maximum, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= maximum;

    // Takes the delimiter in front of a field and the field; the delimiter behind it stays.
    private static bool TryTakeField(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> field)
    {
        byte delimiter = text[0];
        int length = text[1..].IndexOf(delimiter);
        field = length < 0 ? default : text.Slice(1, length);
        text = length < 0 ? text : text[(length + 1)..];
        return length > 0;
    }

    // The runtime's own reading takes more than is written here: octal and hexadecimal numbers, fewer than four of them, brackets, zones and ports.
    private static bool TryParseAddress(ReadOnlySpan<byte> text, int family, out IPAddress? address)
    {
        address = null;
        if (text.Length > LongestAddress)
        {
            return false;
        }

        if (family == IPv4)
        {
            Span<byte> numbers = stackalloc byte[4];
            for (int i = 0; i < numbers.Length; i++)
            {
                int end = i < 3 ? text.IndexOf((byte)'.') : text.Length;
                if (end is < 1 or > 3 || !TryParseNumber(text[..end], byte.MaxValue, out int number))
                {
                    return false;
                }

                numbers[i] = (byte)number;
                text = text[Math.Min(end + 1, text.Length)..];
            }

            address = new IPAddress(numbers);
            return true;
        }

        return text.IndexOfAny("%[]/"u8) < 0
            && IPAddress.TryParse(System.Text.Encoding.ASCII.GetString(text), out address)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
    }
}
