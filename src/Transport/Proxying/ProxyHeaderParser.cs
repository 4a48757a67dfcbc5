namespace Hpc.Transport.Proxying;

/// <summary>Reads the header that a proxy puts in front of a connection. It never throws, and reads nothing behind the header.</summary>
public static class ProxyHeaderParser
{
    /// <summary>The most bytes that a header is allowed: a line of version 1 has at most 107, and version 2 is bounded here.</summary>
    public const int MaximumLength = 4096;

    /// <summary>The longest line of version 1, its end included.</summary>
    internal const int MaximumLine = 107;

    /// <summary>Looks at the first bytes of a connection.</summary>
    /// <param name="data">All that has come so far.</param>
    /// <param name="header">The header, if it is complete.</param>
    /// <param name="length">Its bytes if it is complete; how many are wanted at least, if it is incomplete; else 0.</param>
    public static ProxyHeaderStatus TryParse(ReadOnlySpan<byte> data, out ProxyHeader header, out int length)
    {
        header = default;
        length = 0;
        if (IsBeginning(data, ProxyHeaderBinary.Signature))
        {
            return ProxyHeaderBinary.TryParse(data, out header, out length);
        }

        return IsBeginning(data, ProxyHeaderText.Prefix) ? ProxyHeaderText.TryParse(data, out header, out length) : ProxyHeaderStatus.Absent;
    }

    private static bool IsBeginning(ReadOnlySpan<byte> data, ReadOnlySpan<byte> prefix)
    {
        int common = Math.Min(data.Length, prefix.Length);
        return data[..common].SequenceEqual(prefix[..common]);
    }
}
