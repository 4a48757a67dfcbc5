namespace Hpc.Actors.Cluster.InProcess;

/// <summary>
/// The engine within one process: what one node uses that has no database, and the reference that others are compared with.
/// One lock; each statement looks first at which leases are over. Tables are bounded by <see cref="ClusterRules"/>.
/// </summary>
public sealed partial class InProcessEngine : IClusterEngine
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodeEntry> _nodes = new(StringComparer.Ordinal);
    private readonly List<NodeEntry> _all = [];
    private readonly Dictionary<string, ScopeEntry> _scopes = new(StringComparer.Ordinal);
    private readonly SessionBook _sessions = new();
    private readonly NoticeLog _notices;
    private readonly BanBook _bans = new();
    private readonly TimeSpan _learning;
    private TimeSpan _blindUntil;
    private NodeEntry? _leader;
    private long _leaderEpoch;
    private TimeSpan _leaderUntil;
    private TimeSpan _nextSweep;
    private TimeSpan _now;

    /// <summary>Makes an engine that knows nothing.</summary>
    /// <param name="time">Its clock.</param>
    /// <param name="learning">
    /// How long nodes may be there that had something from a predecessor of which nothing is known any more: until then nobody is granted more than it tells that it has,
    /// and no place is given but to sessions that are told to be open. Zero if there can be none.
    /// </param>
    public InProcessEngine(TimeProvider time, TimeSpan learning = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _start = time.GetTimestamp();
        _learning = _blindUntil = learning;
        _isBlind = learning > TimeSpan.Zero;
        _notices = new NoticeLog(_isBlind ? Random.Shared.NextInt64(2, 1L << 60) : 1);
    }

    /// <inheritdoc/>
    public ValueTask<JoinReply> JoinAsync(JoinRequest request, CancellationToken ct)
    {
        ClusterRules.Check(request);
        return Run(() => Join(request), ct);
    }

    /// <inheritdoc/>
    public ValueTask<TickReply> TickAsync(TickRequest request, CancellationToken ct)
    {
        ClusterRules.Check(request);
        ct.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return new ValueTask<TickReply>(Tick(request));
        }
    }

    /// <inheritdoc/>
    public ValueTask<PlaceReply> OpenSessionAsync(PlaceRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClusterRules.Check(request.Node);
        ClusterRules.Check(request.Place);
        return Run(() => Open(request), ct);
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(NodeEpoch node, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (_lock)
        {
            BeginStatement();
            if (Find(node) is { } entry)
            {
                End(entry);
                entry.LastReply = null;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClusterSession>> ListSessionsAsync(string? after, int limit, CancellationToken ct)
    {
        CheckLimit(limit);
        return Run<IReadOnlyList<ClusterSession>>(
            () => [.. _sessions.Rows
                .Where(row => !row.Node.IsOver && (after is null || string.CompareOrdinal(row.Session.Id, after) > 0))
                .Select(static row => row.Session)
                .OrderBy(static session => session.Id, StringComparer.Ordinal)
                .Take(limit)],
            ct);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClusterMember>> ListNodesAsync(CancellationToken ct) => Run<IReadOnlyList<ClusterMember>>(
        () => [.. _all.Where(static node => !node.IsOver).OrderBy(static node => node.Name, StringComparer.Ordinal).Select(node => new ClusterMember(
            node.Name, node.Version, node.Address, node.Since, node.Sessions.Count, IsLeader(node)))],
        ct);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ClusterBan>> ListBansAsync(string? after, int limit, CancellationToken ct)
    {
        CheckLimit(limit);
        return Run<IReadOnlyList<ClusterBan>>(
            () => [.. _bans.List(_time.GetUtcNow()).Where(ban => after is null || string.CompareOrdinal(ban.Host, after) > 0).Take(limit)], ct);
    }

    /// <inheritdoc/>
    public ValueTask PublishAsync(ClusterNotice notice, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(notice);
        if (!ClusterRules.IsKey(notice.Key))
        {
            throw new ArgumentException("The key is out of range.", nameof(notice));
        }

        ct.ThrowIfCancellationRequested();
        lock (_lock)
        {
            BeginStatement();
            DateTimeOffset now = _time.GetUtcNow();
            if (notice.Kind == ClusterNoticeKind.Unban)
            {
                _bans.Unban(notice.Key);
            }

            Tell(notice.Kind == ClusterNoticeKind.Ban ? _bans.Ban(notice.Key, now + notice.Left, now) : notice with { Until = null, Left = default });
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WaitForHurryAsync(NodeEpoch node, CancellationToken ct)
    {
        NodeEntry? entry;
        lock (_lock)
        {
            entry = _nodes.GetValueOrDefault(node.Name);
        }

        return new ValueTask(entry is not null && entry.Epoch == node.Epoch ? entry.Hurry.WaitAsync(ct) : Task.Delay(Timeout.Infinite, ct));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Most that the nodes whose lease lasts may be using of a scope, and its limit.</summary>
    internal (long Held, long Limit) HeldOf(string scope)
    {
        lock (_lock)
        {
            return _scopes.TryGetValue(scope, out ScopeEntry? entry) ? (entry.Held, entry.Limit) : default;
        }
    }

    private static void CheckLimit(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
    }

    private ValueTask<T> Run<T>(Func<T> statement, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (_lock)
        {
            BeginStatement();
            return new ValueTask<T>(statement());
        }
    }

    private NodeEntry? Find(NodeEpoch node) =>
        _nodes.TryGetValue(node.Name, out NodeEntry? entry) && entry.Epoch == node.Epoch && !entry.IsOver && !entry.IsExpelled && entry.NodeUntil > _now ? entry : null;

    private bool IsLeader(NodeEntry node) => ReferenceEquals(_leader, node) && _leaderEpoch == node.Epoch && node.NodeUntil > _now;

    private int CountNodes()
    {
        int count = 0;
        foreach (NodeEntry node in _all)
        {
            count += node.IsOver ? 0 : 1;
        }

        return count;
    }

    private void Tell(ClusterNotice notice)
    {
        _notices.Add(notice, _now);
        foreach (NodeEntry node in _all)
        {
            node.Hurry.Set();
        }
    }
}
