using System.Runtime.InteropServices;

namespace Hpc.Actors.Cluster.InProcess;

/// <summary>Points of hosts within the window, and bans.</summary>
internal sealed class BanBook
{
    private readonly Dictionary<string, List<(TimeSpan At, int Points)>> _points = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Entry> _bans = new(StringComparer.Ordinal);

    public DefenderParameters? Parameters { get; set; }

    public IEnumerable<ClusterBan> List(DateTimeOffset now) =>
        _bans.Where(ban => ban.Value.Until > now).Select(ban => new ClusterBan(ban.Key, ban.Value.Until - now, ban.Value.Until));

    /// <summary>Counts points; the notice is the ban that they lead to, if they do.</summary>
    public ClusterNotice? Count(HostScore score, TimeSpan now, DateTimeOffset utcNow)
    {
        if (Parameters is not { } defender)
        {
            return null;
        }

        if (_bans.TryGetValue(score.Host, out Entry known) && known.Until > utcNow)
        {
            return score.HasReturned && defender.Increment > TimeSpan.Zero ? Grow(score.Host, known, defender.Increment, now, utcNow) : null;
        }

        if (score.Points == 0 || AddPoints(score, now, defender) < defender.Threshold)
        {
            return null;
        }

        _points.Remove(score.Host);
        return Ban(score.Host, utcNow + defender.BanTime, utcNow);
    }

    /// <summary>Bans until then, or for what is left of a ban that lasts longer.</summary>
    public ClusterNotice Ban(string host, DateTimeOffset until, DateTimeOffset utcNow)
    {
        DateTimeOffset latest = utcNow + ClusterRules.MaxBan;
        until = until < latest ? until : latest;
        bool lasts = _bans.TryGetValue(host, out Entry known) && known.Until > utcNow;
        until = lasts && known.Until > until ? known.Until : until;
        _bans[host] = new Entry(until, lasts ? known.GrownAt : null);
        _points.Remove(host);
        if (_bans.Count > ClusterRules.MaxBans)
        {
            _bans.Remove(_bans.MinBy(static ban => ban.Value.Until).Key);
        }

        return new ClusterNotice(ClusterNoticeKind.Ban, host, until, until - utcNow);
    }

    public void Unban(string host)
    {
        _bans.Remove(host);
        _points.Remove(host);
    }

    public void Sweep(TimeSpan now, DateTimeOffset utcNow)
    {
        foreach (string host in _bans.Where(ban => ban.Value.Until <= utcNow).Select(static ban => ban.Key).ToArray())
        {
            _bans.Remove(host);
        }

        TimeSpan window = Parameters?.Window ?? TimeSpan.Zero;
        foreach (string host in _points.Where(entry => now - entry.Value[^1].At >= window).Select(static entry => entry.Key).ToArray())
        {
            _points.Remove(host);
        }
    }

    private ClusterNotice? Grow(string host, Entry known, TimeSpan by, TimeSpan now, DateTimeOffset utcNow)
    {
        if (known.GrownAt is { } grownAt && now - grownAt < ClusterRules.MinGrowthGap)
        {
            return null;
        }

        _bans[host] = known with { GrownAt = now };
        return Ban(host, known.Until + by, utcNow);
    }

    private long AddPoints(HostScore score, TimeSpan now, DefenderParameters defender)
    {
        ref List<(TimeSpan At, int Points)>? seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_points, score.Host, out _);
        List<(TimeSpan At, int Points)> list = seen ??= [];
        list.RemoveAll(entry => now - entry.At >= defender.Window);
        list.Add((now, score.Points));
        if (_points.Count > defender.MaxHosts)
        {
            // The host itself was seen now, and is not the oldest unless it is the only one.
            _points.Remove(_points.MinBy(static entry => (entry.Value[^1].At, entry.Key)).Key);
        }

        long sum = 0;
        foreach ((_, int points) in list)
        {
            sum += points;
        }

        return sum;
    }

    private readonly record struct Entry(DateTimeOffset Until, TimeSpan? GrownAt);
}
