using Hpc.Transport.Connections;
using Hpc.Transport.Proxying;

namespace Hpc.Transport.Listening;

/// <summary>What a listener does with what it accepts.</summary>
/// <param name="Protocol">What is spoken.</param>
/// <param name="Proxy">Which proxies may say whom a connection is from.</param>
internal sealed record ListenerRole(IConnectionProtocol Protocol, ProxyProtocolOptions Proxy)
{
    /// <summary>Reads the headers of those proxies.</summary>
    public ProxyIntake? Intake { get; init; }

    /// <summary>The protocol's name as screens know it (<c>SSH</c>).</summary>
    public string ScreenName { get; } = Protocol.Name.ToUpperInvariant();
}
