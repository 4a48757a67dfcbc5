using Hpc.Storage.Vfs.Bandwidth;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Limits.Bandwidth;

/// <summary>
/// All limits of speed in use on this node, by name: sessions of one user, of one group and of the node find the same. A session without any limit on its way gets nothing.
/// There are as many as open sessions need, and those that were used a moment ago.
/// </summary>
public sealed class BandwidthKeeper : IDisposable
{
    // A session holds at most three scopes and one for each of its groups in each direction.
    private const int MostForgotten = 32;

    // While nobody comes or goes, those that rest are looked at so often, and so many of them.
    private const int MostForgottenByTime = 2048;
    private static readonly TimeSpan RestTime = TimeSpan.FromMilliseconds(200);

    private readonly BandwidthPacer _pacer;
    private readonly IBandwidthRates _rates;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BandwidthScope> _scopes = new(StringComparer.Ordinal);

    // Not in use any more, but with something to remember: who comes back must find what is still owed.
    private readonly Queue<BandwidthScope> _resting = new();
    private readonly ITimer _rest;
    private bool _isRestTimed;

    // What scopes moved that are not in use any more, by kind, uploads behind downloads.
    private readonly long[] _movedBefore = new long[2 * BandwidthCounters.Kinds];
    // What was told last: what is given back after it must not make it less.
    private readonly long[] _movedTold = new long[2 * BandwidthCounters.Kinds];
    private long _nodeUpload;
    private long _nodeDownload;

    /// <summary>Nothing is limited yet.</summary>
    /// <param name="time">The clock; only its timestamps count.</param>
    /// <param name="logger">Takes faults.</param>
    /// <param name="rates">Decides what is in force; null puts every limit in force as a whole.</param>
    public BandwidthKeeper(TimeProvider time, ILogger<BandwidthKeeper> logger, IBandwidthRates? rates = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _pacer = new BandwidthPacer(time, logger);
        _rates = rates ?? WholeLimit.Instance;
        _logger = logger;
        _rest = time.CreateTimer(static state => ((BandwidthKeeper)state!).OnRest(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Turns of transfers and beats that went wrong.</summary>
    public long Faults => _pacer.Faults;

    internal BandwidthPacer Pacer => _pacer;

    /// <summary>Limits of the node in bytes per second, 0 for none; for sessions that begin after this.</summary>
    public void SetNode(long upload, long download)
    {
        lock (_gate)
        {
            (_nodeUpload, _nodeDownload) = (upload, download);
        }
    }

    /// <summary>The limits of a session, put in force as they are told here; null if there is none on its way.</summary>
    public BandwidthLease? Open(SessionBandwidth limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        lock (_gate)
        {
            Forget(MostForgotten);
            var held = new List<BandwidthScope>();
            IBandwidth? upload = PathOf(limits, isUpload: true, held);
            IBandwidth? download = PathOf(limits, isUpload: false, held);
            return held.Count == 0 ? null : new BandwidthLease(this, held, new FileBandwidth(upload, download));
        }
    }

    /// <summary>Counters of all kinds in both directions.</summary>
    public IReadOnlyList<BandwidthCounters> Count()
    {
        var all = new BandwidthCounters[2 * BandwidthCounters.Kinds];
        lock (_gate)
        {
            for (int i = 0; i < all.Length; i++)
            {
                var kind = (BandwidthScopeKind)(i % BandwidthCounters.Kinds);
                bool isUpload = i >= BandwidthCounters.Kinds;
                all[i] = new BandwidthCounters(kind, isUpload, 0, 0, _pacer.WaitsOf(kind, isUpload), _movedBefore[i]);
            }

            foreach (BandwidthScope scope in _scopes.Values.Where(static scope => scope.IsLimited))
            {
                ref BandwidthCounters counters = ref all[IndexOf(scope)];
                counters = counters with { Scopes = counters.Scopes + (scope.Uses > 0 ? 1 : 0), Waiting = counters.Waiting + scope.Waiting, Moved = counters.Moved + scope.Moved };
            }

            for (int i = 0; i < all.Length; i++)
            {
                _movedTold[i] = Math.Max(_movedTold[i], all[i].Moved);
                all[i] = all[i] with { Moved = _movedTold[i] };
            }
        }

        return all;
    }

    /// <summary>The scopes in use.</summary>
    public IReadOnlyList<BandwidthScope> List()
    {
        lock (_gate)
        {
            return [.. _scopes.Values];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rest.Dispose();
        _pacer.Dispose();
    }

    internal void Release(IReadOnlyList<BandwidthScope> scopes)
    {
        lock (_gate)
        {
            foreach (BandwidthScope scope in scopes)
            {
                if (--scope.Uses == 0 && !scope.IsResting)
                {
                    scope.IsResting = true;
                    _resting.Enqueue(scope);
                }
            }

            Forget(MostForgotten);
            TimeRest();
        }
    }

    private void OnRest()
    {
        lock (_gate)
        {
            _isRestTimed = false;
            try
            {
                Forget(MostForgottenByTime);
            }
#pragma warning disable CA1031 // Nobody is there to be told, and the next look goes on.
            catch (Exception error)
#pragma warning restore CA1031
            {
                BandwidthLog.RestFaulted(_logger, error);
            }

            TimeRest();
        }
    }

    // A limit over all nodes is the smallest that any of them knows: one that nobody follows any more must not stay.
    private void TimeRest()
    {
        if (_resting.Count > 0 && !_isRestTimed)
        {
            _isRestTimed = _rest.Change(RestTime, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Forgets scopes that nobody uses and that have nothing to remember. A few at a time, and more than can have come to rest since the last time.</summary>
    private void Forget(int most)
    {
        long now = _pacer.Time.GetTimestamp();
        for (int left = Math.Min(_resting.Count, most); left > 0; left--)
        {
            BandwidthScope scope = _resting.Dequeue();
            if (scope.Uses > 0)
            {
                scope.IsResting = false;
            }
            else if (!scope.IsRested(now))
            {
                _resting.Enqueue(scope);
            }
            else
            {
                _scopes.Remove(scope.Name);
                _movedBefore[IndexOf(scope)] += scope.IsLimited ? scope.Moved : 0;
                _rates.Released(scope);
            }
        }
    }

    private static int IndexOf(BandwidthScope scope) => (int)scope.Kind + (scope.IsUpload ? BandwidthCounters.Kinds : 0);

    private BandwidthPath? PathOf(SessionBandwidth limits, bool isUpload, List<BandwidthScope> held)
    {
        long own = isUpload ? limits.Upload : limits.Download;
        long node = isUpload ? _nodeUpload : _nodeDownload;
        GroupTotal[] groups = [.. limits.Groups.Where(group => (isUpload ? group.Upload : group.Download) > 0)];
        if (own == 0 && node == 0 && groups.Length == 0)
        {
            return null;
        }

        string way = isUpload ? "/up" : "/down";
        string user = limits.Source < 0 ? $"user/{limits.UserName}" : $"user@{limits.Source}/{limits.UserName}";
        var path = new List<BandwidthScope>(2 + groups.Length)
        {
            Acquire(user + way, limits.Source < 0 ? BandwidthScopeKind.User : BandwidthScopeKind.Source, isUpload, own, held, limits.Version),
        };
        foreach (GroupTotal group in groups)
        {
            path.Add(Acquire($"group/{group.Group}{way}", BandwidthScopeKind.Group, isUpload, isUpload ? group.Upload : group.Download, held));
        }

        if (node > 0)
        {
            path.Add(Acquire("node" + way, BandwidthScopeKind.Node, isUpload, node, held));
        }

        return new BandwidthPath(_pacer, [.. path]);
    }

    /// <summary>Enters a scope. The limit is put in force but where it is that of an account as it was before the one in force.</summary>
    private BandwidthScope Acquire(string name, BandwidthScopeKind kind, bool isUpload, long limit, List<BandwidthScope> held, long version = 0)
    {
        if (!_scopes.TryGetValue(name, out BandwidthScope? scope))
        {
            scope = new BandwidthScope(name, kind, isUpload, _pacer);
            _scopes.Add(name, scope);
        }

        // Nobody is left of an account that was deleted, and the next of its name begins anew.
        bool isOlder = scope.Uses > 0 && version > 0 && version < scope.LimitVersion;
        scope.Uses++;
        held.Add(scope);
        if (isOlder)
        {
            return scope;
        }

        scope.LimitVersion = version;
        long bytes = limit == 0 ? BandwidthScope.Unlimited : limit;
        if (scope.Limit != bytes || scope.Uses == 1)
        {
            scope.Limit = bytes;
            _rates.LimitChanged(scope);
        }

        return scope;
    }
}
