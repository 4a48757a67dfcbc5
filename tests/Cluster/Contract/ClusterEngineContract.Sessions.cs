using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Contract;

// Sessions and nodes.
public abstract partial class ClusterEngineContract
{
    [Fact]
    public async Task Sessions_of_a_user_are_counted_over_all_nodes()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        (await a.OpenAsync(Place("1", "ann", ofUser: 2))).ShouldBe(PlaceReply.Taken);
        (await b.OpenAsync(Place("2", "ann", ofUser: 2))).ShouldBe(PlaceReply.Taken);
        (await b.OpenAsync(Place("3", "ann", ofUser: 2))).ShouldBe(PlaceReply.UserLimit);
        (await b.OpenAsync(Place("4", "bob", ofUser: 2))).ShouldBe(PlaceReply.Taken);
        (await b.OpenAsync(Place("2", "ann", ofUser: 2))).ShouldBe(PlaceReply.Taken, "it has its place");
    }

    [Fact]
    public async Task Sessions_of_a_host_and_in_all_are_counted()
    {
        TestNode a = await JoinAsync("a");
        (await a.OpenAsync(Place("1", "u1", ofHost: 1, host: "2001:db8::1"))).ShouldBe(PlaceReply.Taken);
        (await a.OpenAsync(Place("2", "u2", ofHost: 1, host: "2001:db8::2"))).ShouldBe(PlaceReply.HostLimit);
        (await a.OpenAsync(Place("3", "u3", ofHost: 1, host: "2001:db8:0:1::2"))).ShouldBe(PlaceReply.Taken);
        (await a.OpenAsync(Place("4", "u4", total: 2))).ShouldBe(PlaceReply.TotalLimit);
        (await a.OpenAsync(Place("5", "u4", total: 3))).ShouldBe(PlaceReply.Taken);
    }

    [Fact]
    public async Task A_place_is_free_when_its_session_ends()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        HeldPlace first = Place("1", ofUser: 1);
        await a.OpenAsync(first);
        (await a.OpenAsync(Place("2", ofUser: 1), first.Session.Id)).ShouldBe(PlaceReply.Taken);
        await a.TickAsync(request => request with { Closed = [Place("2").Session.Id] });
        (await b.OpenAsync(Place("3", ofUser: 1))).ShouldBe(PlaceReply.Taken);
    }

    [Fact]
    public async Task A_request_that_comes_behind_the_end_of_its_session_takes_no_place()
    {
        TestNode a = await JoinAsync("a");
        await a.TickAsync(request => request with { Closed = [Place("1").Session.Id] });
        (await a.OpenAsync(Place("1", ofUser: 1))).ShouldBe(PlaceReply.Over);
        (await a.OpenAsync(Place("2", ofUser: 1))).ShouldBe(PlaceReply.Taken);
    }

    [Fact]
    public async Task The_places_of_a_node_are_free_when_its_lease_is_over_and_not_before()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.OpenAsync(Place("1", ofUser: 1));
        for (int second = 0; second < 7; second++)
        {
            await PassAsync(TimeSpan.FromSeconds(1));
            await b.TickAsync();
        }

        (await b.OpenAsync(Place("2", ofUser: 1))).ShouldBe(PlaceReply.UserLimit);
        await PassAsync(TimeSpan.FromSeconds(1.2));
        (await b.OpenAsync(Place("2", ofUser: 1))).ShouldBe(PlaceReply.Taken);
        (await a.OpenAsync(Place("3"))).ShouldBe(PlaceReply.Fenced);
    }

    [Fact]
    public async Task A_join_keeps_the_sessions_that_it_tells_and_no_others()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        HeldPlace kept = Place("1", ofUser: 2);
        await a.OpenAsync(kept);
        await a.OpenAsync(Place("2", ofUser: 2));
        await a.RejoinAsync(kept);
        a.Joined.Refused.ShouldBeEmpty();
        (await b.OpenAsync(Place("3", ofUser: 2))).ShouldBe(PlaceReply.Taken);
        (await b.OpenAsync(Place("4", ofUser: 2))).ShouldBe(PlaceReply.UserLimit);
    }

    [Fact]
    public async Task A_join_is_told_which_of_its_sessions_have_no_place_any_more()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await b.OpenAsync(Place("1", ofUser: 1));
        await a.RejoinAsync(Place("2", ofUser: 1), Place("3", "bob", ofUser: 1));
        a.Joined.Refused.ShouldBe([Place("2").Session.Id]);
    }

    [Fact]
    public async Task Sessions_without_a_limit_are_told_by_the_tick_and_listed()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(request => request with { Opened = [Place("2").Session, Place("1").Session] });
        await b.OpenAsync(Place("3", "bob", ofUser: 1));
        IReadOnlyList<ClusterSession> all = await Engine.ListSessionsAsync(null, 10, Ct);
        all.Select(session => session.Id).ShouldBe([Place("1").Session.Id, Place("2").Session.Id, Place("3").Session.Id]);
        all[2].Node.ShouldBe(b.Epoch.Name);
        all[0].Remote.ShouldBe(Place("1").Session.Remote);
        (await Engine.ListSessionsAsync(all[0].Id, 1, Ct)).ShouldHaveSingleItem().Id.ShouldBe(all[1].Id);
    }

    [Fact]
    public async Task A_lower_or_equal_epoch_is_stale_and_the_same_join_is_answered_again()
    {
        TestNode a = await JoinAsync("a", epoch: 7);
        await a.TickAsync(Want("s", 1000, 0));
        (await Engine.JoinAsync(a.MakeJoin(), Ct)).IsStale.ShouldBeFalse();
        (await a.TickAsync()).IsFenced.ShouldBeFalse("the same join again ends nothing");
        JoinReply stale = await Engine.JoinAsync(a.MakeJoin() with { Node = a.Epoch with { Epoch = 6 } }, Ct);
        stale.IsStale.ShouldBeTrue();
        stale.LastEpoch.ShouldBe(7);
        await Engine.LeaveAsync(a.Epoch, Ct);
        (await Engine.JoinAsync(a.MakeJoin(), Ct)).IsStale.ShouldBeTrue();
    }

    [Fact]
    public async Task Nodes_are_listed_while_their_lease_lasts()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync();
        await b.TickAsync();
        await b.OpenAsync(Place("1"));
        IReadOnlyList<ClusterMember> nodes = await Engine.ListNodesAsync(Ct);
        nodes.Select(node => (node.Name, node.Sessions, node.IsLeader)).ShouldBe([(a.Epoch.Name, 0, true), (b.Epoch.Name, 1, false)]);
        nodes[0].Version.ShouldBe("1.2.3");
        nodes[0].Address.ShouldBe("192.0.2.10");
        await Engine.LeaveAsync(b.Epoch, Ct);
        (await Engine.ListNodesAsync(Ct)).ShouldHaveSingleItem().Name.ShouldBe(a.Epoch.Name);
    }

    [Fact]
    public async Task One_leads_until_its_lease_is_over_or_it_leaves()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        (await a.TickAsync()).IsLeader.ShouldBeTrue();
        (await b.TickAsync()).IsLeader.ShouldBeFalse();
        await Engine.LeaveAsync(a.Epoch, Ct);
        (await b.TickAsync()).IsLeader.ShouldBeTrue();
        TestNode c = await JoinAsync("c");
        for (int second = 0; second < 9; second++)
        {
            (await c.TickAsync()).IsLeader.ShouldBe(second >= 8, $"after {second} s");
            await PassAsync(TimeSpan.FromSeconds(1.01));
        }
    }

    [Fact]
    public async Task Behind_a_silence_nobody_is_given_more_than_it_has_until_all_have_told_theirs()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0));
        await b.TickAsync(Want("s", 1000, 0));
        await b.OpenAsync(Place("1", ofUser: 1));
        await PassAsync(TimeSpan.FromSeconds(20));
        (await a.TickAsync()).IsFenced.ShouldBeTrue();
        await a.RejoinAsync();
        (await a.GrantAsync(Want("s", 1000, 500))).ShouldBe(500, "the other may use its part");
        (await a.OpenAsync(Place("2", ofUser: 1))).ShouldBe(PlaceReply.UserLimit, "the other has its session still");
        await b.RejoinAsync(Place("1", ofUser: 1));
        b.Joined.Refused.ShouldBeEmpty();
        (await a.TickAsync()).Grants.ShouldBeEmpty();
        (await b.GrantAsync(Want("s", 1000, 500))).ShouldBe(500);
    }

    [Fact]
    public async Task A_silence_is_over_when_those_that_are_not_heard_can_be_taken_for_dead()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0));
        await b.TickAsync();
        await PassAsync(TimeSpan.FromSeconds(20));
        await a.RejoinAsync();
        for (int second = 0; second < 9; second++)
        {
            await a.TickAsync(Want("s", 1000, second == 8 ? 1000 : 500));
            a.Reply.Grants.Single().Rate.ShouldBe(second == 8 ? 1000 : 500, $"after {second} s");
            await PassAsync(TimeSpan.FromSeconds(1));
        }
    }
}
