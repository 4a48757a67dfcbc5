using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Hpc.Server.Configuration;

/// <summary>Addresses with a port: <c>127.0.0.1:2022</c>, <c>[::1]:2022</c>, <c>:2022</c> and <c>*:2022</c> (every address).</summary>
internal static class EndPointText
{
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endPoint)
    {
        endPoint = null;
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        string host = text[..colon];
        if (host is "" or "*")
        {
            endPoint = new IPEndPoint(IPAddress.IPv6Any, port);
            return true;
        }

        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        string bare = isBracketed ? host[1..^1] : host;
        if (bare.Contains(':', StringComparison.Ordinal) != isBracketed || !IPAddress.TryParse(bare, out IPAddress? address))
        {
            return false;
        }

        // "1" and "127.1" are addresses to the parser and mistakes to everybody else.
        if (!isBracketed && bare.Count(c => c == '.') != 3)
        {
            return false;
        }

        endPoint = new IPEndPoint(address, port);
        return true;
    }
}
