using System.Net;
using Microsoft.AspNetCore.Http;

namespace Hpc.HttpApi.Hosting;

/// <summary>Finds the client's address: the peer's own, or what a trusted proxy says. Nobody else is believed (case 61).</summary>
internal static class ClientAddress
{
    public static IPAddress Of(HttpContext context, HttpApiListener? listener)
    {
        IPAddress peer = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        if (listener is null || listener.ClientAddressHeader.Length == 0 || !IsTrusted(listener, peer))
        {
            return peer;
        }

        string[] named = [.. context.Request.Headers[listener.ClientAddressHeader]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))];
        int index = listener.ClientAddressDepth < 0 ? 0 : named.Length - 1 - listener.ClientAddressDepth;
        return index >= 0 && index < named.Length && TryParse(named[index], out IPAddress? address) ? Plain(address) : peer;
    }

    public static bool IsTrusted(HttpApiListener listener, IPAddress peer)
    {
        foreach (IPNetwork network in listener.TrustedProxies)
        {
            if (network.Contains(peer))
            {
                return true;
            }
        }

        return false;
    }

    // Some proxies add the port.
    private static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        if (IPAddress.TryParse(text, out address))
        {
            return true;
        }

        if (IPEndPoint.TryParse(text, out IPEndPoint? endPoint))
        {
            address = endPoint.Address;
            return true;
        }

        return false;
    }

    /// <summary>An IPv4 address that was mapped into IPv6 as what it is.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
