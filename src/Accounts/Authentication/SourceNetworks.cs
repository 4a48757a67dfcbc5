using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hpc.Accounts.Authentication;

/// <summary>Networks in CIDR form, parsed once. Bits behind the prefix do not count; an IPv4 address is the same in IPv6's form.</summary>
internal sealed class SourceNetworks
{
    private readonly Network[] _networks;
    private readonly bool _isBroken;

    public SourceNetworks(IReadOnlyList<string> networks)
    {
        var parsed = new List<Network>(networks.Count);
        foreach (string text in networks)
        {
            if (TryParse(text, out Network network))
            {
                parsed.Add(network);
            }
            else
            {
                _isBroken = true;
            }
        }

        _networks = [.. parsed];
        IsEmpty = networks.Count == 0;
    }

    /// <summary>True if there was nothing to parse.</summary>
    public bool IsEmpty { get; }

    /// <summary>True if one of them holds the address.</summary>
    public bool Contain(IPAddress address)
    {
        UInt128 value = ValueOf(address);
        foreach (Network network in _networks)
        {
            if ((value & network.Mask) == network.Value)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True if one of them holds the address, or cannot be read: where holding is a refusal, what is not understood refuses.</summary>
    public bool MayContain(IPAddress address) => _isBroken || Contain(address);

    private static bool TryParse(string text, out Network network)
    {
        network = default;
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> host = slash < 0 ? text : text.AsSpan(0, slash);
        if (!IPAddress.TryParse(host, out IPAddress? address))
        {
            return false;
        }

        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return false;
        }

        // IPv4 is the last 32 bits of ::ffff:0:0/96.
        prefix += 128 - bits;
        UInt128 mask = prefix == 0 ? UInt128.Zero : UInt128.MaxValue << (128 - prefix);
        network = new Network(ValueOf(address) & mask, mask);
        return true;
    }

    private static UInt128 ValueOf(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    private readonly record struct Network(UInt128 Value, UInt128 Mask);
}
