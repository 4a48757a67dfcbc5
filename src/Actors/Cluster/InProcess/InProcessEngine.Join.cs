namespace Hpc.Actors.Cluster.InProcess;

// Nodes and sessions that come.
public sealed partial class InProcessEngine
{
    private JoinReply Join(JoinRequest request)
    {
        if (_nodes.TryGetValue(request.Node.Name, out NodeEntry? node))
        {
            if (request.Node.Epoch == node.Epoch && !node.IsOver && !node.IsExpelled && node.JoinReply is { } known)
            {
                Renew(node);
                return known;
            }

            if (request.Node.Epoch <= node.Epoch)
            {
                return new JoinReply { IsStale = true, LastEpoch = node.Epoch, Nodes = CountNodes() };
            }
        }
        else if (_nodes.Count >= ClusterRules.MaxNodes)
        {
            throw new ClusterFullException("There are as many nodes as there may be.");
        }

        if (node is null)
        {
            _nodes[request.Node.Name] = node = new NodeEntry(request.Node.Name);
            _all.Add(node);
        }

        Begin(node, request);
        DateTimeOffset now = _time.GetUtcNow();
        bool reaches = request.Cursor > 0 && _notices.Reaches(request.Cursor);
        node.JoinReply = new JoinReply
        {
            LastEpoch = node.Epoch,
            Cursor = reaches ? request.Cursor : _notices.Last,
            HasMissed = request.Cursor > 0 && !reaches,
            Bans = [.. _bans.List(now)],
            Refused = TakeSessions(node, request.Sessions, now),
            AwayPart = DividePart(node),
            Nodes = CountNodes(),
        };
        return node.JoinReply;
    }

    private void Begin(NodeEntry node, JoinRequest request)
    {
        node.Epoch = request.Node.Epoch;
        node.Sequence = 0;
        node.LastReply = null;
        node.ShareLease = request.ShareLease;
        node.NodeLease = request.NodeLease;
        node.Since = _time.GetUtcNow();
        node.IsExpelled = false;

        // Whatever the node was told last, it may keep to until it has this answer.
        node.PartKnown = node.PartHeld;
        if (_isBlind)
        {
            node.PartKnown = node.PartTold = Math.Clamp(request.AwayPart, 0, ClusterRules.AwayWhole);
        }

        node.Version = request.Version;
        node.Address = request.Address;
        if (node.IsOver)
        {
            // It has nothing yet that could lapse.
            node.IsOver = false;
            node.IsLapsed = true;
        }

        foreach (ShareEntry share in node.Shares.Values)
        {
            share.Stamp = 0;
        }

        Renew(node);
        _bans.Parameters = request.Defender ?? _bans.Parameters;
    }

    private void Renew(NodeEntry node)
    {
        node.NodeUntil = _now + node.NodeLease;
        _lastHeard = _now;
    }

    private List<string> TakeSessions(NodeEntry node, IReadOnlyList<HeldPlace> places, DateTimeOffset now)
    {
        HashSet<string> told = places.Select(static place => place.Session.Id).ToHashSet(StringComparer.Ordinal);
        foreach (SessionRow row in node.Sessions.Values.Where(row => !told.Contains(row.Session.Id)).ToArray())
        {
            _sessions.Remove(row);
        }

        var refused = new List<string>();
        foreach (HeldPlace place in places)
        {
            if (_isBlind)
            {
                _sessions.Put(node, place.Session, now);
            }
            else if (_sessions.TryOpen(node, place, now) != PlaceReply.Taken)
            {
                refused.Add(place.Session.Id);
            }
        }

        return refused;
    }

    private PlaceReply Open(PlaceRequest request)
    {
        if (Find(request.Node) is not { } node)
        {
            return PlaceReply.Fenced;
        }

        Close(node, request.Closed);
        bool isKnown = node.Sessions.ContainsKey(request.Place.Session.Id);
        return _isBlind && !isKnown ? PlaceReply.Learning : _sessions.TryOpen(node, request.Place, _time.GetUtcNow());
    }

    private void Close(NodeEntry node, IReadOnlyList<string> ids)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            _sessions.Close(node, ids[i], _now + (node.NodeLease * 2));
        }
    }
}
