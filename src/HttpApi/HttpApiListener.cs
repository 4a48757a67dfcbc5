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

    /// <summary>Answers every request without TLS with the same address under <c>https</c>, unless a trusted proxy says that it came by TLS (<c>X-Forwarded-Proto</c>).</summary>
    public bool RedirectsToHttps { get; init; }

    /// <summary>Host, and port if need be, that <see cref="RedirectsToHttps"/> leads to; empty is the host of the request on port 443.</summary>
    public string HttpsHost { get; init; } = "";
}
