using System.Collections.Concurrent;

namespace Hpc.Actors.Defender;

/// <summary>
/// Points and bans of this node, in memory: a bounded number of hosts, and of each no more events than bring a ban. Where there are too many, hosts with the fewest points go first,
/// and of bans those that the defender made and that end soonest. Bans by hand stay until their end; there are at most <see cref="MaxByHand"/>.
/// </summary>
public sealed partial class MemoryBoard : IDefenderBoard
{
    /// <summary>Most bans by hand.</summary>
    public const int MaxByHand = 10_000;

    // So many at a time, so that whoever comes at the full table does not wait for all of them.
    private const int MostForgotten = 1_000;

    // Clients send many requests at a time: that is coming back once.
    private static readonly TimeSpan BetweenIncrements = TimeSpan.FromMinutes(1);

    private readonly DefenderOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly List<Action<HostKey>> _listeners = [];

    // Written under the gate; bans are read without it.
    private readonly ScoreShelf _points;
    private readonly ConcurrentDictionary<HostKey, HostBan> _bans = [];
    private readonly SortedSet<(long End, HostKey Host)> _automatic = [];
    private readonly SortedSet<(long End, HostKey Host)> _byHand = [];
    private readonly SortedSet<(long End, HostKey Host)> _ofCluster = [];
    private int _banned;
    private long _forgotten;

    /// <summary>An empty board.</summary>
    public MemoryBoard(DefenderOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threshold, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.EntriesSoftLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.EntriesHardLimit, options.EntriesSoftLimit);
        _options = options;
        _time = time;
        _points = new ScoreShelf(options.Threshold);
    }

    /// <inheritdoc/>
    public int Scored
    {
        get
        {
            lock (_gate)
            {
                long over = Now - _options.ObservationTime.Ticks;
                while (_points.TryDropOver(over))
                {
                    // What counts no more is forgotten by whoever looks first.
                }

                return _points.Count;
            }
        }
    }

    /// <inheritdoc/>
    public int Banned
    {
        get
        {
            lock (_gate)
            {
                EndBans(_automatic, Now);
                EndBans(_byHand, Now);
                EndBans(_ofCluster, Now);
                return _bans.Count;
            }
        }
    }

    /// <inheritdoc/>
    public long Forgotten => Volatile.Read(ref _forgotten);

    /// <inheritdoc/>
    public bool IsBanned(HostKey host) => Volatile.Read(ref _banned) > 0 && _bans.TryGetValue(host, out HostBan? ban) && ban.End > Now;

    /// <inheritdoc/>
    public bool IsBannedOnReturn(HostKey host) => IsBannedOnReturn(host, growsHere: true, out _);

    /// <inheritdoc/>
    public ScoreResult Add(HostKey host, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 1);
        int score;
        lock (_gate)
        {
            long now = Now;
            if (_bans.TryGetValue(host, out HostBan? ban) && ban.End > now)
            {
                return default;
            }

            long over = now - _options.ObservationTime.Ticks;
            if (!_points.TryGet(host, out _) && _points.Count >= _options.EntriesHardLimit)
            {
                MakeRoomForPoints(over);
            }

            score = _points.Add(host, now, points, over);
            if (score < _options.Threshold)
            {
                return new ScoreResult(score, IsBanned: false);
            }

            MakeRoomForBan(now);
            SetBan(host, now + _options.BanTime.Ticks, BanSource.Own);
        }

        Tell(host);
        return new ScoreResult(score, IsBanned: true);
    }

    /// <inheritdoc/>
    public bool Ban(HostKey host, TimeSpan time)
    {
        bool isNew;
        lock (_gate)
        {
            long now = Now;
            EndBans(_byHand, now);
            HostBan? before = _bans.GetValueOrDefault(host);
            if (before is not { Source: BanSource.Hand } && _byHand.Count >= MaxByHand)
            {
                return false;
            }

            long end = now + Math.Clamp(time.Ticks, 1, _options.LongestBan.Ticks);
            isNew = before is null || before.End <= now;
            _points.Remove(host, out _);
            SetBan(host, Math.Max(before?.End ?? end, end), BanSource.Hand);
        }

        if (isNew)
        {
            Tell(host);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Remove(HostKey host)
    {
        lock (_gate)
        {
            long now = Now;
            bool hadPoints = _points.Remove(host, out HostPoints? points) && points.ScoreOf(now - _options.ObservationTime.Ticks) > 0;
            bool wasBanned = RemoveBan(host) is { } ban && ban.End > now;
            return hadPoints || wasBanned;
        }
    }

    /// <inheritdoc/>
    public DefenderHost? Find(HostKey host)
    {
        lock (_gate)
        {
            return ViewOf(host, Now);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DefenderHost> List(int limit)
    {
        List<DefenderHost> all;
        lock (_gate)
        {
            long now = Now;
            all = [.. _bans.Keys.Concat(_points.Hosts).Distinct().Select(host => ViewOf(host, now)).OfType<DefenderHost>()];
        }

        return [.. all.OrderBy(static host => host.Host).Take(limit)];
    }

    /// <inheritdoc/>
    public void OnBan(Action<HostKey> listener)
    {
        lock (_gate)
        {
            _listeners.Add(listener);
        }
    }

    // Monotonic: a step of the clock ends no ban and makes none longer.
    private long Now => _time.GetElapsedTime(0, _time.GetTimestamp()).Ticks;

    private static bool MayGrow(HostBan ban, long now) => ban.GrownAt == long.MinValue || now - ban.GrownAt >= BetweenIncrements.Ticks;

    private DefenderHost? ViewOf(HostKey host, long now)
    {
        if (_bans.TryGetValue(host, out HostBan? ban) && ban.End > now)
        {
            return new DefenderHost(host, 0, _time.GetUtcNow() + TimeSpan.FromTicks(ban.End - now));
        }

        int score = _points.TryGet(host, out HostPoints? points) ? points.ScoreOf(now - _options.ObservationTime.Ticks) : 0;
        return score > 0 ? new DefenderHost(host, score, null) : null;
    }

    private void Tell(HostKey host)
    {
        Action<HostKey>[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
        }

        foreach (Action<HostKey> listener in listeners)
        {
            listener(host);
        }
    }

    /// <summary>Sets the end of a ban that lasts, or makes one.</summary>
    private HostBan SetBan(HostKey host, long end, BanSource source)
    {
        // It stays in the table all the while: whoever only looks finds it.
        if (_bans.TryGetValue(host, out HostBan? ban))
        {
            ListOf(ban).Remove((ban.End, host));
        }

        if (ban is null || ban.End <= Now)
        {
            ban = new HostBan(source);
        }
        else if (ban.Source != source)
        {
            ban = new HostBan(source) { GrownAt = ban.GrownAt };
        }

        ban.End = end;
        ListOf(ban).Add((end, host));
        _bans[host] = ban;
        CountBans();
        return ban;
    }

    private HostBan? RemoveBan(HostKey host)
    {
        if (!_bans.TryRemove(host, out HostBan? ban))
        {
            return null;
        }

        ListOf(ban).Remove((ban.End, host));
        CountBans();
        return ban;
    }

    private void CountBans() => Volatile.Write(ref _banned, _automatic.Count + _byHand.Count + _ofCluster.Count);

    private SortedSet<(long End, HostKey Host)> ListOf(HostBan ban) => ban.Source switch
    {
        BanSource.Hand => _byHand,
        BanSource.Cluster => _ofCluster,
        _ => _automatic,
    };

    private void EndBans(SortedSet<(long End, HostKey Host)> bans, long now)
    {
        while (bans.Count > 0 && bans.Min.End <= now)
        {
            RemoveBan(bans.Min.Host);
        }
    }

    private void MakeRoomForBan(long now)
    {
        EndBans(_automatic, now);
        if (_automatic.Count < _options.EntriesHardLimit)
        {
            return;
        }

        for (int count = CountToForget(_automatic.Count); count > 0; count--)
        {
            RemoveBan(_automatic.Min.Host);
            Volatile.Write(ref _forgotten, _forgotten + 1);
        }
    }

    private void MakeRoomForPoints(long over)
    {
        int count = CountToForget(_points.Count);
        while (count > 0 && _points.TryDropOver(over))
        {
            count--;
        }

        if (_points.Count < _options.EntriesHardLimit)
        {
            return;
        }

        for (; count > 0; count--)
        {
            _points.DropLowest();
            Volatile.Write(ref _forgotten, _forgotten + 1);
        }
    }

    private int CountToForget(int count) => Math.Min(count - _options.EntriesSoftLimit, MostForgotten);
}
