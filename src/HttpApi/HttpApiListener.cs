using System.Net;

namespace Hpc.HttpApi;

/// <summary>One address that the REST API listens on.</summary>
public sealed record HttpApiListener
{
    /// <summary>Where; port 0 finds a free one.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>TLS; null for plain HTTP.</summary>
    public HttpApiTls? Tls { get; init; }

    /// <summary>Networks (CIDR or address) whose <see cref="ClientAddressHeader"/> is believed.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The header that a trusted proxy puts the client's address in, like <c>X-Forwarded-For</c>; empty for none.</summary>
    public string ClientAddressHeader { get; init; } = "";

    /// <summary>Which of several addresses in the header counts: 0 the rightmost, 1 the one before it, and so on; -1 the leftmost.</summary>
    public int ClientAddressDepth { get; init; }
}
