using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.TestKit;

namespace Hpc.Cluster.Tests.Contract;

/// <summary>Random operations from one seed, and what an engine answers to them. Times are multiples of 0.7 s, which keeps away from the ends of leases.</summary>
internal sealed class DifferentialRun(IClusterEngine engine, Func<TimeSpan, ValueTask> pass, int seed)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(0.7);

    private readonly Random _random = new(seed);
    private readonly List<string> _transcript = [];
    private readonly Node[] _nodes = [.. Enumerable.Range(0, 4).Select(static i => new Node($"d{i}"))];
    private int _sessions;

    /// <summary>Runs the same operations on an engine that knows nothing and on the reference, and compares the answers.</summary>
    public static async Task CompareAsync(IClusterEngine engine, Func<TimeSpan, ValueTask> pass, int seed, int operations, CancellationToken ct)
    {
        var time = new ManualTimeProvider();
        await using var reference = new InProcessEngine(time);
        var expected = new DifferentialRun(reference, by =>
        {
            time.Advance(by);
            return default;
        }, seed);
        var actual = new DifferentialRun(engine, pass, seed);
        for (int i = 0; i < operations; i++)
        {
            string wanted = await expected.NextAsync(ct);
            string got = await actual.NextAsync(ct);
            got.ShouldBe(wanted, $"seed {seed}, operation {i}, behind:\n{string.Join('\n', expected._transcript.TakeLast(30))}");
        }
    }

    private async Task<string> NextAsync(CancellationToken ct)
    {
        Node node = _nodes[_random.Next(_nodes.Length)];
        string line = _random.Next(20) switch
        {
            0 => await JoinAsync(node, ct),
            1 => await LeaveAsync(node, ct),
            2 or 3 => await PassAsync(),
            4 or 5 or 6 => await OpenAsync(node, ct),
            7 => await PublishAsync(ct),
            8 => await RepeatAsync(node, ct),
            9 => await ListAsync(ct),
            _ => await TickAsync(node, ct),
        };
        _transcript.Add(line);
        return line;
    }

    private async Task<string> PassAsync()
    {
        TimeSpan by = Step * _random.Next(1, _random.Next(8) == 0 ? 20 : 3);
        await pass(by);
        return $"pass {by}";
    }

    private async Task<string> JoinAsync(Node node, CancellationToken ct)
    {
        node.Epoch += _random.Next(5) == 0 ? 0 : 1;
        HeldPlace[] sessions = [.. node.Sessions.Where(_ => _random.Next(4) > 0)];
        JoinReply reply = await engine.JoinAsync(
            new JoinRequest
            {
                Node = node.Id,
                ShareLease = TimeSpan.FromSeconds(3),
                NodeLease = TimeSpan.FromSeconds(8),
                Cursor = node.Cursor,
                Sessions = sessions,
                Defender = new DefenderParameters(5, TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(21.5), TimeSpan.FromSeconds(7), 100),
            },
            ct);
        bool isNew = !reply.IsStale && reply.LastEpoch == node.Epoch && node.JoinedEpoch != node.Epoch;
        if (isNew)
        {
            node.JoinedEpoch = node.Epoch;
            node.Sequence = 0;
            node.Last = null;
            node.First ??= reply.Cursor;
            node.Cursor = reply.Cursor;
            node.Sessions.Clear();
            node.Sessions.AddRange(sessions.Where(place => !reply.Refused.Contains(place.Session.Id)));
        }

        string bans = string.Join(',', reply.Bans.Select(static ban => ban.Host));
        return $"join {node.Id}: stale {reply.IsStale}, last {reply.LastEpoch}, missed {reply.HasMissed}, bans {bans}, refused {string.Join(',', reply.Refused)}, part {reply.AwayPart}, nodes {reply.Nodes}";
    }

    private async Task<string> LeaveAsync(Node node, CancellationToken ct)
    {
        if (_random.Next(3) > 0)
        {
            return "nothing";
        }

        await engine.LeaveAsync(node.Id, ct);
        return $"leave {node.Id}";
    }

    private async Task<string> OpenAsync(Node node, CancellationToken ct)
    {
        string id = _random.Next(10) == 0 ? $"s{_random.Next(_sessions + 1):0000}" : $"s{_sessions++:0000}";
        var session = new ClusterSession(id, "", $"u{_random.Next(3)}", "SFTP", new IPEndPoint(IPAddress.Parse($"192.0.2.{_random.Next(3)}"), 1), default);
        var place = new HeldPlace(session, _random.Next(4), _random.Next(5), _random.Next(9));
        string[] closed = node.Sessions.Count > 0 && _random.Next(3) == 0 ? [node.Sessions[0].Session.Id] : [];
        PlaceReply reply = await engine.OpenSessionAsync(new PlaceRequest { Node = node.Id, Place = place, Closed = closed }, ct);
        if (reply != PlaceReply.Fenced && closed.Length > 0)
        {
            node.Sessions.RemoveAt(0);
        }

        if (reply == PlaceReply.Taken)
        {
            node.Sessions.RemoveAll(known => known.Session.Id == id);
            node.Sessions.Add(place);
        }

        return $"open {node.Id} {id}: {reply}";
    }

    private async Task<string> PublishAsync(CancellationToken ct)
    {
        var kind = (ClusterNoticeKind)_random.Next(1, 5);
        var notice = new ClusterNotice(kind, $"192.0.2.{_random.Next(3)}", Left: kind == ClusterNoticeKind.Ban ? TimeSpan.FromSeconds(5.2) : default);
        await engine.PublishAsync(notice, ct);
        return $"publish {notice.Kind} {notice.Key}";
    }

    private async Task<string> RepeatAsync(Node node, CancellationToken ct) =>
        node.Last is { } last ? Describe(node, "repeat", await engine.TickAsync(last, ct), moves: false) : "nothing";

    private async Task<string> TickAsync(Node node, CancellationToken ct)
    {
        ShareDemand[] demands = [.. Enumerable.Range(0, 3).Where(_ => _random.Next(2) == 0).Select(scope => node.Demand($"c{scope}", _random))];
        string[] released = _random.Next(8) == 0 ? [$"c{_random.Next(3)}"] : [];
        string[] closed = node.Sessions.Count > 0 && _random.Next(5) == 0 ? [node.Sessions[^1].Session.Id] : [];
        HostScore[] scores = _random.Next(4) == 0 ? [new HostScore($"192.0.2.{_random.Next(3)}", _random.Next(1, 4), _random.Next(3) == 0)] : [];
        if (node.JoinedEpoch != node.Epoch || node.Epoch == 0)
        {
            return "nothing";
        }

        var request = new TickRequest
        {
            Node = node.Id,
            Sequence = node.Sequence + 1,
            Shares = [.. demands.Where(demand => !released.Contains(demand.Scope))],
            ReleasedShares = released,
            Closed = closed,
            Scores = scores,
            Cursor = node.Cursor,
        };
        TickReply reply = await engine.TickAsync(request, ct);
        if (!reply.IsFenced)
        {
            node.Last = request;
            node.Sequence++;
            node.Sessions.RemoveAll(place => closed.Contains(place.Session.Id));
        }

        return Describe(node, "tick", reply, moves: true);
    }

    private async Task<string> ListAsync(CancellationToken ct)
    {
        IReadOnlyList<ClusterSession> sessions = await engine.ListSessionsAsync(null, 100, ct);
        IReadOnlyList<ClusterMember> nodes = await engine.ListNodesAsync(ct);
        IReadOnlyList<ClusterBan> bans = await engine.ListBansAsync(null, 100, ct);
        return $"list {string.Join(',', sessions.Select(static session => $"{session.Id}@{session.Node}"))}; "
            + $"{string.Join(',', nodes.Select(static node => $"{node.Name} {node.Sessions} {node.IsLeader}"))}; {string.Join(',', bans.Select(static ban => ban.Host))}";
    }

    private static string Describe(Node node, string what, TickReply reply, bool moves)
    {
        if (reply.IsFenced)
        {
            return $"{what} {node.Id}: fenced, nodes {reply.Nodes}";
        }

        foreach (ShareGrant grant in moves ? reply.Grants : [])
        {
            node.Rates[grant.Scope] = grant.Rate;
        }

        long cursor = reply.Cursor - (node.First ?? 0);
        node.Cursor = moves ? reply.Cursor : node.Cursor;
        string grants = string.Join(',', reply.Grants.OrderBy(static grant => grant.Scope, StringComparer.Ordinal).Select(static grant => $"{grant.Scope}={grant.Rate}/{grant.Nodes}"));
        string notices = string.Join(',', reply.Notices.Select(static notice => $"{notice.Kind} {notice.Key}"));
        return $"{what} {node.Id}: {grants}; {notices}; cursor {cursor}, nodes {reply.Nodes}, leads {reply.IsLeader}, part {reply.AwayPart}, next end {reply.NextLeaseEnd?.TotalMilliseconds:0}";
    }

    private sealed class Node(string name)
    {
        public long Epoch { get; set; }

        public long JoinedEpoch { get; set; }

        public NodeEpoch Id => new(name, Math.Max(1, Epoch));

        public long Sequence { get; set; }

        public long Cursor { get; set; }

        /// <summary>Cursor of the first join: engines number their logs from anywhere.</summary>
        public long? First { get; set; }

        public TickRequest? Last { get; set; }

        public List<HeldPlace> Sessions { get; } = [];

        public Dictionary<string, long> Rates { get; } = [];

        public ShareDemand Demand(string scope, Random random)
        {
            long wanted = random.Next(3) switch { 0 => 0, 1 => long.MaxValue, _ => random.Next(0, 2_000_000) };
            long limit = random.Next(6) == 0 ? 500_000 : 1_000_000;
            return new ShareDemand(scope, limit, Math.Min(limit, Rates.GetValueOrDefault(scope)), wanted, random.Next(1, 5));
        }
    }
}
