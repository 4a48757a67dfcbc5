using System.Net;
using Hpc.Server.Configuration;
using Hpc.Transport.Proxying;

namespace Hpc.Server.Hosting;

internal static partial class OptionMapping
{
    /// <param name="section">The section, checked.</param>
    /// <param name="isApplied">Whether the listener is behind the proxies at all.</param>
    public static ProxyProtocolOptions ProxyProtocol(ProxyProtocolSection section, bool isApplied) => !isApplied ? ProxyProtocolOptions.Off : new()
    {
        Mode = section.Mode switch
        {
            ProxyProtocolModeName.Accept => ProxyProtocolMode.Accept,
            ProxyProtocolModeName.Require => ProxyProtocolMode.Require,
            _ => ProxyProtocolMode.Off,
        },
        Trusted = ProxyProtocolKeys.Networks(section.Allowed),
        Skipped = ProxyProtocolKeys.Networks(section.Skipped),
    };

    /// <summary>Peers that are clients themselves although they are in a network of <see cref="Proxies"/>.</summary>
    public static IReadOnlyList<IPNetwork> SkippedProxies(HpcOptions options) => ProxyProtocolKeys.Networks(options.ProxyProtocol.Skipped);

    /// <summary>Trusted proxies of all protocols; none where they are not asked.</summary>
    public static IReadOnlyList<IPNetwork> Proxies(HpcOptions options) =>
    [
        .. options.ProxyProtocol.Mode == ProxyProtocolModeName.Off ? [] : ProxyProtocolKeys.Networks(options.ProxyProtocol.Allowed),
        .. options.Http.Enabled ? Networks(options.Http.ProxyAllowed, "http.proxy_allowed") : [],
    ];
}
