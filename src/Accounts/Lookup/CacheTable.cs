using System.Diagnostics.CodeAnalysis;

namespace Hpc.Accounts.Lookup;

/// <summary>
/// A bounded table of what was read. What may have changed stays as suspect: it is not told, and comes back if reading it again shows that it is still the same.
/// What was being read while it may have changed is not taken in.
/// </summary>
/// <typeparam name="TEntry">What is kept.</typeparam>
internal sealed class CacheTable<TEntry>(int capacity, long maxBytes)
    where TEntry : class
{
    // Held for microseconds; guards all below. The list has the one that was used last at its front.
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Slot>> _slots = new(StringComparer.Ordinal);
    private readonly LinkedList<Slot> _byUse = new();
    private readonly List<Reading> _readings = [];
    private long _bytes;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _slots.Count;
            }
        }
    }

    public bool TryFind(string name, [NotNullWhen(true)] out TEntry? entry)
    {
        lock (_gate)
        {
            entry = null;
            if (!_slots.TryGetValue(name, out LinkedListNode<Slot>? node) || node.Value.IsSuspect)
            {
                return false;
            }

            if (!ReferenceEquals(_byUse.First, node))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }

            entry = node.Value.Entry;
            return true;
        }
    }

    /// <summary>What was read before, right or not.</summary>
    public TEntry? FindAny(string name)
    {
        lock (_gate)
        {
            return _slots.TryGetValue(name, out LinkedListNode<Slot>? node) ? node.Value.Entry : null;
        }
    }

    /// <summary>To be called before the store is asked; <see cref="End"/> follows.</summary>
    public Reading Begin(IReadOnlyCollection<string> names)
    {
        var reading = new Reading(names);
        lock (_gate)
        {
            _readings.Add(reading);
        }

        return reading;
    }

    public void End(Reading reading)
    {
        lock (_gate)
        {
            _readings.Remove(reading);
        }
    }

    /// <summary>Takes in what was read, unless it may have changed meanwhile.</summary>
    public void Add(Reading reading, string name, TEntry entry, long bytes)
    {
        lock (_gate)
        {
            if (reading.IsStale)
            {
                return;
            }

            Drop(name);
            _slots[name] = _byUse.AddFirst(new Slot(name, entry, bytes));
            _bytes += bytes;
            while (_slots.Count > capacity || (_bytes > maxBytes && _slots.Count > 1))
            {
                Drop(_byUse.Last!.Value.Name);
            }
        }
    }

    public void Remove(string name)
    {
        lock (_gate)
        {
            Drop(name);
        }
    }

    public void SuspectAll()
    {
        lock (_gate)
        {
            _readings.ForEach(static reading => reading.IsStale = true);
            foreach (Slot slot in _byUse)
            {
                slot.IsSuspect = true;
            }
        }
    }

    public void Suspect(IReadOnlySet<string> names)
    {
        lock (_gate)
        {
            foreach (Reading reading in _readings)
            {
                reading.IsStale |= reading.Names.Any(names.Contains);
            }

            foreach (string name in names)
            {
                if (_slots.TryGetValue(name, out LinkedListNode<Slot>? node))
                {
                    node.Value.IsSuspect = true;
                }
            }
        }
    }

    /// <summary>Those that it is true of, and all that is being read: nobody knows yet what that is made of.</summary>
    public void Suspect(Func<TEntry, bool> isMeant)
    {
        lock (_gate)
        {
            _readings.ForEach(static reading => reading.IsStale = true);
            foreach (Slot slot in _byUse)
            {
                slot.IsSuspect |= isMeant(slot.Entry);
            }
        }
    }

    private void Drop(string name)
    {
        if (_slots.Remove(name, out LinkedListNode<Slot>? node))
        {
            _byUse.Remove(node);
            _bytes -= node.Value.Bytes;
        }
    }

    /// <summary>What is being read; its flag is under the table's lock.</summary>
    internal sealed class Reading(IReadOnlyCollection<string> names)
    {
        public IReadOnlyCollection<string> Names { get; } = names;

        public bool IsStale { get; set; }
    }

    private sealed class Slot(string name, TEntry entry, long bytes)
    {
        public string Name { get; } = name;

        public TEntry Entry { get; } = entry;

        public long Bytes { get; } = bytes;

        public bool IsSuspect { get; set; }
    }
}
