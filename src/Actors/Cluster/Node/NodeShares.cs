using System.Collections.Concurrent;

namespace Hpc.Actors.Cluster.Node;

/// <summary>All shared rates of this node. Sources come and go on any thread; everything else happens on the cluster actor's turn.</summary>
internal sealed class NodeShares(Action<string, Exception> onFault)
{
    private readonly ConcurrentDictionary<string, IShareSource> _registered = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(IShareSource Source, bool IsNew)> _changes = new();
    private readonly Dictionary<string, ShareSlot> _slots = new(StringComparer.Ordinal);
    private readonly List<ShareSlot> _order = [];
    private readonly List<ShareDemand> _demands = [];
    private readonly List<string> _released = [];

    public int Count => _registered.Count;

    /// <summary>Grants were lowered, and others wait to hear that this node keeps to it.</summary>
    public bool HasLowered { get; private set; }

    public void Register(IShareSource source)
    {
        if (!_registered.TryAdd(source.Scope, source))
        {
            throw new InvalidOperationException($"The scope {source.Scope} has its source already.");
        }

        source.SetRate(0);
        _changes.Enqueue((source, true));
    }

    public void Unregister(IShareSource source)
    {
        if (_registered.TryRemove(new KeyValuePair<string, IShareSource>(source.Scope, source)))
        {
            _changes.Enqueue((source, false));
        }
    }

    /// <summary>Takes in what came and went; <paramref name="newcomers"/> is the part that new ones may use at once.</summary>
    public void Update(int newcomers)
    {
        while (_changes.TryDequeue(out var change))
        {
            if (change.IsNew)
            {
                var slot = new ShareSlot(change.Source) { Index = _order.Count };
                _slots.Add(change.Source.Scope, slot);
                _order.Add(slot);
                Set(slot, PartOf(slot, newcomers));
            }
            else if (_slots.Remove(change.Source.Scope, out ShareSlot? slot))
            {
                // The last takes its place: the order does not matter, a removal in the middle of 10,000 would.
                _order[slot.Index] = _order[^1];
                _order[slot.Index].Index = slot.Index;
                _order.RemoveAt(_order.Count - 1);
                if (slot.IsTold)
                {
                    _released.Add(change.Source.Scope);
                }
            }
        }
    }

    /// <summary>Demands that have changed so much that they are worth telling, or all.</summary>
    public (IReadOnlyList<ShareDemand> Demands, IReadOnlyList<string> Released) Collect(bool all)
    {
        foreach (ShareSlot slot in _order)
        {
            Collect(slot, all);
        }

        HasLowered = false;
        ShareDemand[] demands = _demands.Count == 0 ? [] : [.. _demands];
        string[] released = _released.Count == 0 || all ? [] : [.. _released];
        _demands.Clear();
        _released.Clear();
        return (demands, released);
    }

    public void Apply(IReadOnlyList<ShareGrant> grants, bool wasFenced)
    {
        for (int i = 0; i < grants.Count; i++)
        {
            if (_slots.TryGetValue(grants[i].Scope, out ShareSlot? slot))
            {
                slot.Granted = grants[i].Rate;
                Follow(slot);
            }
        }

        if (wasFenced)
        {
            _order.ForEach(Follow);
        }
    }

    /// <summary>No grant is known in a new epoch; what is in force stays until the lease is over.</summary>
    public void BeginEpoch() => _order.ForEach(static slot => slot.Granted = 0);

    /// <summary>Nothing above a part of each limit, and nothing more than it is now.</summary>
    public void Lower(int part)
    {
        foreach (ShareSlot slot in _order)
        {
            Set(slot, Math.Min(slot.Rate, PartOf(slot, part)));
        }
    }

    /// <summary>A part of each limit.</summary>
    public void Rise(int part)
    {
        foreach (ShareSlot slot in _order)
        {
            Set(slot, PartOf(slot, part));
        }
    }

    private static bool HasMoved(long told, long now) => told != now && Math.Abs(told - now) > Math.Max(told, now) / 10;

    private static long PartOf(ShareSlot slot, int part) => (long)((Int128)slot.Source.Limit * part / ClusterRules.AwayWhole);

    private void Collect(ShareSlot slot, bool all)
    {
        ShareReading reading;
        try
        {
            reading = slot.Source.Read();
        }
        catch (Exception error)
        {
            onFault(slot.Source.Scope, error);
            reading = slot.IsTold ? new ShareReading(slot.ToldWanted, slot.ToldWeight) : new ShareReading(0, 1);
        }

        long limit = slot.Source.Limit;
        bool isSame = slot.IsTold && !slot.IsLowered && limit == slot.ToldLimit
            && !HasMoved(slot.ToldWanted, reading.Wanted) && !HasMoved(slot.ToldWeight, reading.Weight);
        if (isSame && !all)
        {
            return;
        }

        Set(slot, Math.Min(slot.Rate, limit));
        slot.IsTold = true;
        slot.IsLowered = false;
        slot.ToldLimit = limit;
        slot.ToldWanted = reading.Wanted;
        slot.ToldWeight = Math.Max(1, reading.Weight);
        _demands.Add(new ShareDemand(slot.Source.Scope, limit, slot.Rate, slot.ToldWanted, slot.ToldWeight));
    }

    private void Follow(ShareSlot slot)
    {
        long next = Math.Min(slot.Granted, slot.Source.Limit);
        if (next < slot.Rate)
        {
            slot.IsLowered = true;
            HasLowered = true;
        }

        Set(slot, next);
    }

    private void Set(ShareSlot slot, long rate)
    {
        try
        {
            slot.SetRate(rate);
        }
        catch (Exception error)
        {
            onFault(slot.Source.Scope, error);
        }
    }
}
