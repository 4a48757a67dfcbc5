using System.Net;
using System.Net.Sockets;

namespace Hpc.HttpApi.Hosting;

/// <summary>
/// How often addresses may still do something: token buckets that fill up as time goes by, and need no timer for it. Addresses share a fixed number of buckets,
/// so that any number of addresses takes bounded memory; which ones share changes with every start. Safe for any number of callers.
/// </summary>
/// <param name="most">Tokens of a full bucket, and those that come back evenly in a period; 0 or less is no limit.</param>
/// <param name="period">Longer than 0.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenBuckets(int most, TimeSpan period, TimeProvider time)
{
    private const int Count = 1 << 14;

    private readonly Lock _gate = new();

    // Made when the first is asked for.
    private (double Used, long At)[]? _buckets;

    /// <summary>Takes a token of the address (IPv6: of its /64). Zero if there was one; otherwise how long it takes until there is, and nothing is taken.</summary>
    public TimeSpan Take(IPAddress address) => Change(address, 1);

    /// <summary>Gives one back.</summary>
    public void GiveBack(IPAddress address) => Change(address, -1);

    private TimeSpan Change(IPAddress address, int by)
    {
        if (most <= 0)
        {
            return TimeSpan.Zero;
        }

        lock (_gate)
        {
            _buckets ??= new (double, long)[Count];
            ref (double Used, long At) bucket = ref _buckets[IndexOf(address)];
            long now = time.GetTimestamp();
            double used = Math.Max(bucket.Used - (time.GetElapsedTime(bucket.At, now) / period * most), 0);
            double missing = used + by - most;
            bucket = (missing > 0 ? used : Math.Max(used + by, 0), now);
            return missing > 0 ? (missing / most * period) + TimeSpan.FromTicks(1) : TimeSpan.Zero;
        }
    }

    private static int IndexOf(IPAddress address)
    {
        var hash = default(HashCode);
        ReadOnlySpan<byte> bytes = address.GetAddressBytes();
        hash.AddBytes(address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..8] : bytes);
        return hash.ToHashCode() & (Count - 1);
    }
}
