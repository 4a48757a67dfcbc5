using System.Diagnostics.CodeAnalysis;

namespace Hpc.Accounts.Authentication;

/// <summary>
/// A bounded queue in which sources take turns: however much one of them puts in, another's next item waits for at most one item of every source.
/// Within a source the order is kept. Source 0 is for items of none and has no bound of its own.
/// </summary>
internal sealed class FairQueue<T>(int capacity, int perSource)
{
    private readonly object _gate = new();

    // Under the gate. A lane is in _turns exactly while it holds items.
    private readonly Dictionary<ulong, Queue<T>> _lanes = [];
    private readonly Queue<ulong> _turns = new();
    private int _count;
    private bool _isCompleted;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    public bool IsCompleted
    {
        get
        {
            lock (_gate)
            {
                return _isCompleted;
            }
        }
    }

    /// <summary>False if the queue, or the source's part of it, is full, or nothing is taken in any more.</summary>
    public bool TryAdd(ulong source, T item) => TryAdd(source, item, capacity);

    /// <summary>The same, if nothing waits.</summary>
    public bool TryAddIfEmpty(ulong source, T item) => TryAdd(source, item, 1);

    /// <summary>Waits for an item; false when nothing is left and nothing will come.</summary>
    public bool TryTake([MaybeNullWhen(false)] out T item)
    {
        lock (_gate)
        {
            while (_count == 0)
            {
                if (_isCompleted)
                {
                    item = default;
                    return false;
                }

                Monitor.Wait(_gate);
            }

            ulong source = _turns.Dequeue();
            Queue<T> lane = _lanes[source];
            item = lane.Dequeue();
            _count--;
            if (lane.Count > 0)
            {
                _turns.Enqueue(source);
            }
            else
            {
                _lanes.Remove(source);
            }

            return true;
        }
    }

    /// <summary>Takes nothing in from now on.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _isCompleted = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool TryAdd(ulong source, T item, int limit)
    {
        lock (_gate)
        {
            if (_isCompleted || _count >= limit)
            {
                return false;
            }

            if (!_lanes.TryGetValue(source, out Queue<T>? lane))
            {
                _lanes[source] = lane = new Queue<T>();
                _turns.Enqueue(source);
            }
            else if (source != 0 && lane.Count >= perSource)
            {
                return false;
            }

            lane.Enqueue(item);
            _count++;
            Monitor.Pulse(_gate);
            return true;
        }
    }
}
