using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hpc.Actors.Defender;

/// <summary>A network: IPv4 as the last 32 bits of ::ffff:0:0/96.</summary>
/// <param name="First">Its first address as a number.</param>
/// <param name="Length">Bits that count, 0 to 128; for IPv4 96 more than people write.</param>
public readonly record struct NetworkPrefix(UInt128 First, int Length)
{
    /// <summary>Its last address as a number.</summary>
    public UInt128 Last => First | ~AddressBits.Mask(Length);

    /// <summary>
    /// Reads an address or a network in CIDR form; bits behind the prefix do not count. An IPv6 network that is shorter than 96 bits holds IPv6 addresses alone,
    /// also where it reaches over those that IPv4 is mapped to.
    /// </summary>
    public static bool TryParse(string text, out NetworkPrefix network)
    {
        ArgumentNullException.ThrowIfNull(text);
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!IPAddress.TryParse(slash < 0 ? text : text.AsSpan(0, slash), out IPAddress? address))
        {
            return false;
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
        {
            return false;
        }

        length += 128 - bits;
        network = new NetworkPrefix(AddressBits.Of(address) & AddressBits.Mask(length), length);
        return true;
    }
}
