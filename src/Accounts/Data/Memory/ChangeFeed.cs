namespace Hpc.Accounts.Data.Memory;

/// <summary>
/// The objects that changed last, each once, in the order of their last changes. As many are kept as an answer may have:
/// whoever asks from before them would get no keys anyway. Not safe for several threads.
/// </summary>
internal sealed class ChangeFeed
{
    private readonly LinkedList<(ObjectKey Key, long Stamp)> _changes = [];
    private readonly Dictionary<ObjectKey, LinkedListNode<(ObjectKey Key, long Stamp)>> _nodes = [];

    // Changes up to this stamp are not all known.
    private long _start;

    /// <summary>Forgets everything up to a stamp.</summary>
    public void StartAt(long stamp)
    {
        _changes.Clear();
        _nodes.Clear();
        _start = stamp;
    }

    public void Add(ObjectKey key, long stamp)
    {
        if (_nodes.Remove(key, out LinkedListNode<(ObjectKey Key, long Stamp)>? earlier))
        {
            _changes.Remove(earlier);
        }

        _nodes[key] = _changes.AddLast((key, stamp));
        if (_changes.Count > IObjectStore.MaxChanges)
        {
            (ObjectKey oldest, _start) = _changes.First!.Value;
            _nodes.Remove(oldest);
            _changes.RemoveFirst();
        }
    }

    public ObjectChanges Since(long since, long stamp)
    {
        if (since < _start || since > stamp)
        {
            return new ObjectChanges(stamp, null);
        }

        var keys = new List<ObjectKey>();
        for (LinkedListNode<(ObjectKey Key, long Stamp)>? node = _changes.Last; node is not null && node.Value.Stamp > since; node = node.Previous)
        {
            keys.Add(node.Value.Key);
        }

        return new ObjectChanges(stamp, keys);
    }
}
