using System.Net;
using Hpc.HttpApi.Hosting;

namespace Hpc.HttpApi.Shares;

/// <summary>How many wrong passwords addresses may still give. Addresses share a fixed number of buckets; what was used comes back evenly.</summary>
/// <param name="most">At once and per <paramref name="period"/>; 0 is no limit.</param>
/// <param name="period">The time that they come back in.</param>
/// <param name="time">The clock.</param>
internal sealed class WrongPasswords(int most, TimeSpan period, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly (double Used, long At)[] _buckets = most > 0 ? new (double, long)[RequestLimiter.Buckets] : [];

    /// <summary>Takes one try; false if there is none left.</summary>
    public bool TryTake(IPAddress address) => Change(address, 1);

    /// <summary>Gives one back: the password was right, or was not looked at.</summary>
    public void GiveBack(IPAddress address) => Change(address, -1);

    private bool Change(IPAddress address, int by)
    {
        if (_buckets.Length == 0)
        {
            return true;
        }

        lock (_gate)
        {
            ref (double Used, long At) bucket = ref _buckets[RequestLimiter.BucketOf(address)];
            long now = time.GetTimestamp();
            double used = Math.Max(bucket.Used - (time.GetElapsedTime(bucket.At, now) / period * most), 0);
            bool isAllowed = used + by <= most;
            bucket = (isAllowed ? Math.Max(used + by, 0) : used, now);
            return isAllowed;
        }
    }
}
