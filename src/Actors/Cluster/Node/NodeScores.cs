namespace Hpc.Actors.Cluster.Node;

/// <summary>Points that the next tick tells. Full, it counts those of hosts that it knows already alone.</summary>
internal sealed class NodeScores
{
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

    public IReadOnlyList<HostScore> Take()
    {
        lock (_lock)
        {
            if (_scores.Count == 0)
            {
                return [];
            }

            HostScore[] taken = [.. _scores.Values];
            _scores.Clear();
            return taken;
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
