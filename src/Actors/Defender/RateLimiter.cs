namespace Hpc.Actors.Defender;

/// <summary>
/// A token bucket for all, or one for each host, full at first (R6.2). Who has to wait no longer than <see cref="MaxDelay"/> takes its token in advance and waits;
/// who would have to wait longer is refused and takes none. Of hosts a bounded number is remembered: those go that came longest ago, and among the first of them those whose
/// bucket is full before others. A host that was forgotten has a full bucket when it comes again.
/// </summary>
public sealed class RateLimiter
{
    // So many are looked at for each host that comes to a full table.
    private const int Looks = 16;

    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _time;
    private readonly double _rate;
    private readonly Lock _gate = new();
    private readonly Dictionary<HostKey, LinkedListNode<Bucket>> _hosts = [];

    // Who came longest ago is first.
    private readonly LinkedList<Bucket> _order = [];
    private readonly Bucket _all;

    /// <summary>A limiter whose buckets are full.</summary>
    public RateLimiter(RateLimiterOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Average, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Period, TimeSpan.FromMilliseconds(100));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Burst, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EntriesSoftLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.EntriesHardLimit, options.EntriesSoftLimit);
        Options = options;
        _time = time;
        _rate = options.Average / options.Period.TotalSeconds;
        TimeSpan delay = _rate < 1 ? options.Period / 2 : TimeSpan.FromSeconds(1 / (2 * _rate));
        MaxDelay = delay < LongestDelay ? delay : LongestDelay;
        _all = new Bucket(default) { Tokens = options.Burst, At = Now };
    }

    /// <summary>Its settings.</summary>
    public RateLimiterOptions Options { get; }

    /// <summary>The longest wait that is not a refusal.</summary>
    public TimeSpan MaxDelay { get; }

    /// <summary>Hosts that are remembered.</summary>
    public int Hosts
    {
        get
        {
            lock (_gate)
            {
                return _hosts.Count;
            }
        }
    }

    /// <summary>Takes one token.</summary>
    public RateAnswer Take(HostKey host)
    {
        lock (_gate)
        {
            double now = Now;
            if (!Options.IsPerHost)
            {
                return Take(_all, now);
            }

            if (_hosts.TryGetValue(host, out LinkedListNode<Bucket>? node))
            {
                _order.Remove(node);
            }
            else
            {
                MakeRoom(now);
                node = new LinkedListNode<Bucket>(new Bucket(host) { Tokens = Options.Burst, At = now });
                _hosts.Add(host, node);
            }

            _order.AddLast(node);
            return Take(node.Value, now);
        }
    }

    /// <summary>Gives a token back that was taken for something that did not happen.</summary>
    public void GiveBack(HostKey host)
    {
        lock (_gate)
        {
            Bucket? bucket = Options.IsPerHost ? _hosts.GetValueOrDefault(host)?.Value : _all;
            if (bucket is not null)
            {
                bucket.Tokens = Math.Min(bucket.Tokens + 1, Options.Burst);
            }
        }
    }

    // In seconds.
    private double Now => _time.GetElapsedTime(0, _time.GetTimestamp()).TotalSeconds;

    private RateAnswer Take(Bucket bucket, double now)
    {
        double tokens = TokensOf(bucket, now);
        TimeSpan wait = tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - tokens) / _rate);
        bool isRefused = wait > MaxDelay;
        bucket.Tokens = isRefused ? tokens : tokens - 1;
        bucket.At = now;
        return new RateAnswer(isRefused, wait);
    }

    private double TokensOf(Bucket bucket, double now) => Math.Min(bucket.Tokens + (Math.Max(now - bucket.At, 0) * _rate), Options.Burst);

    private void MakeRoom(double now)
    {
        if (_hosts.Count < Options.EntriesHardLimit)
        {
            return;
        }

        LinkedListNode<Bucket>? node = _order.First;
        for (int i = 0; i < Looks && node is not null && _hosts.Count > Options.EntriesSoftLimit; i++)
        {
            LinkedListNode<Bucket>? next = node.Next;
            if (TokensOf(node.Value, now) >= Options.Burst)
            {
                Forget(node);
            }

            node = next;
        }

        // Whose bucket is not full loses what it was limited by: no more of them than it takes.
        if (_hosts.Count >= Options.EntriesHardLimit)
        {
            Forget(_order.First!);
        }
    }

    private void Forget(LinkedListNode<Bucket> node)
    {
        _hosts.Remove(node.Value.Host);
        _order.Remove(node);
    }

    private sealed class Bucket(HostKey host)
    {
        public HostKey Host => host;

        public double Tokens { get; set; }

        public double At { get; set; }
    }
}
