using System.Net;

namespace Hpc.Actors.Defender;

/// <summary>A host as it is counted: an IPv4 address, or the /64 of an IPv6 address, of which one host may have all.</summary>
public readonly record struct HostKey : IComparable<HostKey>
{
    private const int NetworkLength = 64;

    private readonly UInt128 _bits;

    private HostKey(UInt128 bits) => _bits = bits;

    /// <summary>The address, or the first one of the network.</summary>
    public IPAddress Address => AddressBits.ToAddress(_bits);

    /// <summary>The host of an address; IPv4 in IPv6's form is IPv4.</summary>
    public static HostKey Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        UInt128 bits = AddressBits.Of(address);
        return new HostKey(AddressBits.IsV4(bits) ? bits : bits & AddressBits.Mask(NetworkLength));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote, or an address.</summary>
    public static bool TryParse(string text, out HostKey host)
    {
        bool isRead = NetworkPrefix.TryParse(text, out NetworkPrefix network) && network.Length is NetworkLength or 128;
        host = isRead ? Of(AddressBits.ToAddress(network.First)) : default;
        return isRead;
    }

    /// <summary>True if the address is this host's.</summary>
    public bool Holds(IPAddress address) => Of(address) == this;

    /// <summary>Before the other in the order of addresses.</summary>
    public static bool operator <(HostKey left, HostKey right) => left.CompareTo(right) < 0;

    /// <summary>Not behind the other in the order of addresses.</summary>
    public static bool operator <=(HostKey left, HostKey right) => left.CompareTo(right) <= 0;

    /// <summary>Behind the other in the order of addresses.</summary>
    public static bool operator >(HostKey left, HostKey right) => left.CompareTo(right) > 0;

    /// <summary>Not before the other in the order of addresses.</summary>
    public static bool operator >=(HostKey left, HostKey right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(HostKey other) => _bits.CompareTo(other._bits);

    /// <summary>As all nodes write it: <c>192.0.2.7</c> or <c>2001:db8::/64</c>.</summary>
    public override string ToString() => AddressBits.IsV4(_bits) ? Address.ToString() : $"{Address}/64";
}
