namespace Hpc.Accounts.Data.Memory;

/// <summary>Values with an end. Not safe for several threads.</summary>
internal sealed class MemoryEphemeral(int maxValues, long maxBytes)
{
    private readonly Dictionary<string, (ReadOnlyMemory<byte> Value, long ExpiresAt)> _values = new(StringComparer.Ordinal);
    private readonly SortedNames _names = new();
    private readonly SortedSet<(long ExpiresAt, string Name)> _ends = new(Comparer<(long ExpiresAt, string Name)>.Create(
        (left, right) => left.ExpiresAt != right.ExpiresAt ? left.ExpiresAt.CompareTo(right.ExpiresAt) : string.CompareOrdinal(left.Name, right.Name)));

    private long _bytes;

    public int Count => _values.Count;

    /// <summary>Bytes of all values.</summary>
    public long Bytes => _bytes;

    public IEnumerable<(string Name, ReadOnlyMemory<byte> Value, long ExpiresAt)> All => _values.Select(pair => (pair.Key, pair.Value.Value, pair.Value.ExpiresAt));

    public ReadOnlyMemory<byte>? Find(string name, long now) =>
        _values.TryGetValue(name, out (ReadOnlyMemory<byte> Value, long ExpiresAt) entry) && entry.ExpiresAt > now ? entry.Value : (ReadOnlyMemory<byte>?)null;

    /// <summary>Full: no value gives way before its end, as one may be the mark that something must not be used again.</summary>
    public void Put(string name, ReadOnlyMemory<byte> value, long expiresAt, long now)
    {
        Purge(now);
        int replaced = _values.TryGetValue(name, out (ReadOnlyMemory<byte> Value, long ExpiresAt) earlier) ? 1 : 0;
        if (expiresAt > now && (_values.Count - replaced >= maxValues || _bytes - earlier.Value.Length + value.Length > maxBytes))
        {
            throw new DataProviderException($"The data provider is full: it holds at most {maxValues} values that have an end, with {maxBytes} bytes together.");
        }

        Remove(name);
        if (expiresAt > now)
        {
            Load(name, value.ToArray(), expiresAt);
        }
    }

    /// <summary>A value as it was put before, which is not there.</summary>
    public void Load(string name, ReadOnlyMemory<byte> value, long expiresAt)
    {
        _values.Add(name, (value, expiresAt));
        _names.Add(name);
        _ends.Add((expiresAt, name));
        _bytes += value.Length;
    }

    /// <summary>True if there was one, whatever its end.</summary>
    public bool Remove(string name)
    {
        if (!_values.Remove(name, out (ReadOnlyMemory<byte> Value, long ExpiresAt) entry))
        {
            return false;
        }

        _names.Remove(name);
        _ends.Remove((entry.ExpiresAt, name));
        _bytes -= entry.Value.Length;
        return true;
    }

    public IReadOnlyList<string> List(string prefix, string? after, int limit, long now)
    {
        Purge(now);
        return _names.Page(prefix, after, 0, limit, isDescending: false);
    }

    public void Purge(long now)
    {
        while (_ends.Count > 0 && _ends.Min.ExpiresAt <= now)
        {
            Remove(_ends.Min.Name);
        }
    }

    public void Clear()
    {
        _values.Clear();
        _ends.Clear();
        _bytes = 0;
        foreach (string name in _names.Page("", null, 0, int.MaxValue, isDescending: false))
        {
            _names.Remove(name);
        }
    }
}
