using System.Collections.Concurrent;
using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.Postgres;
using Hpc.Providers.Tests.Servers;

namespace Hpc.ClusterPostgres.Tests;

public sealed class RaceTests(PostgresFixture fixture)
{
    private const int Nodes = 8;
    private const long Limit = 1_000_000;

    // What the nodes may be using, seen by somebody else in one snapshot.
    private const string Overdrawn =
        """
        SELECT count(*) FROM (
            SELECT s.scope FROM hpc_cluster_shares AS s JOIN hpc_cluster_nodes AS n ON n.name = s.node
            WHERE NOT n.is_over AND NOT n.is_lapsed GROUP BY s.scope HAVING sum(greatest(s.in_force, s.granted)) > 1000000) AS t
        """;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Racing_logins_never_have_more_places_than_the_limit()
    {
        int tries = int.TryParse(Environment.GetEnvironmentVariable("HPC_CLUSTER_TRIES"), out int many) ? many : 40;
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        PostgresEngine[] engines = await OpenAsync(database, Nodes);
        using var done = new CancellationTokenSource();
        Task<long> watching = WatchAsync(database, "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM hpc_cluster_sessions GROUP BY username) AS t", done.Token);
        int[] taken = await Task.WhenAll(engines.Select((engine, k) => Task.Run(() => LogInAsync(engine, Epoch(k), tries), Ct)));
        await done.CancelAsync();
        (await watching).ShouldBeLessThanOrEqualTo(5);
        taken.Sum().ShouldBeGreaterThan(5);
        (await database.NumberAsync("SELECT count(*) FROM hpc_cluster_sessions")).ShouldBe(await database.NumberAsync("SELECT sum(sessions) FROM hpc_cluster_loads"));
        await CloseAsync(engines);
    }

    [Fact]
    public async Task Logins_of_one_node_that_tell_ends_do_not_wait_for_each_other_in_a_circle()
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        PostgresEngine[] engines = await OpenAsync(database, 1);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(k => Task.Run(() => ComeAndGoAsync(engines[0], k, 60), Ct)));
        await CloseAsync(engines);
        (await database.NumberAsync("SELECT count(*) FROM hpc_cluster_sessions")).ShouldBe(4);
        (await database.NumberAsync("SELECT sum(sessions) FROM hpc_cluster_loads")).ShouldBe(4);
        (await database.NumberAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")).ShouldBe(0);
    }

    [Fact]
    public async Task Ticks_of_many_nodes_on_the_same_scopes_never_grant_more_than_the_limit()
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        PostgresEngine[] engines = await OpenAsync(database, Nodes);
        using var done = new CancellationTokenSource();
        Task<long> watching = WatchAsync(database, Overdrawn, done.Token);
        await Task.WhenAll(engines.Select((engine, k) => Task.Run(() => TickAsync(engine, Epoch(k), new Random(k), 25), Ct)));
        await done.CancelAsync();
        (await watching).ShouldBe(0);
        (await database.NumberAsync(Overdrawn)).ShouldBe(0);
        (await database.NumberAsync("SELECT count(*) FROM hpc_cluster_shares")).ShouldBeGreaterThan(0);
        await CloseAsync(engines);
    }

    [Fact]
    public async Task Parts_of_nodes_that_tick_at_once_are_never_more_than_the_whole()
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        PostgresEngine[] engines = await OpenAsync(database, Nodes);
        using var done = new CancellationTokenSource();
        Task<long> watching = WatchAsync(database, "SELECT coalesce(sum(greatest(part_known, part_told)), 0) FROM hpc_cluster_nodes", done.Token);
        int[] parts = await Task.WhenAll(engines.Select((engine, k) => Task.Run(() => TickAsync(engine, Epoch(k), new Random(k), 8, scopes: 0), Ct)));
        await done.CancelAsync();
        (await watching).ShouldBeLessThanOrEqualTo(1_000_000);
        (await engines[0].ListNodesAsync(Ct)).Count(node => node.IsLeader).ShouldBe(1);
        parts.Length.ShouldBe(Nodes);
        await CloseAsync(engines);
    }

    [Fact]
    public async Task Notices_that_are_told_at_once_reach_every_node_once_and_in_order()
    {
        EngineDatabase database = await EngineDatabase.NewAsync(fixture, hasClock: false);
        PostgresEngine[] engines = await OpenAsync(database, 3);
        var heard = new ConcurrentDictionary<int, List<string>>();
        Task[] telling = [.. engines.Select((engine, k) => Task.Run(() => TellAsync(engine, k), Ct))];
        Task[] hearing = [.. engines.Select((engine, k) => Task.Run(async () => heard[k] = await HearAsync(engine, Epoch(k), 3 * 20), Ct))];
        await Task.WhenAll([.. telling, .. hearing]);
        heard[1].ShouldBe(heard[0]);
        heard[2].ShouldBe(heard[0]);
        heard[0].Distinct().Count().ShouldBe(60);
        await CloseAsync(engines);
    }

    private static NodeEpoch Epoch(int k) => new($"n{k}", 1);

    private static async Task<PostgresEngine[]> OpenAsync(EngineDatabase database, int count)
    {
        var engines = new PostgresEngine[count];
        for (int k = 0; k < count; k++)
        {
            engines[k] = await database.OpenAsync();
            await engines[k].JoinAsync(new JoinRequest { Node = Epoch(k), ShareLease = Lease, NodeLease = Lease }, Ct);
        }

        return engines;
    }

    private static async Task CloseAsync(PostgresEngine[] engines)
    {
        foreach (PostgresEngine engine in engines)
        {
            await engine.DisposeAsync();
        }
    }

    // The highest answer until it is told to end.
    private static async Task<long> WatchAsync(EngineDatabase database, string statement, CancellationToken done)
    {
        long highest = 0;
        while (!done.IsCancellationRequested)
        {
            highest = Math.Max(highest, await database.NumberAsync(statement));
        }

        return highest;
    }

    private static async Task<int> LogInAsync(PostgresEngine engine, NodeEpoch node, int tries)
    {
        int taken = 0;
        string? open = null;
        for (int i = 0; i < tries; i++)
        {
            string id = $"{node.Name}-{i}";
            var session = new ClusterSession(id, "", "ann", "SFTP", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), default);
            var request = new PlaceRequest { Node = node, Place = new HeldPlace(session, 5, 100, 1000), Closed = open is null ? [] : [open] };
            PlaceReply reply = await engine.OpenSessionAsync(request, Ct);
            reply.ShouldBeOneOf(PlaceReply.Taken, PlaceReply.UserLimit);
            open = reply == PlaceReply.Taken ? id : null;
            taken += reply == PlaceReply.Taken ? 1 : 0;
        }

        return taken;
    }

    // One user logs in again and again, and each time the session before has ended.
    private static async Task ComeAndGoAsync(PostgresEngine engine, int k, int tries)
    {
        for (int i = 0; i < tries; i++)
        {
            var session = new ClusterSession($"{k}-{i}", "", "ann", "SFTP", new IPEndPoint(IPAddress.Parse("192.0.2.1"), 1), default);
            var request = new PlaceRequest { Node = Epoch(0), Place = new HeldPlace(session, 100, 100, 1000), Closed = i == 0 ? [] : [$"{k}-{i - 1}"] };
            (await engine.OpenSessionAsync(request, Ct)).ShouldBe(PlaceReply.Taken);
        }
    }

    private static async Task<int> TickAsync(PostgresEngine engine, NodeEpoch node, Random random, int ticks, int scopes = 12)
    {
        var inForce = new Dictionary<string, long>();
        long cursor = 1;
        int part = 0;
        for (int i = 1; i <= ticks; i++)
        {
            ShareDemand[] demands = [.. Enumerable.Range(0, scopes).Where(_ => random.Next(2) == 0).Select(s => new ShareDemand($"s{s}", Limit, inForce.GetValueOrDefault($"s{s}"), random.Next(2_000_000), random.Next(1, 4)))];
            string[] released = random.Next(3) == 0 && scopes > 0 ? [.. inForce.Keys.Where(scope => demands.All(demand => demand.Scope != scope)).Take(2)] : [];
            var request = new TickRequest { Node = node, Sequence = i, Cursor = cursor, Shares = demands, ReleasedShares = released };
            TickReply reply = await engine.TickAsync(request, Ct);
            reply.IsFenced.ShouldBeFalse();
            if (random.Next(4) == 0)
            {
                (await engine.TickAsync(request, Ct)).Grants.ShouldBe(reply.Grants);
            }

            foreach (string scope in released)
            {
                inForce.Remove(scope);
            }

            foreach (ShareGrant grant in reply.Grants)
            {
                inForce[grant.Scope] = grant.Rate;
            }

            cursor = reply.Cursor;
            part = reply.AwayPart;
        }

        return part;
    }

    private static async Task TellAsync(PostgresEngine engine, int k)
    {
        for (int i = 0; i < 20; i++)
        {
            await engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, $"{k}-{i}"), Ct);
        }
    }

    private static async Task<List<string>> HearAsync(PostgresEngine engine, NodeEpoch node, int count)
    {
        var heard = new List<string>();
        long cursor = 1;
        for (int sequence = 1; heard.Count < count; sequence++)
        {
            TickReply reply = await engine.TickAsync(new TickRequest { Node = node, Sequence = sequence, Cursor = cursor }, Ct);
            heard.AddRange(reply.Notices.Select(static notice => notice.Key));
            cursor = reply.Cursor;
        }

        return heard;
    }
}
