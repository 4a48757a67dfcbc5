using System.Runtime.InteropServices;
using Hpc.Actors.Defender;

namespace Hpc.Actors.Cluster.InProcess;

/// <summary>Sessions of all nodes with their counts by user and host.</summary>
internal sealed class SessionBook
{
    private readonly Dictionary<string, SessionRow> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<HostKey, int> _hosts = [];

    // Ids that were told as ended while they were not open: the request that opens them may still be on its way.
    private readonly Dictionary<string, TimeSpan> _over = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, TimeSpan Until)> _overOrder = new();

    public int Count => _rows.Count;

    public IEnumerable<SessionRow> Rows => _rows.Values;

    public bool IsOver(string id) => _over.ContainsKey(id);

    public PlaceReply TryOpen(NodeEntry node, HeldPlace place, DateTimeOffset since)
    {
        if (_rows.TryGetValue(place.Session.Id, out SessionRow? row))
        {
            return ReferenceEquals(row.Node, node) ? PlaceReply.Taken : PlaceReply.Over;
        }

        if (IsOver(place.Session.Id))
        {
            return PlaceReply.Over;
        }

        HostKey host = HostKey.Of(place.Session.Remote.Address);
        PlaceReply refusal = Refusal(place, host);
        if (refusal == PlaceReply.Taken)
        {
            Add(node, place.Session, host, since);
        }

        return refusal;
    }

    /// <summary>Takes a session without asking for limits.</summary>
    public void Put(NodeEntry node, ClusterSession session, DateTimeOffset since)
    {
        if (!_rows.ContainsKey(session.Id) && !IsOver(session.Id))
        {
            Add(node, session, HostKey.Of(session.Remote.Address), since);
        }
    }

    public void Close(NodeEntry node, string id, TimeSpan rememberUntil)
    {
        if (node.Sessions.TryGetValue(id, out SessionRow? row))
        {
            Remove(row);
        }
        else if (!_rows.ContainsKey(id) && _over.TryAdd(id, rememberUntil))
        {
            _overOrder.Enqueue((id, rememberUntil));
        }
    }

    public void Remove(SessionRow row)
    {
        _rows.Remove(row.Session.Id);
        row.Node.Sessions.Remove(row.Session.Id);
        Lower(_users, row.Session.User);
        Lower(_hosts, row.Host);
    }

    public void RemoveOf(NodeEntry node)
    {
        foreach (SessionRow row in node.Sessions.Values.ToArray())
        {
            Remove(row);
        }
    }

    public void Sweep(TimeSpan now)
    {
        while (_overOrder.TryPeek(out var oldest) && (oldest.Until <= now || _over.Count > ClusterRules.MaxSessions))
        {
            _overOrder.Dequeue();
            _over.Remove(oldest.Id);
        }
    }

    private PlaceReply Refusal(HeldPlace place, HostKey host)
    {
        if (_rows.Count >= ClusterRules.MaxSessions || IsReached(place.MaxTotal, _rows.Count))
        {
            return PlaceReply.TotalLimit;
        }

        if (IsReached(place.MaxOfUser, _users.GetValueOrDefault(place.Session.User)))
        {
            return PlaceReply.UserLimit;
        }

        return IsReached(place.MaxOfHost, _hosts.GetValueOrDefault(host)) ? PlaceReply.HostLimit : PlaceReply.Taken;
    }

    private static bool IsReached(int limit, int count) => limit > 0 && count >= limit;

    private void Add(NodeEntry node, ClusterSession session, HostKey host, DateTimeOffset since)
    {
        var row = new SessionRow(session with { Node = node.Name, Since = since }, node, host);
        _rows.Add(session.Id, row);
        node.Sessions.Add(session.Id, row);
        CollectionsMarshal.GetValueRefOrAddDefault(_users, session.User, out _)++;
        CollectionsMarshal.GetValueRefOrAddDefault(_hosts, host, out _)++;
    }

    private static void Lower<TKey>(Dictionary<TKey, int> counts, TKey key)
        where TKey : notnull
    {
        ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(counts, key);
        if (--count == 0)
        {
            counts.Remove(key);
        }
    }
}
