namespace Hpc.Actors.Cluster.Node;

internal sealed partial class NodeProtocol
{
    private JoinRequest MakeJoin() => new()
    {
        Node = new NodeEpoch(options.Name, ++_epoch),
        ShareLease = options.ShareLease,
        NodeLease = options.NodeLease,
        Version = options.Version,
        Address = options.Address,
        Cursor = _cursor,
        AwayPart = _part,
        Sessions = sessions.TakeAll(),
        Defender = options.Defender,
    };

    private TickRequest MakeTick()
    {
        _isHurried = false;
        (IReadOnlyList<ShareDemand> demands, IReadOnlyList<string> released) = shares.Collect(all: _sequence == 0);
        (IReadOnlyList<ClusterSession> opened, IReadOnlyList<string> closed) = sessions.Take();
        return new TickRequest
        {
            Node = new NodeEpoch(options.Name, _epoch),
            Sequence = ++_sequence,
            Shares = demands,
            ReleasedShares = released,
            Opened = opened,
            Closed = closed,
            Scores = scores.Take(),
            Cursor = _cursor,
        };
    }

    // What the tick that was not answered told of sessions, the join tells as a whole; its points may have been counted and are not told twice.
    private void Abandon()
    {
        _phase = NodePhase.Apart;
        _outstanding = null;
        Lead(false);
    }

    private void Fence()
    {
        Tally.Fenced++;
        _hasGrants = false;
        shares.Update(0);
        shares.Lower(options.Away == AwayPolicy.Share ? _part : 0);
        lease?.Clear();
    }

    private void Reached(TimeSpan now)
    {
        _firstFailure = null;
        _failures = 0;
    }

    /// <summary>
    /// When what another node has is free, if it is not heard before. All who wait for it come a little apart: the first finds what is free, and the next what is left of it.
    /// </summary>
    private TimeSpan FreedAt(TickReply reply, ClusterCall call, TimeSpan now) => reply.NextLeaseEnd is { } end && shares.Count > 0
        ? Later(now + end + (options.MinGap * (0.05 + (random.NextDouble() / 5))), call.SentAt + options.MinGap)
        : TimeSpan.MaxValue;

    private TimeSpan Pause()
    {
        double most = Math.Min(options.MaxPause.TotalMilliseconds, options.MinGap.TotalMilliseconds * Math.Pow(2, Math.Min(_failures, 16)));
        _failures++;
        return TimeSpan.FromMilliseconds(most * (0.5 + (random.NextDouble() / 2)));
    }

    private void TakePart(int part)
    {
        _part = part;
        if (!_hasGrants)
        {
            shares.Lower(options.Away == AwayPolicy.Share ? part : 0);
        }
    }

    private void TakeGrants(TickReply reply, TimeSpan now)
    {
        // An answer that comes after its lease is known and not used.
        bool isLate = now >= _shareUntil;
        bool wasFenced = !_hasGrants;
        if (isLate)
        {
            return;
        }

        // Before the grants: what was in force without an end is not, from now on.
        lease?.Set(_shareUntil);
        _hasGrants = true;
        _hasRisen = false;
        shares.Apply(reply.Grants, wasFenced);
    }

    private void TakeLeadership(TickReply reply, TimeSpan now)
    {
        _leaderUntil = _nodeUntil;
        Lead(reply.IsLeader && now < _leaderUntil);
    }

    private void Lead(bool isLeader)
    {
        if (IsLeader != isLeader)
        {
            IsLeader = isLeader;
            events.Leadership(isLeader);
        }
    }
}
