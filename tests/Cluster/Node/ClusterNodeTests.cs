using System.Net;
using Hpc.Actors.Cluster;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Kernel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hpc.Cluster.Tests.Node;

/// <summary>Whole nodes on the engine, by the clock of the machine.</summary>
public sealed class ClusterNodeTests : IAsyncDisposable
{
    private readonly InProcessEngine _engine = new(TimeProvider.System);
    private readonly List<ActorSystem> _systems = [];
    private readonly RecordedEvents _events = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_scope_of_one_node_gets_its_whole_limit_and_two_share_it()
    {
        ClusterNode a = Start("a");
        ClusterNode b = Start("b");
        var first = new FakeSource("user/ann/down", 1000);
        a.Register(first);
        await first.BecomesAsync(1000);
        var second = new FakeSource("user/ann/down", 1000);
        b.Register(second);
        await second.BecomesAsync(500);
        first.Rate.ShouldBe(500);
        a.Unregister(first);
        a.Nudge();
        await second.BecomesAsync(1000);
    }

    [Fact]
    public async Task Notices_of_one_node_reach_all()
    {
        ClusterNode a = Start("a");
        ClusterNode b = Start("b");
        await _events.HasAsync("leads");
        await BecomesMemberAsync(a);
        await BecomesMemberAsync(b);
        await a.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSessionsOfUser, "ann"), Ct);
        await _events.HasAsync("end all of ann");
    }

    [Fact]
    public async Task Places_are_counted_over_nodes_and_come_back()
    {
        ClusterNode a = Start("a");
        ClusterNode b = Start("b");
        await BecomesMemberAsync(a);
        await BecomesMemberAsync(b);
        (await a.OpenSessionAsync(Place("1"), Ct)).ShouldBe(PlaceReply.Taken);
        (await b.OpenSessionAsync(Place("2"), Ct)).ShouldBe(PlaceReply.UserLimit);
        a.CloseSession("1");
        a.Nudge();
        await TakesPlaceAsync(b, "3");
    }

    [Fact]
    public async Task A_crash_of_the_actor_begins_a_new_epoch_and_keeps_what_is_in_force()
    {
        ClusterNode a = Start("a");
        var source = new FakeSource("s", 1000);
        a.Register(source);
        await source.BecomesAsync(1000);
        (await a.OpenSessionAsync(Place("1"), Ct)).ShouldBe(PlaceReply.Taken);
        long joins = a.Counters.Joins;
        a.Actor.Tell(new ClusterMessage.InjectFault(new InvalidOperationException("on purpose")));
        await BecomesAsync(() => a.Counters.Joins > joins && a.HasLease);
        source.Rate.ShouldBe(1000);
        (await a.ListSessionsAsync(null, 10, Ct)).ShouldHaveSingleItem().Id.ShouldBe("1");
    }

    [Fact]
    public async Task A_source_and_a_handler_that_throw_hold_up_nobody()
    {
        _events.Throws = true;
        ClusterNode a = Start("a");
        var bad = new FakeSource("bad", 1000) { Throws = true };
        var good = new FakeSource("good", 1000);
        a.Register(bad);
        a.Register(good);
        await good.BecomesAsync(1000);
        await a.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, "x"), Ct);
        await a.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, "y"), Ct);
        await _events.HasAsync("end y");
    }

    [Fact]
    public async Task Who_leaves_uses_nothing_more_and_others_have_it_at_once()
    {
        ClusterNode a = Start("a");
        ClusterNode b = Start("b");
        var first = new FakeSource("s", 1000);
        a.Register(first);
        await first.BecomesAsync(1000);
        var second = new FakeSource("s", 1000);
        b.Register(second);
        await second.BecomesAsync(500);
        (await a.LeaveAsync(Ct)).ShouldBeTrue();
        first.Rate.ShouldBe(0);
        await second.BecomesAsync(1000);
        (await b.ListNodesAsync(Ct)).ShouldHaveSingleItem().Name.ShouldBe("b");
    }

    [Fact]
    public async Task Two_servers_of_one_name_are_reported()
    {
        var log = new RecordedLog();
        Start("a", log);
        Start("a", log);
        await BecomesAsync(() => log.Lines.Any(static line => line.Contains("Another server is in the cluster as a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_server_that_was_killed_and_starts_again_is_not_reported()
    {
        var log = new RecordedLog();
        for (int i = 0; i < 4; i++)
        {
            ClusterNode node = Start("a", log);
            await BecomesMemberAsync(node);
            await _systems[^1].StopAsync();
        }

        ClusterNode last = Start("a", log);
        await BecomesMemberAsync(last);
        log.Lines.ShouldNotContain(static line => line.Contains("Another server", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in _systems)
        {
            await system.StopAsync();
        }
    }

    private static HeldPlace Place(string id) =>
        new(new ClusterSession(id, "", "ann", "SFTP", new IPEndPoint(IPAddress.Loopback, 1), default), 1, 0, 0);

    private static Task BecomesMemberAsync(ClusterNode node) => BecomesAsync(() => node.HasLease);

    private static async Task BecomesAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            patience.IsCancellationRequested.ShouldBeFalse("it never came");
            await Task.Yield();
        }
    }

    private static async Task TakesPlaceAsync(ClusterNode node, string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await node.OpenSessionAsync(Place(id), Ct) != PlaceReply.Taken)
        {
            patience.IsCancellationRequested.ShouldBeFalse("the place never came back");
            await Task.Yield();
        }
    }

    private ClusterNode Start(string name, ILogger<ClusterNode>? log = null)
    {
        var system = new ActorSystem();
        _systems.Add(system);
        var node = new ClusterNode(system, _engine, new ClusterOptions { Name = name }, _events, log ?? NullLogger<ClusterNode>.Instance);
        node.Start();
        return node;
    }
}
