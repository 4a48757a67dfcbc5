using System.Security.Cryptography;
using System.Text;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>
/// A bandwidth scope among the shares of the node. Locks are taken in this order: the keeper's, that of <see cref="ClusterRates"/>, the source's, the pacer's.
/// </summary>
internal sealed class ScopeSource : IShareSource, IScopeShare
{
    private readonly BandwidthScope _scope;
    private readonly IShareRegistry _shares;
    private readonly ClusterRatesTally _tally;
    private readonly TimeProvider _time;
    private readonly ScopeDemand _demand;
    private readonly Lock _gate = new();
    private readonly long _beganAt;
    private long _limit;
    private long _share;
    private bool _isGranted;
    private bool _isClosed;

    // 1 while the next tick, or the last, tells that somebody waits.
    private int _isAsking;

    public ScopeSource(BandwidthScope scope, IShareRegistry shares, TimeProvider time, ClusterRatesTally tally)
    {
        _scope = scope;
        _shares = shares;
        _tally = tally;
        _time = time;
        _demand = new ScopeDemand(scope, time);
        _beganAt = time.GetTimestamp();
        _limit = LimitOf(scope);
        Scope = NameOf(scope);
        tally.Began();
    }

    public string Scope { get; }

    public long Limit => Volatile.Read(ref _limit);

    public long Until => _shares.Lease.Until;

    /// <summary>Where it waits for a place among the shared ones; under the lock of <see cref="ClusterRates"/>.</summary>
    public LinkedListNode<ScopeSource>? Place { get; set; }

    public ShareReading Read()
    {
        // Who begins to wait after this asks for a tick, and who did before is seen below.
        Interlocked.Exchange(ref _isAsking, 0);
        bool isStarved = _demand.IsStarved;
        if (isStarved)
        {
            Volatile.Write(ref _isAsking, 1);
        }

        return _demand.Read(Limit, isStarved);
    }

    public void SetRate(long bytesPerSecond)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            if (bytesPerSecond > 0 && !_isGranted)
            {
                _isGranted = true;
                _tally.Ended(_time.GetElapsedTime(_beganAt));
            }

            _share = bytesPerSecond;
            _scope.SetRate(Math.Min(_share, _limit));
        }
    }

    /// <summary>The limit of the scope has changed, or somebody uses it again.</summary>
    public void Follow()
    {
        lock (_gate)
        {
            Volatile.Write(ref _limit, LimitOf(_scope));
            _scope.SetRate(Math.Min(_share, _limit));
        }

        _demand.Begin();
        _shares.Nudge();
    }

    /// <summary>Nothing that is told after this changes the scope.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            _scope.Share = null;
            if (!_isGranted)
            {
                _tally.Ended(null);
            }
        }
    }

    public void Starve()
    {
        // One that has the whole limit can get no more. Often asked: the exchange comes last.
        if (Volatile.Read(ref _isAsking) == 0 && _scope.Rate < Limit && Interlocked.Exchange(ref _isAsking, 1) == 0)
        {
            _tally.Hurried();
            _shares.Nudge();
        }
    }

    // Names of users may be longer than those of the cluster.
    private static string NameOf(BandwidthScope scope) =>
        ClusterRules.IsKey(scope.Name) ? scope.Name : $"long/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope.Name)))}";

    private static long LimitOf(BandwidthScope scope) => Math.Clamp(scope.Limit, 1, ClusterRules.MaxLimit);
}
