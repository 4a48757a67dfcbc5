namespace Hpc.Actors.Cluster.InProcess;

// Which leases last, and what is known after a silence.
public sealed partial class InProcessEngine
{
    private readonly List<NodeEntry> _ending = [];
    private bool _isBlind;
    private bool _isSilent;
    private TimeSpan _learningUntil;
    private TimeSpan? _lastHeard;

    /// <summary>Nobody is granted more than it tells that it has.</summary>
    private bool IsLearning => _isBlind || _isSilent;

    private TimeSpan BeginStatement()
    {
        TimeSpan now = _time.GetElapsedTime(_start);
        // A silence is judged by the leases at its beginning.
        if (_lastHeard is { } heard && ShortestLease() is { } lease && now - heard >= lease * ClusterRules.SilentPart)
        {
            EndLeases(heard);
            BeginLearning(now);
        }

        // An absence is no time in which nodes could tell what they have.
        if (_isBlind && now - _now >= SweepPeriod * 1.5)
        {
            _blindUntil = now + _learning;
        }

        _now = now;
        if (IsLearning)
        {
            EndLearningIfOver();
        }

        EndLeases(now);
        if (now >= _nextSweep)
        {
            _nextSweep = now + SweepPeriod;
            Sweep(now);
        }

        return now;
    }

    private TimeSpan? ShortestLease()
    {
        TimeSpan? shortest = null;
        foreach (NodeEntry node in _all)
        {
            if (!node.IsOver && (shortest is null || node.ShareLease < shortest))
            {
                shortest = node.ShareLease;
            }
        }

        return shortest;
    }

    // Nobody was heard for more than half a lease: the engine was away, and nodes whose lease runs out before they find it again may use limits without one (AwayPart). Until all have
    // been heard, or can be taken for dead, nobody is granted more than it has, and their sessions keep their places.
    private void BeginLearning(TimeSpan now)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (NodeEntry node in _all)
        {
            if (!node.IsOver)
            {
                _isSilent = true;
                node.IsUnheard = true;

                // What was on its way when the silence began says nothing of now: a node that has no lease any more, or not yet, joins anew.
                node.IsExpelled |= node.ShareUntil <= now || node.Sequence == 0;
                longest = longest > node.NodeLease ? longest : node.NodeLease;
            }
        }

        _learningUntil = now + longest;
    }

    private void Hear(NodeEntry node)
    {
        if (node.IsUnheard)
        {
            node.IsUnheard = false;
            EndLearningIfOver();
        }
    }

    private void EndLearningIfOver()
    {
        bool wasLearning = IsLearning;
        _isBlind = _isBlind && _now < _blindUntil;
        if (_isSilent && (_now >= _learningUntil || !IsAnyUnheard()))
        {
            _isSilent = false;
            foreach (NodeEntry node in _all)
            {
                node.IsUnheard = false;
            }
        }

        if (wasLearning && !IsLearning)
        {
            foreach (NodeEntry node in _all)
            {
                node.IsAllDirty = true;
                node.Hurry.Set();
            }
        }
    }

    private bool IsAnyUnheard()
    {
        foreach (NodeEntry node in _all)
        {
            if (node.IsUnheard)
            {
                return true;
            }
        }

        return false;
    }

    private void EndLeases(TimeSpan now)
    {
        foreach (NodeEntry node in _all)
        {
            if (!node.IsOver && ((!node.IsLapsed && node.ShareUntil <= now) || (node.NodeUntil <= now && !node.IsUnheard)))
            {
                _ending.Add(node);
            }
        }

        foreach (NodeEntry node in _ending)
        {
            if (node.NodeUntil <= now && !node.IsUnheard)
            {
                End(node);
            }
            else
            {
                LapseShares(node);
            }
        }

        _ending.Clear();
    }

    /// <summary>All that the node had is free.</summary>
    private void End(NodeEntry node)
    {
        node.IsOver = true;
        node.IsUnheard = false;
        node.IsLapsed = false;
        node.NodeUntil = node.NodeUntil < _now ? node.NodeUntil : _now;
        node.PartKnown = node.PartTold = 0;
        _sessions.RemoveOf(node);
        foreach (ShareEntry share in node.Shares.Values)
        {
            RemoveShare(share);
        }

        node.Shares.Clear();
        node.Dirty.Clear();
    }

    private void LapseShares(NodeEntry node)
    {
        node.IsLapsed = true;
        node.IsAllDirty = true;
        foreach (ShareEntry share in node.Shares.Values)
        {
            share.Lapse();
            Settle(share.Scope, except: null);
        }
    }

    private void Sweep(TimeSpan now)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (NodeEntry node in _all)
        {
            longest = longest > node.NodeLease ? longest : node.NodeLease;
            if (node.IsOver && now - node.NodeUntil > ClusterRules.EpochMemory)
            {
                _ending.Add(node);
            }
        }

        foreach (NodeEntry node in _ending)
        {
            _nodes.Remove(node.Name);
            _all.Remove(node);
        }

        _ending.Clear();
        TimeSpan maxAge = longest * 2 > ClusterRules.MinNoticeAge ? longest * 2 : ClusterRules.MinNoticeAge;
        _notices.Sweep(now, maxAge);
        _sessions.Sweep(now);
        _bans.Sweep(now, _time.GetUtcNow());
    }
}
