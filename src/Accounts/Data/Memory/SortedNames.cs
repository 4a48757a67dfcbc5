namespace Hpc.Accounts.Data.Memory;

/// <summary>Names in the order of their UTF-8 bytes, each once, with positions. Chunks keep an addition cheap among a million. Not safe for several threads.</summary>
internal sealed class SortedNames
{
    private const int MaxChunk = 512;

    private readonly List<List<string>> _chunks = [];

    public int Count { get; private set; }

    public bool Add(string name)
    {
        if (_chunks.Count == 0)
        {
            _chunks.Add([]);
        }

        int number = Math.Min(FindChunk(name), _chunks.Count - 1);
        List<string> chunk = _chunks[number];
        int at = chunk.BinarySearch(name, Utf8NameComparer.Instance);
        if (at >= 0)
        {
            return false;
        }

        chunk.Insert(~at, name);
        Count++;
        if (chunk.Count > MaxChunk)
        {
            _chunks.Insert(number + 1, chunk.GetRange(MaxChunk / 2, chunk.Count - (MaxChunk / 2)));
            chunk.RemoveRange(MaxChunk / 2, chunk.Count - (MaxChunk / 2));
        }

        return true;
    }

    public bool Remove(string name)
    {
        int number = FindChunk(name);
        int at = number < _chunks.Count ? _chunks[number].BinarySearch(name, Utf8NameComparer.Instance) : -1;
        if (at < 0)
        {
            return false;
        }

        _chunks[number].RemoveAt(at);
        Count--;
        Merge(number);
        return true;
    }

    /// <summary>A page of the names that begin with <paramref name="prefix"/>, behind <paramref name="after"/> in the direction asked for.</summary>
    public List<string> Page(string prefix, string? after, int offset, int limit, bool isDescending)
    {
        Utf8NameComparer order = Utf8NameComparer.Instance;
        long low = prefix.Length == 0 ? 0 : CountWhile(name => order.Compare(name, prefix) < 0);
        long high = prefix.Length == 0 ? Count : CountWhile(name => order.Compare(name, prefix) < 0 || name.StartsWith(prefix, StringComparison.Ordinal));
        if (isDescending)
        {
            high = after is null ? high : Math.Min(high, CountWhile(name => order.Compare(name, after) < 0));
            high -= offset;
            low = Math.Max(low, high - limit);
        }
        else
        {
            low = after is null ? low : Math.Max(low, CountWhile(name => order.Compare(name, after) <= 0));
            low += offset;
            high = Math.Min(high, low + limit);
        }

        List<string> page = low < high ? Range((int)low, (int)(high - low)) : [];
        if (isDescending)
        {
            page.Reverse();
        }

        return page;
    }

    // The first chunk whose last name is not before this one.
    private int FindChunk(string name)
    {
        (int low, int high) = (0, _chunks.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_chunks[middle] is { Count: > 0 } chunk && Utf8NameComparer.Instance.Compare(chunk[^1], name) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    // For a condition that holds up to some name and for none behind it.
    private int CountWhile(Predicate<string> condition)
    {
        (int low, int high) = (0, _chunks.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = condition(_chunks[middle][^1]) ? (middle + 1, high) : (low, middle);
        }

        int before = 0;
        for (int number = 0; number < low; number++)
        {
            before += _chunks[number].Count;
        }

        if (low == _chunks.Count)
        {
            return before;
        }

        List<string> chunk = _chunks[low];
        (int first, int last) = (0, chunk.Count);
        while (first < last)
        {
            int middle = (first + last) / 2;
            (first, last) = condition(chunk[middle]) ? (middle + 1, last) : (first, middle);
        }

        return before + first;
    }

    private List<string> Range(int start, int count)
    {
        var names = new List<string>(count);
        foreach (List<string> chunk in _chunks)
        {
            if (start >= chunk.Count)
            {
                start -= chunk.Count;
                continue;
            }

            names.AddRange(chunk.GetRange(start, Math.Min(chunk.Count - start, count - names.Count)));
            start = 0;
            if (names.Count == count)
            {
                break;
            }
        }

        return names;
    }

    private void Merge(int number)
    {
        List<string> chunk = _chunks[number];
        if (chunk.Count > 0 && number + 1 < _chunks.Count && chunk.Count + _chunks[number + 1].Count <= MaxChunk / 2)
        {
            chunk.AddRange(_chunks[number + 1]);
            _chunks.RemoveAt(number + 1);
        }

        if (chunk.Count == 0)
        {
            _chunks.RemoveAt(number);
        }
    }
}
