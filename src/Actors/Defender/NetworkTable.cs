using System.Net;
using System.Runtime.InteropServices;

namespace Hpc.Actors.Defender;

/// <summary>
/// Networks that never change: of those that hold an address, the longest one that is for the protocol decides (R6.11).
/// They are flattened into ranges that do not overlap, so that a look-up is one binary search, whatever is nested in what.
/// </summary>
public sealed class NetworkTable
{
    private const int Modes = 2;
    private const int ModeMask = (1 << Modes) - 1;
    private const int BlockBits = 16;
    private const int IndexedFrom = 1024;

    // A range reaches from its start to the next one's; its byte has two bits (NetworkMode) for each protocol.
    private readonly uint[] _starts4;

    // How many starts lie before each block of 65,536 IPv4 addresses: what is left to search is in the cache mostly. Empty for small tables, which are there anyway.
    private readonly int[] _blocks4;
    private readonly byte[] _modes4;
    private readonly UInt128[] _starts6;
    private readonly byte[] _modes6;

    private NetworkTable(List<Range> v4, List<Range> v6, int count)
    {
        _starts4 = [.. v4.Select(static range => (uint)range.Start)];
        _modes4 = [.. v4.Select(static range => range.Modes)];
        _starts6 = [.. v6.Select(static range => range.Start)];
        _modes6 = [.. v6.Select(static range => range.Modes)];
        _blocks4 = IndexOf(_starts4);
        Count = count;
    }

    /// <summary>A table without networks.</summary>
    public static NetworkTable Empty { get; } = new([], [], 0);

    /// <summary>Networks that it was made of.</summary>
    public int Count { get; }

    /// <summary>Makes a table. Of entries for the same network the denying ones win.</summary>
    public static NetworkTable Create(IEnumerable<NetworkRule> rules)
    {
        NetworkRule[] sorted = [.. rules];
        Array.Sort(sorted, Compare);
        return sorted.Length == 0 ? Empty : new NetworkTable(Flatten(sorted, isV4: true), Flatten(sorted, isV4: false), sorted.Length);
    }

    /// <summary>What is said of an address. Allocates nothing.</summary>
    /// <param name="address">IPv4 in IPv6's form is IPv4.</param>
    /// <param name="protocol">One protocol.</param>
    public NetworkMode Find(IPAddress address, ListProtocols protocol)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (Count == 0 || protocol == ListProtocols.None)
        {
            return NetworkMode.None;
        }

        UInt128 bits = AddressBits.Of(address);
        byte modes = AddressBits.IsV4(bits) ? FindV4((uint)bits) : Find(_starts6, _modes6, bits, 0, _starts6.Length);
        return (NetworkMode)((modes >> ShiftOf(protocol)) & ModeMask);
    }

    private static int[] IndexOf(uint[] starts)
    {
        if (starts.Length < IndexedFrom)
        {
            return [];
        }

        int[] blocks = new int[(1 << BlockBits) + 1];
        int before = 0;
        for (int block = 0; block < blocks.Length - 1; block++)
        {
            while (before < starts.Length && starts[before] < (uint)block << BlockBits)
            {
                before++;
            }

            blocks[block] = before;
        }

        blocks[^1] = starts.Length;
        return blocks;
    }

    private byte FindV4(uint value)
    {
        if (_blocks4.Length == 0)
        {
            return Find(_starts4, _modes4, value, 0, _starts4.Length);
        }

        int block = (int)(value >> BlockBits);
        return Find(_starts4, _modes4, value, _blocks4[block], _blocks4[block + 1]);
    }

    private static byte Find<T>(T[] starts, byte[] modes, T value, int low, int high)
        where T : IComparable<T>
    {
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (starts[middle].CompareTo(value) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? (byte)0 : modes[low - 1];
    }

    private static int ShiftOf(ListProtocols protocol) => Modes * int.TrailingZeroCount((int)protocol);

    private static int Compare(NetworkRule left, NetworkRule right)
    {
        int order = left.Network.First.CompareTo(right.Network.First);
        order = order != 0 ? order : left.Network.Length.CompareTo(right.Network.Length);
        return order != 0 ? order : left.Mode.CompareTo(right.Mode);
    }

    /// <summary>Walks over the networks in the order of their starts with those that hold the current one on a stack.</summary>
    private static List<Range> Flatten(NetworkRule[] sorted, bool isV4)
    {
        var ranges = new List<Range>();
        var open = new Stack<(UInt128 Last, byte Modes)>();
        foreach (NetworkRule rule in sorted)
        {
            if (rule.Network.Length >= AddressBits.MappedLength && AddressBits.IsV4(rule.Network.First) != isV4
                || (isV4 && rule.Network.Length < AddressBits.MappedLength))
            {
                continue;
            }

            Close(ranges, open, rule.Network.First);
            byte modes = Over(open.TryPeek(out (UInt128 Last, byte Modes) outer) ? outer.Modes : (byte)0, rule);
            Emit(ranges, rule.Network.First, modes);
            open.Push((rule.Network.Last, modes));
        }

        Close(ranges, open, upTo: null);
        return ranges;
    }

    /// <summary>Ends the networks that end before an address; null ends all.</summary>
    private static void Close(List<Range> ranges, Stack<(UInt128 Last, byte Modes)> open, UInt128? upTo)
    {
        while (open.TryPeek(out (UInt128 Last, byte Modes) inner) && (upTo is not { } first || inner.Last < first))
        {
            open.Pop();

            // Behind the last address of all is nothing; of IPv4 only the low bits are kept, and its last is not followed by its first.
            if (inner.Last != UInt128.MaxValue && !(AddressBits.IsV4(inner.Last) && (uint)inner.Last == uint.MaxValue))
            {
                Emit(ranges, inner.Last + 1, open.TryPeek(out (UInt128 Last, byte Modes) outer) ? outer.Modes : (byte)0);
            }
        }
    }

    private static void Emit(List<Range> ranges, UInt128 start, byte modes)
    {
        if (ranges.Count > 0 && ranges[^1].Start == start)
        {
            ranges.RemoveAt(ranges.Count - 1);
        }

        if (ranges.Count == 0 || ranges[^1].Modes != modes)
        {
            ranges.Add(new Range(start, modes));
        }
    }

    private static byte Over(byte outer, NetworkRule rule)
    {
        ListProtocols protocols = (rule.Protocols & ListProtocols.All) == ListProtocols.None ? ListProtocols.All : rule.Protocols;
        int modes = outer;
        foreach (ListProtocols protocol in (ReadOnlySpan<ListProtocols>)[ListProtocols.Ssh, ListProtocols.Ftp, ListProtocols.Dav, ListProtocols.Http])
        {
            if (protocols.HasFlag(protocol))
            {
                modes = (modes & ~(ModeMask << ShiftOf(protocol))) | ((int)rule.Mode << ShiftOf(protocol));
            }
        }

        return (byte)modes;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Range(UInt128 Start, byte Modes);
}
