using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Hpc.Accounts.Objects.Validation;

/// <summary>Networks in one spelling each: no bits behind the prefix, IPv4 never as IPv6.</summary>
internal static class NetworkRules
{
    public const int MaxNetworks = 4096;

    private const string Allowed = "a network like 192.0.2.0/24 or 2001:db8::/32";

    /// <summary>Networks, each once; a bare address is the network of itself.</summary>
    public static IReadOnlyList<string> List(string path, IReadOnlyList<string?> values, ErrorList errors)
    {
        if (!errors.HasCount(path, values, MaxNetworks))
        {
            return [];
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var networks = new List<string>(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            if (!TryParse(values[i], out string? network, out _))
            {
                errors.AddShown($"{path}[{i}]", values[i], Allowed);
            }
            else if (seen.Add(network))
            {
                networks.Add(network);
            }
        }

        return networks;
    }

    /// <summary>Reads an address or a network.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="network">As a network.</param>
    /// <param name="shortest">As an address if it is one, else as a network.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? network, [NotNullWhen(true)] out string? shortest)
    {
        network = null;
        shortest = null;
        if (text is not { Length: > 0 and <= 64 })
        {
            return false;
        }

        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryParseAddress(slash < 0 ? text : text[..slash], out IPAddress? address))
        {
            return false;
        }

        int bits = address.GetAddressBytes().Length * 8;
        int length = bits;
        if (slash >= 0 && (!TryParseLength(text.AsSpan(slash + 1), out length) || length > bits))
        {
            return false;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            // Shorter than 96 bits it is more than the IPv4 addresses.
            if (length < 96)
            {
                return false;
            }

            address = address.MapToIPv4();
            length -= 96;
            bits = 32;
        }

        IPAddress first = Mask(address, length);
        network = $"{first}/{ErrorList.Text(length)}";
        shortest = length == bits ? first.ToString() : network;
        return true;
    }

    // Only the usual four numbers: a resolver of old forms reads "10.1" or "012.1.1.1" as other addresses than people do.
    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address)
        && (address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text
            : address.ScopeId == 0 && !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal));

    private static bool TryParseLength(ReadOnlySpan<char> text, out int length)
    {
        length = 0;
        if (text.Length is 0 or > 3 || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        length = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        return true;
    }

    private static IPAddress Mask(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
