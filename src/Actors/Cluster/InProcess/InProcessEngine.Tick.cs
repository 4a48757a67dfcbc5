namespace Hpc.Actors.Cluster.InProcess;

// The tick.
public sealed partial class InProcessEngine
{
    private readonly List<ShareGrant> _grants = [];

    private TickReply Tick(TickRequest request)
    {
        BeginStatement();
        // Behind a share lease that ran out, what a tick leaves out says nothing: others may have it, and the node may use its part of it. It joins and tells everything.
        if (Find(request.Node) is not { } node || (node.IsLapsed && node.Sequence > 0))
        {
            return Fenced();
        }

        if (request.Sequence == node.Sequence && node.LastReply is { } answered)
        {
            return Repeat(node, answered);
        }

        if (request.Sequence != node.Sequence + 1)
        {
            throw new ClusterSequenceException(request.Node, request.Sequence, node.Sequence);
        }

        if (!_notices.Reaches(request.Cursor))
        {
            node.IsExpelled = true;
            return Fenced();
        }

        if (node.Shares.Count + request.Shares.Count > ClusterRules.MaxSharesPerNode)
        {
            throw new ClusterFullException("The node has as many shares as it may.");
        }

        node.Sequence = request.Sequence;
        TickReply reply = Answer(node, request);
        node.LastReply = reply;
        return reply with { NextLeaseEnd = NextLeaseEnd(node) };
    }

    private TickReply Fenced() => new() { IsFenced = true, Nodes = CountNodes(), Now = _time.GetUtcNow() };

    private TickReply Answer(NodeEntry node, TickRequest request)
    {
        // The node knows what it was told before this tick.
        node.PartKnown = node.PartTold;
        ShareGrant[] grants = TakeShares(node, request);
        DateTimeOffset now = _time.GetUtcNow();
        for (int i = 0; i < request.Opened.Count; i++)
        {
            _sessions.Put(node, request.Opened[i], now);
        }

        Close(node, request.Closed);
        for (int i = 0; i < request.Scores.Count; i++)
        {
            if (_bans.Count(request.Scores[i], _now, now) is { } ban)
            {
                Tell(ban);
            }
        }

        IReadOnlyList<ClusterNotice> notices = _notices.Behind(request.Cursor, now);
        return new TickReply
        {
            Grants = grants,
            Notices = notices,
            Cursor = request.Cursor + notices.Count,
            HasMore = request.Cursor + notices.Count < _notices.Last,
            Nodes = CountNodes(),
            IsLeader = Lead(node),
            AwayPart = DividePart(node),
            Now = now,
        };
    }

    private TickReply Repeat(NodeEntry node, TickReply answered)
    {
        Renew(node);
        node.ShareUntil = _now + node.ShareLease;
        Hear(node);
        return answered with { IsLeader = answered.IsLeader && Lead(node), NextLeaseEnd = NextLeaseEnd(node) };
    }

    private TimeSpan? NextLeaseEnd(NodeEntry node)
    {
        TimeSpan? next = null;
        foreach (NodeEntry other in _all)
        {
            if (other.IsLive && !ReferenceEquals(other, node) && (next is null || other.ShareUntil < next))
            {
                next = other.ShareUntil;
            }
        }

        return next - _now;
    }

    private bool Lead(NodeEntry node)
    {
        if (_isBlind)
        {
            // One whose lease is not known may lead.
            return false;
        }

        // An epoch that was ended by a later one of its name may lead until its lease is over.
        if (_leader is null || ReferenceEquals(_leader, node) || _leader.IsOver || _leaderUntil <= _now)
        {
            _leader = node;
            _leaderEpoch = node.Epoch;
            _leaderUntil = node.NodeUntil;
        }

        return IsLeader(node);
    }

    // The parts of all nodes are never more than the whole: a node that comes waits for the others to know of it.
    private int DividePart(NodeEntry node)
    {
        if (_isBlind)
        {
            return node.PartTold;
        }

        int others = 0;
        foreach (NodeEntry other in _all)
        {
            others += ReferenceEquals(other, node) ? 0 : other.PartHeld;
        }

        int target = ClusterRules.AwayWhole / CountNodes();
        node.PartTold = Math.Clamp(ClusterRules.AwayWhole - others, 0, target);
        return node.PartTold;
    }

    private ShareGrant[] TakeShares(NodeEntry node, TickRequest request)
    {
        bool isFirst = request.Sequence == 1;
        Renew(node);
        node.ShareUntil = _now + node.ShareLease;
        node.IsLapsed = false;
        Release(node, request.ReleasedShares);
        for (int i = 0; i < request.Shares.Count; i++)
        {
            Demand(node, request.Shares[i], request.Sequence);
        }

        if (isFirst)
        {
            ReleaseUntold(node, request.Sequence);
        }

        Hear(node);

        return Grant(node, request);
    }

    private ShareGrant[] Grant(NodeEntry node, TickRequest request)
    {
        if (request.Shares.Count == 0 && node.Dirty.Count == 0 && !node.IsAllDirty)
        {
            return [];
        }

        foreach (ShareDemand demand in request.Shares)
        {
            AddGrant(node.Shares[demand.Scope], isAsked: true);
        }

        foreach (ShareEntry share in node.IsAllDirty ? (IEnumerable<ShareEntry>)node.Shares.Values : node.Dirty)
        {
            if (share.Stamp != request.Sequence)
            {
                // It keeps to what it was granted last until it hears of less; that may be more than it has ever told.
                share.InForce = share.Held;
                AddGrant(share, isAsked: node.IsAllDirty);
            }
        }

        node.Dirty.Clear();
        node.IsAllDirty = false;
        ShareGrant[] grants = [.. _grants];
        _grants.Clear();
        return grants;
    }

    private void AddGrant(ShareEntry share, bool isAsked)
    {
        long before = share.Granted;
        Divide(share.Scope);
        share.Granted = GrantOf(share);
        share.Kept = Math.Max(share.Granted, Math.Min(share.InForce, share.Kept));
        if (isAsked || share.Granted != before)
        {
            _grants.Add(new ShareGrant(share.Scope.Name, share.Granted, share.Scope.LiveNodes));
        }

        Settle(share.Scope, share);
    }
}
