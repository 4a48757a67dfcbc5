using System.Net;
using Hpc.Accounts.Authentication;

namespace Hpc.Accounts.Sessions;

/// <summary>Networks in CIDR form, read once. An IPv4 address is the same in IPv6's form.</summary>
/// <param name="networks">As an account has them; one that cannot be read holds nothing.</param>
public sealed class NetworkList(IReadOnlyList<string> networks)
{
    private readonly SourceNetworks _networks = new(networks);

    /// <summary>True if one of them holds the address.</summary>
    public bool Contains(IPAddress address) => _networks.Contain(address);
}
