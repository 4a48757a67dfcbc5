namespace Hpc.Actors.Cluster.Node;

/// <summary>Points that the next ticks tell, oldest first. Full, it counts those of hosts that it knows already alone.</summary>
internal sealed class NodeScores
{
    /// <summary>Most hosts in one tick: all other ticks wait while the engine judges them, and a tick that takes too long is none.</summary>
    public const int MaxTold = 2_000;

    private const int MaxHosts = 10_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, HostScore> _scores = new(StringComparer.Ordinal);

    public void Add(HostScore score)
    {
        lock (_lock)
        {
            if (_scores.TryGetValue(score.Host, out HostScore known))
            {
                int points = (int)Math.Min((long)known.Points + score.Points, int.MaxValue);
                _scores[score.Host] = new HostScore(score.Host, points, known.HasReturned || score.HasReturned);
            }
            else if (_scores.Count < MaxHosts)
            {
                _scores.Add(score.Host, score);
            }
        }
    }

    /// <summary>What waits to be told of a host is not told.</summary>
    public void Forget(string host)
    {
        lock (_lock)
        {
            _scores.Remove(host);
        }
    }

    public IReadOnlyList<HostScore> Take()
    {
        lock (_lock)
        {
            if (_scores.Count == 0)
            {
                return [];
            }

            HostScore[] waiting = [.. _scores.Values];
            _scores.Clear();
            if (waiting.Length <= MaxTold)
            {
                return waiting;
            }

            foreach (HostScore later in waiting.AsSpan(MaxTold))
            {
                _scores.Add(later.Host, later);
            }

            return waiting[..MaxTold];
        }
    }

    /// <summary>They were not counted.</summary>
    public void Restore(IReadOnlyList<HostScore> scores)
    {
        foreach (HostScore score in scores)
        {
            Add(score);
        }
    }
}
