using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Limits.Bandwidth;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>
/// Rates of one keeper over all nodes: of the limits of users, of their networks and of groups this node has a share; that of the node itself is its own as a whole.
/// A scope begins at a rate of 0, until it is granted something.
/// </summary>
public sealed class ClusterRates : IBandwidthRates
{
    // A node that joins again tells all its scopes while the engine has them still: the two together are what it may have.
    private const int MaxShared = ClusterRules.MaxSharesPerNode / 2;

    private readonly IShareRegistry _shares;
    private readonly int _maxShared;
    private readonly Lock _gate = new();
    private readonly Dictionary<BandwidthScope, ScopeSource> _sources = [];

    // Those that found no place, in the order in which they came: nothing passes there.
    private readonly LinkedList<ScopeSource> _unplaced = [];
    private readonly ClusterRatesTally _tally = new();

    /// <summary>Shares over a node, which has the same clock as the keeper.</summary>
    public ClusterRates(ClusterNode node)
        : this(node, MaxShared)
    {
        ArgumentNullException.ThrowIfNull(node);
    }

    internal ClusterRates(IShareRegistry shares, int maxShared = MaxShared)
    {
        _shares = shares;
        _maxShared = maxShared;
    }

    /// <summary>What has happened so far.</summary>
    public ClusterRatesCounters Counters
    {
        get
        {
            lock (_gate)
            {
                return new ClusterRatesCounters(
                    _sources.Count - _unplaced.Count, _tally.Ungranted, _unplaced.Count, _tally.FirstGrants, _tally.FirstGrantTime, _tally.Hurries);
            }
        }
    }

    /// <inheritdoc/>
    public void LimitChanged(BandwidthScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        lock (_gate)
        {
            bool isShared = scope.Kind != BandwidthScopeKind.Node && scope.Limit != BandwidthScope.Unlimited;
            if (!isShared)
            {
                Remove(scope);
                scope.SetRate(scope.Limit);
            }
            else if (_sources.TryGetValue(scope, out ScopeSource? source))
            {
                source.Follow();
            }
            else
            {
                Add(scope);
            }
        }
    }

    /// <inheritdoc/>
    public void Released(BandwidthScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        lock (_gate)
        {
            if (Remove(scope))
            {
                // Its share is another node's from now on.
                scope.SetRate(0);
            }
        }
    }

    private void Add(BandwidthScope scope)
    {
        var source = new ScopeSource(scope, _shares, scope.Time, _tally);
        scope.Share = source;
        source.SetRate(0);
        _sources.Add(scope, source);
        if (_sources.Count - _unplaced.Count > _maxShared)
        {
            source.Place = _unplaced.AddLast(source);
        }
        else
        {
            _shares.Register(source);
        }
    }

    /// <summary>False if it has no share.</summary>
    private bool Remove(BandwidthScope scope)
    {
        if (!_sources.Remove(scope, out ScopeSource? source))
        {
            return false;
        }

        source.Close();
        if (source.Place is { } place)
        {
            _unplaced.Remove(place);
            return true;
        }

        _shares.Unregister(source);
        if (_unplaced.First is { } next)
        {
            _unplaced.RemoveFirst();
            next.Value.Place = null;
            _shares.Register(next.Value);
        }

        return true;
    }
}
