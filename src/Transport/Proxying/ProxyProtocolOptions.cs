using System.Net;

namespace Hpc.Transport.Proxying;

/// <summary>Who may say whom a connection is from, and how long that may take.</summary>
public sealed record ProxyProtocolOptions
{
    /// <summary>No proxy is believed.</summary>
    public static ProxyProtocolOptions Off { get; } = new();

    /// <summary>Whether headers are read.</summary>
    public ProxyProtocolMode Mode { get; init; }

    /// <summary>Networks of proxies that are believed. IPv4 is never in IPv6's form.</summary>
    public IReadOnlyList<IPNetwork> Trusted { get; init; } = [];

    /// <summary>Networks whose connections come without a header in every mode, though they may be among the trusted.</summary>
    public IReadOnlyList<IPNetwork> Skipped { get; init; } = [];

    /// <summary>How long a header may take, to about a second; then <see cref="ProxyProtocolMode.Accept"/> goes on without one.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Connections at a time whose header has not come. They count to no other limit, since nobody knows yet whose they are.</summary>
    public int MaxWaiting { get; init; } = 1024;

    /// <summary>Of <see cref="MaxWaiting"/> those of one proxy: half of them, so that one that sends no headers leaves places to others; all where it is the only one.</summary>
    internal int MaxWaitingPerProxy =>
        Trusted is [var only] && only.PrefixLength == only.BaseAddress.GetAddressBytes().Length * 8 ? MaxWaiting : Math.Max(MaxWaiting / 2, 1);

    internal ProxyPeer JudgePeer(IPAddress peer) =>
        Mode == ProxyProtocolMode.Off || Contains(Skipped, peer) ? ProxyPeer.Client
        : Contains(Trusted, peer) ? ProxyPeer.Proxy
        : Mode == ProxyProtocolMode.Require ? ProxyPeer.Refused
        : ProxyPeer.Client;

    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        for (int i = 0; i < networks.Count; i++)
        {
            if (networks[i].Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a peer is to a listener.</summary>
internal enum ProxyPeer
{
    /// <summary>It speaks for itself.</summary>
    Client,

    /// <summary>A header is read from it.</summary>
    Proxy,

    /// <summary>It may not connect without a header, and may not send one.</summary>
    Refused,
}
