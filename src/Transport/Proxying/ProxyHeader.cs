using System.Net;

namespace Hpc.Transport.Proxying;

/// <summary>A PROXY protocol header (haproxy.org proxy-protocol.txt, version 1 or 2).</summary>
/// <param name="Kind">Whose connection it is.</param>
/// <param name="Source">The client, if it is <see cref="ProxyHeaderKind.Proxied"/>. IPv4 is never in IPv6's form.</param>
/// <param name="Destination">Where the client connected to, if it is <see cref="ProxyHeaderKind.Proxied"/>.</param>
public readonly record struct ProxyHeader(ProxyHeaderKind Kind, IPEndPoint? Source = null, IPEndPoint? Destination = null);

/// <summary>Kinds of <see cref="ProxyHeader"/>.</summary>
public enum ProxyHeaderKind
{
    /// <summary>A client's.</summary>
    Proxied,

    /// <summary>The proxy's own: it looks whether the server lives (version 2, LOCAL).</summary>
    Local,

    /// <summary>Of a client whose address the proxy does not know or cannot write.</summary>
    Unknown,
}

/// <summary>What the bytes so far are.</summary>
public enum ProxyHeaderStatus
{
    /// <summary>The beginning of a header.</summary>
    Incomplete,

    /// <summary>A header.</summary>
    Complete,

    /// <summary>Something else.</summary>
    Absent,

    /// <summary>A header that breaks its rules, or one that is not taken.</summary>
    Malformed,
}
