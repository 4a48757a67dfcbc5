using System.Diagnostics.CodeAnalysis;

namespace Hpc.Actors.Defender;

/// <summary>
/// Hosts with points, in the order in which they are forgotten: those whose points are all over, then the fewest points first, then those whose last event is longest ago.
/// Everything takes the same time whatever the number of hosts. Not safe for several callers at once.
/// </summary>
/// <param name="threshold">Points that no host on the shelf has.</param>
internal sealed class ScoreShelf(int threshold)
{
    private readonly Dictionary<HostKey, Entry> _hosts = [];
    private readonly LinkedList<Entry> _byTime = [];
    private readonly LinkedList<Entry>?[] _byScore = new LinkedList<Entry>?[threshold];

    public int Count => _hosts.Count;

    public IEnumerable<HostKey> Hosts => _hosts.Keys;

    public bool TryGet(HostKey host, [NotNullWhen(true)] out HostPoints? points)
    {
        points = _hosts.GetValueOrDefault(host)?.Points;
        return points is not null;
    }

    /// <summary>Adds an event and forgets those at or before a time; the sum. A host whose sum reaches the threshold leaves the shelf.</summary>
    public int Add(HostKey host, long at, int points, long over)
    {
        if (!_hosts.TryGetValue(host, out Entry? entry))
        {
            entry = new Entry(host);
            _hosts.Add(host, entry);
        }
        else
        {
            Unlink(entry);
        }

        int score = entry.Points.Add(at, points, over);
        if (score >= threshold)
        {
            _hosts.Remove(host);
            return score;
        }

        entry.Score = score;
        _byTime.AddLast(entry.InTime);
        (_byScore[score] ??= []).AddLast(entry.InScore);
        return score;
    }

    public bool Remove(HostKey host, [NotNullWhen(true)] out HostPoints? points)
    {
        bool isThere = _hosts.Remove(host, out Entry? entry);
        points = entry?.Points;
        if (isThere)
        {
            Unlink(entry!);
        }

        return isThere;
    }

    /// <summary>Forgets the host whose last event is longest ago, if that was at or before a time.</summary>
    public bool TryDropOver(long over)
    {
        if (_byTime.First is not { } first || first.Value.Points.LastAt > over)
        {
            return false;
        }

        Drop(first.Value);
        return true;
    }

    /// <summary>Forgets the first one in the order. Its points are those of its last event.</summary>
    public void DropLowest()
    {
        foreach (LinkedList<Entry>? shelf in _byScore)
        {
            if (shelf?.First is { } first)
            {
                Drop(first.Value);
                return;
            }
        }
    }

    private void Drop(Entry entry)
    {
        _hosts.Remove(entry.Host);
        Unlink(entry);
    }

    private void Unlink(Entry entry)
    {
        _byTime.Remove(entry.InTime);
        _byScore[entry.Score]!.Remove(entry.InScore);
    }

    private sealed class Entry
    {
        public Entry(HostKey host)
        {
            Host = host;
            InTime = new LinkedListNode<Entry>(this);
            InScore = new LinkedListNode<Entry>(this);
        }

        public HostKey Host { get; }

        public HostPoints Points { get; } = new();

        public int Score { get; set; }

        public LinkedListNode<Entry> InTime { get; }

        public LinkedListNode<Entry> InScore { get; }
    }
}
