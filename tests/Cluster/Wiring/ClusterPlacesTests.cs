using System.Net;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;
using Hpc.Actors.Sessions;
using Hpc.TestKit;

namespace Hpc.Cluster.Tests.Wiring;

public sealed class ClusterPlacesTests : IAsyncDisposable
{
    private readonly StoppableEngine _engine = new(new InProcessEngine(TimeProvider.System));
    private readonly ManualTimeProvider _time = new();
    private readonly List<WiredNode> _nodes = [];
    private int _ids;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    // Without a hurry, nothing would be told before a minute is over.
    private static ClusterOptions Slow(string name) => new()
    {
        Name = name,
        Tick = TimeSpan.FromSeconds(60),
        ShareLease = TimeSpan.FromSeconds(200),
        NodeLease = TimeSpan.FromSeconds(300),
    };

    [Fact]
    public async Task A_limit_of_a_user_is_one_over_all_nodes()
    {
        (WiredNode a, WiredNode b) = await StartTwoAsync();
        await a.OpenAsync(max: 2);
        await b.OpenAsync(max: 2);
        await RefusesAsync(a, SessionRefusal.UserLimit, a.TryOpenAsync(max: 2));
        (await a.TryOpenAsync("bob", max: 2)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_session_that_ends_on_one_node_makes_room_on_another_for_who_asks_again()
    {
        (WiredNode a, WiredNode b) = await StartTwoAsync();
        SessionGrant first = await a.OpenAsync(max: 1);
        Task<SessionGrant?> second = b.TryOpenAsync(max: 1);
        await WiredNode.UntilAsync(() => _time.PendingTimers == 1, "it does not wait for its second question");
        first.Close(SessionEndReason.ClosedByPeer);
        await BecomesFreeAsync(b);
        _time.Advance(ClusterPlaces.SecondQuestion);
        (await second).ShouldNotBeNull();
    }

    [Fact]
    public async Task Only_so_many_wait_for_a_second_question()
    {
        (WiredNode a, WiredNode b) = await StartTwoAsync();
        await a.OpenAsync(max: 1);
        Task<PlaceAnswer>[] asked = [.. Enumerable.Range(0, ClusterPlaces.MaxWaiting + 10).Select(_ => b.Places.TakeAsync(Question(1), Ct).AsTask())];
        await WiredNode.UntilAsync(() => asked.Count(static each => each.IsCompleted) == 10, "not ten are refused at once");
        _time.PendingTimers.ShouldBe(ClusterPlaces.MaxWaiting);
        _time.Advance(ClusterPlaces.SecondQuestion);
        (await Task.WhenAll(asked)).ShouldAllBe(static answer => answer == PlaceAnswer.UserLimit);
        (await _engine.ListSessionsAsync(null, 10, Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_gives_up_before_the_second_question_holds_nothing()
    {
        (WiredNode a, WiredNode b) = await StartTwoAsync();
        SessionGrant grant = await a.OpenAsync(max: 1);
        using var givenUp = new CancellationTokenSource();
        Task<PlaceAnswer> asked = b.Places.TakeAsync(Question(1), givenUp.Token).AsTask();
        await WiredNode.UntilAsync(() => _time.PendingTimers == 1, "it does not wait for its second question");
        await givenUp.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(asked);
        grant.Close(SessionEndReason.ClosedByPeer);
        await BecomesFreeAsync(b);
        (await b.OpenAsync(max: 1)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Limits_of_hosts_and_of_all_are_over_all_nodes()
    {
        WiredNode a = await StartAsync("a", maxOfHost: 1);
        WiredNode b = await StartAsync("b", maxOfHost: 1);
        WiredNode c = await StartAsync("c", maxTotal: 1);
        await a.OpenAsync("ann");
        await RefusesAsync(b, SessionRefusal.HostLimit, b.TryOpenAsync("bob"));
        await RefusesAsync(c, SessionRefusal.TotalLimit, c.TryOpenAsync("cid"));
    }

    [Fact]
    public async Task Without_any_limit_nobody_waits_for_the_engine()
    {
        WiredNode a = await StartAsync("a");
        _engine.IsAway = true;
        PlaceQuestion question = Question(0);
        ValueTask<PlaceAnswer> answer = a.Places.TakeAsync(question, Ct);
        answer.IsCompletedSuccessfully.ShouldBeTrue();
        (await answer).ShouldBe(PlaceAnswer.Taken);
        a.Places.Release(question);
        (await a.TryOpenAsync()).ShouldNotBeNull();
    }

    [Fact]
    public async Task While_the_engine_is_away_limited_sessions_are_refused_or_have_the_nodes_part()
    {
        WiredNode refuses = await StartAsync(Slow("a") with { SessionsAway = SessionsAway.Refuse });
        WiredNode shares = await StartAsync(Slow("b") with { ShareLease = TimeSpan.FromSeconds(2), NodeLease = TimeSpan.FromSeconds(2) });
        WiredNode holds = await StartAsync(Slow("c"));
        _engine.IsAway = true;
        (await refuses.TryOpenAsync(max: 4)).ShouldBeNull();
        refuses.Gate.Counters.Refused[SessionRefusal.EngineAway].ShouldBe(1);
        refuses.Gate.Counters.Active.ShouldBe(0);

        // Others may have the engine still, and count on all that this node had not.
        (await holds.TryOpenAsync(max: 4)).ShouldBeNull();
        holds.Gate.Counters.Refused[SessionRefusal.EngineAway].ShouldBe(1);
        SessionGrant? grant;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((grant = await shares.TryOpenAsync(max: 4)) is null)
        {
            patience.IsCancellationRequested.ShouldBeFalse("the node lease has to be over");
        }

        grant.SessionId.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_limit_holds_while_the_engine_answers_all_but_places()
    {
        (WiredNode a, WiredNode b) = await StartTwoAsync();
        await a.OpenAsync(max: 1);
        _engine.HasNoPlaces = true;
        (await b.TryOpenAsync(max: 1)).ShouldBeNull();
        b.Gate.Counters.Refused[SessionRefusal.EngineAway].ShouldBe(1);
        b.Gate.Counters.Active.ShouldBe(0);
    }

    [Fact]
    public async Task A_name_that_is_too_long_for_the_engine_counts_all_the_same()
    {
        (WiredNode a, WiredNode b) = await StartTwoAsync();
        string name = new('名', 255);
        await a.OpenAsync(name, max: 1);
        await RefusesAsync(b, SessionRefusal.UserLimit, b.TryOpenAsync(name, max: 1));
        (await b.TryOpenAsync(name[1..] + "字", max: 1)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_limit_is_never_passed_by_logins_that_race_on_three_nodes()
    {
        const int Max = 3;
        WiredNode[] nodes = [await StartAsync("a"), await StartAsync("b"), await StartAsync("c")];
        int open = 0;
        int most = 0;
        Task[] racing = [.. Enumerable.Range(0, 12).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 60; i++)
            {
                if (await nodes[random.Next(nodes.Length)].TryOpenAsync(max: Max) is { } grant)
                {
                    int now = Interlocked.Increment(ref open);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref open);
                    grant.Close(SessionEndReason.ClosedByPeer);
                }
            }
        }))];
        Task all = Task.WhenAll(racing);
        while (!all.IsCompleted)
        {
            _time.Advance(ClusterPlaces.SecondQuestion);
            await Task.Yield();
        }

        await all;
        most.ShouldBeInRange(1, Max);
        await WiredNode.UntilAsync(() => Count() == 0, "places are taken");
        nodes.Sum(static node => node.Gate.Counters.Active).ShouldBe(0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (WiredNode node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref most)) < value && Interlocked.CompareExchange(ref most, value, seen) != seen)
        {
            // Somebody else was faster.
        }
    }

    private PlaceQuestion Question(int max) => new($"{Interlocked.Increment(ref _ids):x16}", "ann", "SFTP", new IPEndPoint(IPAddress.Loopback, 1), max);

    private int Count() => _engine.ListSessionsAsync(null, 100, Ct).AsTask().Result.Count;

    private async Task RefusesAsync(WiredNode node, SessionRefusal refusal, Task<SessionGrant?> opening)
    {
        await WiredNode.UntilAsync(() => _time.PendingTimers == 1, "it does not wait for its second question");
        _time.Advance(ClusterPlaces.SecondQuestion);
        (await opening).ShouldBeNull();
        node.Gate.Counters.Refused[refusal].ShouldBe(1);
        node.Gate.Counters.Active.ShouldBe(node.Gate.Open.Count);
    }

    private async Task BecomesFreeAsync(WiredNode node)
    {
        await WiredNode.UntilAsync(() => Count() == 0, "the place is not free");
        await node.BecomesMemberAsync();
    }

    private async Task<(WiredNode A, WiredNode B)> StartTwoAsync() => (await StartAsync("a"), await StartAsync("b"));

    private Task<WiredNode> StartAsync(string name, int maxOfHost = 0, int maxTotal = 0) => StartAsync(Slow(name), maxOfHost, maxTotal);

    private async Task<WiredNode> StartAsync(ClusterOptions options, int maxOfHost = 0, int maxTotal = 0)
    {
        var node = new WiredNode(_engine, options, _time, maxOfHost, maxTotal);
        _nodes.Add(node);
        await node.BecomesMemberAsync();
        return node;
    }
}
