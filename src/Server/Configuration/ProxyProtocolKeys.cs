using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Hpc.Server.Configuration;

internal sealed class ProxyProtocolSection
{
    public ProxyProtocolModeName Mode { get; set; }

    public string Allowed { get; set; } = "";

    public string Skipped { get; set; } = "";
}

/// <summary>What is expected of connections that come through a proxy.</summary>
internal enum ProxyProtocolModeName
{
    Off,
    Accept,
    Require,
}

/// <summary>Keys of the PROXY protocol.</summary>
internal static class ProxyProtocolKeys
{
    private const int MaxLength = 8192;

    public static IReadOnlyList<ConfigurationKey> All { get; } =
    [
        Keys.Choice("proxy_protocol.mode", (o, _) => o.ProxyProtocol.Mode, (o, _, v) => o.ProxyProtocol.Mode = v,
            "PROXY protocol header (version 1 or 2) that says who the client is: off reads none, accept reads one of proxy_protocol.allowed if it comes, require refuses everybody and everything else."),
        Keys.Text("proxy_protocol.allowed", MaxLength, "addresses and networks (CIDR) separated by commas", o => o.ProxyProtocol.Allowed, (o, v) => o.ProxyProtocol.Allowed = v,
            "Proxies whose header is believed. They may say that they are anybody."),
        Keys.Text("proxy_protocol.skipped", MaxLength, "addresses and networks (CIDR) separated by commas", o => o.ProxyProtocol.Skipped, (o, v) => o.ProxyProtocol.Skipped = v,
            "Peers that no header is read from in any mode, even if they are among the allowed: clients beside the proxy."),
    ];

    public static void Check(ProxyProtocolSection section, List<string> faults)
    {
        CheckNetworks("proxy_protocol.allowed", section.Allowed, faults);
        CheckNetworks("proxy_protocol.skipped", section.Skipped, faults);
        if (section.Mode != ProxyProtocolModeName.Off && Split(section.Allowed).Length == 0)
        {
            faults.Add($"proxy_protocol.allowed: found \"\", allowed: the addresses or networks of the proxies, because proxy_protocol.mode is {ChoiceText.Of(section.Mode)}.");
        }
    }

    /// <summary>The networks of a text that was checked; an address is a network of its own.</summary>
    public static IReadOnlyList<IPNetwork> Networks(string text) =>
        [.. Split(text).Select(static part => TryNetwork(part, out IPNetwork? network) ? network.Value : throw new FormatException($"'{part}' is no network."))];

    private static void CheckNetworks(string key, string text, List<string> faults)
    {
        foreach (string part in Split(text))
        {
            if (!TryNetwork(part, out _))
            {
                faults.Add($"{key}: found \"{part}\", allowed: addresses and networks like 10.0.0.0/8 (no bit set behind the length), separated by commas.");
            }
        }
    }

    // Peers over IPv4 are known by their IPv4 address, so nothing would ever be in an IPv4 network in IPv6's form.
    public static bool TryNetwork(string text, [NotNullWhen(true)] out IPNetwork? network)
    {
        network = null;
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        // 10.0.0.1/8 is one proxy to some and a whole network to others.
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPNetwork.TryParse(text, out IPNetwork parsed) || parsed.BaseAddress.IsIPv4MappedToIPv6
            || !IPAddress.TryParse(text.AsSpan(0, slash), out IPAddress? written) || !written.Equals(parsed.BaseAddress))
        {
            return false;
        }

        network = parsed;
        return true;
    }

    private static string[] Split(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
