using System.Net;
using System.Net.Sockets;
using Hpc.Transport.Data;

namespace Hpc.FtpProtocol.Data;

/// <summary>The address that PASV tells a client (RFC 959 §4.1.2), which is IPv4.</summary>
internal sealed class PassiveAddresses
{
    private readonly FtpDataOptions _options;
    private readonly List<(IPNetwork Network, IPAddress? Address)> _overrides = [];
    private readonly HostLookup? _lookup;

    public PassiveAddresses(FtpDataOptions options, TimeProvider time)
        : this(options, time, static (host, ct) => Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, ct))
    {
    }

    /// <param name="options">What is told to whom. Networks in them are valid.</param>
    /// <param name="time">The clock.</param>
    /// <param name="resolve">Asks for the addresses of a host.</param>
    public PassiveAddresses(FtpDataOptions options, TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>> resolve)
    {
        _options = options;
        foreach (FtpAddressOverride item in options.Overrides)
        {
            foreach (string network in item.Networks)
            {
                _overrides.Add((ParseNetwork(network), item.Address));
            }
        }

        _lookup = options.ExternalHost is { Length: > 0 } host ? new HostLookup(host, time, resolve) : null;
    }

    /// <summary>The address for this client; null if there is none now.</summary>
    public ValueTask<IPAddress?> FindAsync(DataRoute route, CancellationToken ct)
    {
        foreach ((IPNetwork network, IPAddress? address) in _overrides)
        {
            if (network.Contains(route.Client))
            {
                return new(OnlyIPv4(address ?? route.Shown));
            }
        }

        return _options.ExternalAddress is { } external ? new(OnlyIPv4(external))
            : _lookup is not null ? _lookup.FindAsync(ct)
            : new(OnlyIPv4(route.Shown));
    }

    // A lone address is a network of one; bits behind the prefix do not count.
    internal static IPNetwork ParseNetwork(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        IPAddress address = IPAddress.Parse(slash < 0 ? text : text.AsSpan(0, slash));
        byte[] bytes = address.GetAddressBytes();
        int length = slash < 0 ? bytes.Length * 8 : int.Parse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture);
        if (length > bytes.Length * 8)
        {
            throw new FormatException($"'{text}' is no network.");
        }

        for (int bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    private static IPAddress? OnlyIPv4(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address
        : address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : null;
}
