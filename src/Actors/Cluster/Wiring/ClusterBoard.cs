using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Defender;
using Microsoft.Extensions.Logging;

namespace Hpc.Actors.Cluster.Wiring;

/// <summary>
/// Points and bans of a node among others. Its own points are counted here and told to all, who ban at the sum; a host that has too many on this node alone is banned here at once.
/// Bans are in force from memory; those that all nodes know of begin, grow and end as the cluster tells. It is told of the others again until it knows of them.
/// </summary>
public sealed class ClusterBoard : IDefenderBoard, IBanHerald
{
    // Whoever has many addresses makes no node tick faster: what is banned meanwhile is told by the tick that comes anyway.
    private static readonly TimeSpan BetweenNudges = TimeSpan.FromSeconds(1);

    private readonly MemoryBoard _memory;
    private readonly IDefenderLine _line;
    private readonly ILogger _logger;
    private readonly bool _isEnabled;
    private readonly TimeProvider _time;
    private long _nudgedAt = long.MinValue;

    /// <summary>A board that is empty until the node takes part.</summary>
    public ClusterBoard(DefenderOptions options, ClusterNode node, TimeProvider time, ILogger<ClusterBoard> logger)
        : this(options, new NodeLine(node), time, time, logger)
    {
    }

    /// <param name="options">Settings.</param>
    /// <param name="line">The other nodes.</param>
    /// <param name="time">The clock of points and bans.</param>
    /// <param name="pauses">The clock of pauses before bans are told again.</param>
    /// <param name="logger">Gets what the cluster has banned.</param>
    internal ClusterBoard(DefenderOptions options, IDefenderLine line, TimeProvider time, TimeProvider pauses, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _memory = new MemoryBoard(options, time);
        _line = line;
        Teller = new BanTeller(_memory, line, pauses, logger);
        _logger = logger;
        _isEnabled = options.IsEnabled;
        _time = time;
    }

    /// <inheritdoc/>
    public int Scored => _memory.Scored;

    /// <inheritdoc/>
    public int Banned => _memory.Banned;

    /// <inheritdoc/>
    public long Forgotten => _memory.Forgotten;

    internal BanTeller Teller { get; }

    /// <summary>How all nodes judge hosts by these settings; null if the defender is off.</summary>
    public static DefenderParameters? ParametersOf(DefenderOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.IsEnabled
            ? new DefenderParameters(options.Threshold, options.ObservationTime, options.BanTime, options.Increment, options.EntriesHardLimit)
            : null;
    }

    /// <inheritdoc/>
    public bool IsBanned(HostKey host) => _memory.IsBanned(host);

    /// <inheritdoc/>
    public bool IsBannedOnReturn(HostKey host)
    {
        bool isBanned = _memory.IsBannedOnReturn(host, growsHere: !_line.HasLease, out bool growsThere);
        if (growsThere)
        {
            _line.AddScore(new HostScore(host.ToString(), 0, HasReturned: true));
        }

        return isBanned;
    }

    /// <inheritdoc/>
    public ScoreResult Add(HostKey host, int points)
    {
        ScoreResult result = _memory.Add(host, points);
        if (result.Score > 0)
        {
            _line.AddScore(new HostScore(host.ToString(), points));
        }

        if (result.IsBanned)
        {
            // An older word of an operator does not end a newer ban.
            Teller.ForgetLifted(host);
            Nudge();
            Teller.Ask();
        }

        return result;
    }

    /// <inheritdoc/>
    public bool Ban(HostKey host, TimeSpan time)
    {
        bool isBanned = _memory.Ban(host, time);
        if (isBanned)
        {
            Teller.ForgetLifted(host);
            Teller.Ask();
        }

        return isBanned;
    }

    /// <inheritdoc/>
    public bool Remove(HostKey host)
    {
        _line.ForgetScore(host.ToString());
        return _memory.Remove(host);
    }

    /// <inheritdoc/>
    public DefenderHost? Find(HostKey host) => _memory.Find(host);

    /// <inheritdoc/>
    public IReadOnlyList<DefenderHost> List(int limit) => _memory.List(limit);

    /// <inheritdoc/>
    public void OnBan(Action<HostKey> listener) => _memory.OnBan(listener);

    /// <inheritdoc/>
    public ValueTask<bool> TellBanAsync(HostKey host, CancellationToken ct) => Teller.TellBanAsync(host, ct);

    /// <inheritdoc/>
    public ValueTask<bool> TellUnbanAsync(HostKey host, CancellationToken ct) => Teller.TellUnbanAsync(host, ct);

    /// <summary>The bans that the cluster has: those that it had and has no more end; those that it does not know yet stay, and it is told of them.</summary>
    public void OnBans(IReadOnlyList<ClusterBan> bans)
    {
        ArgumentNullException.ThrowIfNull(bans);
        if (!_isEnabled)
        {
            return;
        }

        var known = new HashSet<HostKey>();
        int begun = 0;
        foreach (ClusterBan ban in bans)
        {
            if (TryRead(ban.Host, out HostKey host) && !Teller.IsLifted(host))
            {
                known.Add(host);
                begun += _memory.Impose(host, ban.Left) ? 1 : 0;
            }
        }

        int ended = _memory.EndOthers(known);
        TellOthers(out int untold);
        if (bans.Count + ended + untold > 0)
        {
            ClusterBoardLog.BansHeard(_logger, bans.Count, begun, ended, untold);
        }
    }

    /// <summary>The cluster has lost the bans that it knew: it is told of those that last.</summary>
    public void OnBansForgotten() => _memory.MarkAllUntold();

    /// <summary>A host is banned on all nodes, or its ban has grown.</summary>
    public void OnBan(string host, TimeSpan left)
    {
        if (_isEnabled && TryRead(host, out HostKey key) && !Teller.IsLifted(key) && _memory.Impose(key, left))
        {
            ClusterBoardLog.Banned(_logger, "banned", key.ToString(), TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds)));
        }
    }

    /// <summary>A host is banned no more, and all points of it are forgotten.</summary>
    public void OnUnban(string host)
    {
        if (!_isEnabled || !TryRead(host, out HostKey key))
        {
            return;
        }

        Teller.ForgetLifted(key);
        if (Remove(key))
        {
            ClusterBoardLog.Unbanned(_logger, "unbanned", key.ToString());
        }
    }

    // They are told with what is left of them: their points, told late, would be a ban as long as a new one.
    private void TellOthers(out int untold)
    {
        IReadOnlyList<HostKey> hosts = _memory.ListUntold(int.MaxValue);
        untold = hosts.Count;
        foreach (HostKey host in hosts)
        {
            _line.ForgetScore(host.ToString());
        }

        if (untold > 0 || Teller.HasLifted)
        {
            Teller.Hurry();
        }
    }

    private void Nudge()
    {
        long now = _time.GetTimestamp();
        long last = Volatile.Read(ref _nudgedAt);
        bool isDue = last == long.MinValue || _time.GetElapsedTime(last, now) >= BetweenNudges;
        if (isDue && Interlocked.CompareExchange(ref _nudgedAt, now, last) == last)
        {
            _line.Nudge();
        }
    }

    private bool TryRead(string text, out HostKey host)
    {
        bool isRead = HostKey.TryParse(text, out host);
        if (!isRead)
        {
            ClusterBoardLog.UnknownHost(_logger, text);
        }

        return isRead;
    }
}
