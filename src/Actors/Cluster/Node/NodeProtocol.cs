namespace Hpc.Actors.Cluster.Node;

/// <summary>
/// The node's side of the protocol: what is to be sent when, and what is in force. It owns no clock, socket or thread: it is told the time (of a clock that only goes forward)
/// and the answers. One statement is on its way at a time. One caller at a time.
/// </summary>
internal sealed partial class NodeProtocol(
    ClusterOptions options, NodeShares shares, NodeSessions sessions, NodeScores scores, ClusterEvents events, Random random, LeaseEnd? lease = null)
{
    // The node's clock may run slow: it counts its leases a little shorter than the engine does, and those of others longer.
    private const double Shorter = 0.99;
    private const double Longer = 1.01;

    private readonly TimeSpan _shareLease = options.ShareLease * Shorter;
    private readonly TimeSpan _nodeLease = options.NodeLease * Shorter;

    private NodePhase _phase = NodePhase.Apart;
    private ClusterCall? _inFlight;
    private TickRequest? _outstanding;
    private JoinRequest? _joining;
    private long _epoch = random.NextInt64(1, 1L << 31);
    private long _sequence;
    private long _cursor;
    private TimeSpan _shareUntil;
    private TimeSpan _nodeUntil;
    private TimeSpan _leaderUntil;
    private TimeSpan _joinedAt = TimeSpan.MinValue / 2;
    private TimeSpan _answeredAt;
    private TimeSpan _lastSent = TimeSpan.MinValue / 2;
    private TimeSpan _nextCall;
    private TimeSpan? _firstFailure;
    private int _failures;
    private int _part;
    private bool _hasGrants;
    private bool _hasRisen;
    private bool _isHurried;

    public NodePhase Phase => _phase;

    /// <summary>The epoch that the engine knows; null if there is none.</summary>
    public NodeEpoch? Epoch => _phase is NodePhase.Joined or NodePhase.Member ? new NodeEpoch(options.Name, _epoch) : null;

    public int Nodes { get; private set; } = 1;

    public bool IsLeader { get; private set; }

    public bool HasGrants => _hasGrants;

    public TimeSpan AnsweredAt => _answeredAt;

    /// <summary>Until then the engine keeps the places of this node's sessions.</summary>
    public TimeSpan NodeUntil => _nodeUntil;

    public NodeTally Tally { get; } = new();

    /// <summary>When <see cref="Begin"/> has to be called at the latest, if nothing else happens before.</summary>
    public TimeSpan NextEvent
    {
        get
        {
            TimeSpan next = _inFlight is null && _phase != NodePhase.Left ? _nextCall : TimeSpan.MaxValue;
            next = _hasGrants ? Earlier(next, _shareUntil) : next;
            next = IsLeader ? Earlier(next, _leaderUntil) : next;
            return RiseAt is { } rise ? Earlier(next, rise) : next;
        }
    }

    // All nodes whose lease could be renewed until the first call failed are past it by then, if the engine is away for all of them.
    private TimeSpan? RiseAt =>
        _hasGrants || _hasRisen || options.Away != AwayPolicy.Share || _firstFailure is not { } failed || _phase == NodePhase.Left
            ? null
            : Later(_nodeUntil, failed + (options.ShareLease * Longer));

    /// <summary>What is to be sent now; null if nothing is.</summary>
    public ClusterCall? Begin(TimeSpan now)
    {
        Advance(now);
        shares.Update(_hasRisen ? _part : 0);
        if (_inFlight is not null || now < _nextCall || _phase == NodePhase.Left)
        {
            return null;
        }

        bool isLost = _phase == NodePhase.Member ? now >= _shareUntil : now >= _nodeUntil;
        bool mustTell = _phase == NodePhase.Member && _outstanding is null && sessions.HasUntold && now - _joinedAt >= options.RejoinGap;
        if (_phase != NodePhase.Apart && (isLost || mustTell))
        {
            Abandon();
        }

        _lastSent = now;
        _inFlight = _phase == NodePhase.Apart
            ? new ClusterCall(_joining = MakeJoin(), null, now)
            : new ClusterCall(null, _outstanding ??= MakeTick(), now);
        return _inFlight;
    }

    /// <summary>Puts in force what follows from the time alone. What lets bytes through calls it, or asks the lease, before it does so after a pause.</summary>
    public void Advance(TimeSpan now)
    {
        if (_hasGrants && now >= _shareUntil)
        {
            Fence();
        }

        if (IsLeader && now >= _leaderUntil)
        {
            Lead(false);
        }

        if (RiseAt is { } rise && now >= rise)
        {
            _hasRisen = true;
            shares.Rise(_part);
        }
    }

    public void Answered(ClusterCall call, JoinReply reply, TimeSpan now)
    {
        if (!Take(call))
        {
            return;
        }

        if (reply.IsStale)
        {
            // Behind a join of its own, no epoch is newer than this node's: there is another of this name.
            Tally.TakenOver += Tally.Joins > 0 ? 1 : 0;
            _epoch = reply.LastEpoch + random.NextInt64(0, 1 << 20);
            _nextCall = now + Pause();
            return;
        }

        Tally.Joins++;
        Reached(now);
        _phase = NodePhase.Joined;
        _sequence = 0;
        _cursor = reply.Cursor;
        _joinedAt = now;
        _nodeUntil = call.SentAt + _nodeLease;
        Nodes = reply.Nodes;
        TakePart(reply.AwayPart);

        // Those that come from now on are in no demand that is told, and have to wait for a grant.
        _hasRisen = false;
        shares.BeginEpoch();
        if (ClusterRules.IsOtherLog(call.Join!.Cursor, reply.Cursor))
        {
            events.BansForgotten();
        }

        events.Bans(reply.Bans);
        if (reply.HasMissed)
        {
            events.NoticesMissed();
        }

        foreach (string id in sessions.OnJoined(call.Join.Node, call.Join.Sessions, reply.Refused))
        {
            events.EndSession(id);
        }

        _nextCall = now;
    }

    public void Answered(ClusterCall call, TickReply reply, TimeSpan now)
    {
        if (!Take(call))
        {
            return;
        }

        if (reply.IsFenced)
        {
            scores.Restore(call.Tick!.Scores);
            Reached(now);
            Abandon();
            if (_hasGrants)
            {
                Fence();
            }

            // An engine that fences each epoch at once is not asked faster than a hurry would.
            _nextCall = Later(now, _joinedAt + options.MinGap);
            return;
        }

        Reached(now);
        _phase = NodePhase.Member;
        _outstanding = null;
        _answeredAt = call.SentAt;
        _shareUntil = call.SentAt + _shareLease;
        _nodeUntil = call.SentAt + _nodeLease;
        _cursor = reply.Cursor;
        Nodes = reply.Nodes;
        TakePart(reply.AwayPart);
        TakeGrants(reply, now);
        TakeLeadership(reply, now);
        Tally.Count(call.Tick!, reply, now - call.SentAt);
        events.Notices(reply.Notices);
        _nextCall = reply.HasMore ? now : shares.HasLowered || _isHurried ? Later(now, call.SentAt + options.MinGap) : Later(now, Earlier(call.SentAt + options.Tick, FreedAt(reply, call, now)));
    }

    public void Failed(ClusterCall call, TimeSpan now)
    {
        if (!Take(call))
        {
            return;
        }

        Tally.Failures++;
        _firstFailure ??= now;
        _nextCall = now + Pause();
    }

    /// <summary>Something has happened that is worth a tick before its time; not while calls fail.</summary>
    public void Hurry(TimeSpan now)
    {
        // What is on its way does not tell of it, or does not hear of it.
        _isHurried |= _inFlight is not null;
        if (_failures == 0)
        {
            _nextCall = Earlier(_nextCall, Later(now, _lastSent + options.MinGap));
        }
    }

    /// <summary>Forgets what is on its way, after a fault: everything is told anew under a new epoch. Leases go on.</summary>
    public void Reset(TimeSpan now)
    {
        _inFlight = null;
        if (_phase != NodePhase.Left)
        {
            Abandon();
            _nextCall = now + Pause();
        }
    }

    /// <summary>Nothing more is used and nothing more sent; says which epoch is to be handed back.</summary>
    public NodeEpoch? Leave()
    {
        // A join on its way may begin an epoch that nobody would end.
        NodeEpoch? epoch = Epoch ?? _inFlight?.Join?.Node;
        shares.Update(0);
        shares.Lower(0);
        lease?.Clear();
        Lead(false);
        _hasGrants = false;
        _inFlight = null;
        _phase = NodePhase.Left;
        return epoch;
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static TimeSpan Later(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private bool Take(ClusterCall call)
    {
        if (!ReferenceEquals(call, _inFlight))
        {
            return false;
        }

        _inFlight = null;
        return true;
    }
}
