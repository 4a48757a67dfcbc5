namespace Hpc.Actors.Cluster.InProcess;

/// <summary>What nodes told all, numbered. A cursor is never 0, which is that of a node that knows nothing, and never one of another log.</summary>
internal sealed class NoticeLog(long last)
{
    private readonly Queue<(TimeSpan At, ClusterNotice Notice)> _notices = new();

    /// <summary>Number of the last one.</summary>
    public long Last { get; private set; } = last;

    /// <summary>True if everything behind <paramref name="cursor"/> is there.</summary>
    public bool Reaches(long cursor) => cursor >= Last - _notices.Count && cursor <= Last;

    public void Add(ClusterNotice notice, TimeSpan now)
    {
        _notices.Enqueue((now, notice));
        Last++;
        if (_notices.Count > ClusterRules.MaxNoticesKept)
        {
            _notices.Dequeue();
        }
    }

    public void Sweep(TimeSpan now, TimeSpan maxAge)
    {
        while (_notices.TryPeek(out var oldest) && now - oldest.At > maxAge)
        {
            _notices.Dequeue();
        }
    }

    public IReadOnlyList<ClusterNotice> Behind(long cursor, DateTimeOffset now)
    {
        if (cursor == Last)
        {
            return [];
        }

        int skip = (int)(cursor - (Last - _notices.Count));
        return [.. _notices.Skip(skip).Take(ClusterRules.MaxNoticesPerTick).Select(entry => WithLeft(entry.Notice, now))];
    }

    private static ClusterNotice WithLeft(ClusterNotice notice, DateTimeOffset now) =>
        notice.Until is { } until ? notice with { Left = until > now ? until - now : TimeSpan.Zero } : notice;
}
