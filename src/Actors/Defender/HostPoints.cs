namespace Hpc.Actors.Defender;

/// <summary>The events of a host, oldest first: never more than the points that ban it.</summary>
internal sealed class HostPoints
{
    private readonly List<(long At, int Points)> _events = [];
    private int _sum;

    public long LastAt { get; private set; }

    /// <summary>Adds an event and forgets those at or before a time; the sum.</summary>
    public int Add(long at, int points, long over)
    {
        int old = CountOf(over);
        for (int i = 0; i < old; i++)
        {
            _sum -= _events[i].Points;
        }

        _events.RemoveRange(0, old);
        _events.Add((at, points));
        _sum += points;
        LastAt = at;
        return _sum;
    }

    /// <summary>The sum of the events after a time.</summary>
    public int ScoreOf(long over)
    {
        int score = _sum;
        int old = CountOf(over);
        for (int i = 0; i < old; i++)
        {
            score -= _events[i].Points;
        }

        return score;
    }

    private int CountOf(long over)
    {
        int old = 0;
        while (old < _events.Count && _events[old].At <= over)
        {
            old++;
        }

        return old;
    }
}
