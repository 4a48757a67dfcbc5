using Hpc.Actors.Defender;

namespace Hpc.Actors.Cluster.Node;

/// <summary>The sessions of this node as the cluster knows them, or will.</summary>
internal sealed class NodeSessions
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _opened = [];
    private readonly List<string> _closed = [];

    // Sessions that are open, to be decided about without looking at all: those of a host are counted if there is a limit.
    private readonly Dictionary<string, int> _openOfUser = new(StringComparer.Ordinal);
    private readonly Dictionary<HostKey, int> _openOfHost = [];
    private int _open;
    private int _untold;
    private NodeEpoch? _epoch;

    /// <summary>The epoch that places are taken under; null while the node joins.</summary>
    public NodeEpoch? Epoch
    {
        get
        {
            lock (_lock)
            {
                return _epoch;
            }
        }
    }

    /// <summary>Sessions that are open, while the engine may not know of them.</summary>
    public bool HasUntold => Volatile.Read(ref _untold) > 0;

    /// <summary>A session that waits for its place.</summary>
    public void Add(HeldPlace place)
    {
        lock (_lock)
        {
            AddEntry(place);
        }
    }

    /// <summary>A session that no limit holds.</summary>
    public void AddFree(HeldPlace place)
    {
        lock (_lock)
        {
            SetOpen(AddEntry(place));
            _opened.Add(place.Session.Id);
        }
    }

    /// <summary>The place was taken under an epoch. False if a join has been made since: it did not tell the session, and what it does not tell has no place.</summary>
    public bool Confirm(string id, NodeEpoch epoch)
    {
        lock (_lock)
        {
            if (_epoch != epoch || !_entries.TryGetValue(id, out Entry? entry))
            {
                return false;
            }

            SetOpen(entry);
            SetUntold(entry, false);
            return true;
        }
    }

    /// <summary>Takes a place by what this node knows alone: its part of each limit, at least one.</summary>
    public PlaceReply TryOpenAway(HeldPlace place, int nodes)
    {
        lock (_lock)
        {
            if (IsReached(place.MaxTotal, _open, nodes))
            {
                return PlaceReply.TotalLimit;
            }

            if (IsReached(place.MaxOfUser, _openOfUser.GetValueOrDefault(place.Session.User), nodes))
            {
                return PlaceReply.UserLimit;
            }

            if (place.MaxOfHost > 0 && IsReached(place.MaxOfHost, _openOfHost.GetValueOrDefault(HostOf(place)), nodes))
            {
                return PlaceReply.HostLimit;
            }

            if (_entries.TryGetValue(place.Session.Id, out Entry? entry))
            {
                SetOpen(entry);
                SetUntold(entry, true);
            }

            return PlaceReply.Taken;
        }
    }

    /// <summary>The session is over, or was given up: the engine is told even if it may not know of it.</summary>
    public void Close(string id)
    {
        lock (_lock)
        {
            if (RemoveEntry(id))
            {
                _closed.Add(id);
            }
        }
    }

    /// <summary>The engine has refused it: there is nothing to be told.</summary>
    public void Forget(string id)
    {
        lock (_lock)
        {
            RemoveEntry(id);
        }
    }

    /// <summary>Sessions that have ended and may not have been told.</summary>
    public IReadOnlyList<string> PeekClosed()
    {
        lock (_lock)
        {
            return _closed.Count == 0 ? [] : [.. _closed.Take(100)];
        }
    }

    /// <summary>They were told with the place of another session, and need not be told again.</summary>
    public void ForgetClosed(IReadOnlyList<string> told)
    {
        if (told.Count == 0)
        {
            return;
        }

        var ids = new HashSet<string>(told, StringComparer.Ordinal);
        lock (_lock)
        {
            _closed.RemoveAll(ids.Contains);
        }
    }

    /// <summary>What the next tick tells.</summary>
    public (IReadOnlyList<ClusterSession> Opened, IReadOnlyList<string> Closed) Take()
    {
        lock (_lock)
        {
            if (_opened.Count == 0 && _closed.Count == 0)
            {
                return ([], []);
            }

            ClusterSession[] opened = [.. _opened.Where(_entries.ContainsKey).Select(id => _entries[id].Place.Session)];
            string[] closed = [.. _closed];
            _opened.Clear();
            _closed.Clear();
            return (opened, closed);
        }
    }

    /// <summary>All sessions that are open, for a join: what waited to be told is told by that.</summary>
    public IReadOnlyList<HeldPlace> TakeAll()
    {
        lock (_lock)
        {
            _epoch = null;
            _opened.Clear();
            _closed.Clear();
            return [.. _entries.Values.Where(static entry => entry.IsOpen).Select(static entry => entry.Place)];
        }
    }

    /// <summary>A join was answered; says which sessions have to end.</summary>
    public IReadOnlyList<string> OnJoined(NodeEpoch epoch, IReadOnlyList<HeldPlace> told, IReadOnlyList<string> refused)
    {
        lock (_lock)
        {
            _epoch = epoch;
            foreach (HeldPlace place in told)
            {
                if (_entries.TryGetValue(place.Session.Id, out Entry? entry))
                {
                    SetUntold(entry, false);
                }
            }

            return [.. refused.Where(_entries.ContainsKey)];
        }
    }

    private static bool IsReached(int limit, int count, int nodes) => limit > 0 && count >= Math.Max(1, limit / Math.Max(1, nodes));

    private static HostKey HostOf(HeldPlace place) => HostKey.Of(place.Session.Remote.Address);

    private static void Count<TKey>(Dictionary<TKey, int> counts, TKey key, int change)
        where TKey : notnull
    {
        int count = counts.GetValueOrDefault(key) + change;
        if (count > 0)
        {
            counts[key] = count;
        }
        else
        {
            counts.Remove(key);
        }
    }

    private Entry AddEntry(HeldPlace place)
    {
        var entry = new Entry(place);
        return _entries.TryAdd(place.Session.Id, entry) ? entry : throw new InvalidOperationException("The session has its place already.");
    }

    private bool RemoveEntry(string id)
    {
        if (!_entries.Remove(id, out Entry? entry))
        {
            return false;
        }

        SetUntold(entry, false);
        if (entry.IsOpen)
        {
            CountOpen(entry.Place, -1);
        }

        return true;
    }

    private void SetOpen(Entry entry)
    {
        if (!entry.IsOpen)
        {
            entry.IsOpen = true;
            CountOpen(entry.Place, 1);
        }
    }

    private void CountOpen(HeldPlace place, int change)
    {
        _open += change;
        Count(_openOfUser, place.Session.User, change);
        if (place.MaxOfHost > 0)
        {
            Count(_openOfHost, HostOf(place), change);
        }
    }

    private void SetUntold(Entry entry, bool isUntold)
    {
        _untold += (isUntold ? 1 : 0) - (entry.IsUntold ? 1 : 0);
        entry.IsUntold = isUntold;
    }

    private sealed class Entry(HeldPlace place)
    {
        public HeldPlace Place { get; } = place;

        public bool IsOpen { get; set; }

        public bool IsUntold { get; set; }
    }
}
