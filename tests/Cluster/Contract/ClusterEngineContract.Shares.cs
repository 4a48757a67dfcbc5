using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Contract;

// Shares.
public abstract partial class ClusterEngineContract
{
    [Fact]
    public async Task A_scope_on_one_node_has_the_whole_limit()
    {
        TestNode a = await JoinAsync("a");
        (await a.GrantAsync(Want("s", 1000, 0, wanted: 10))).ShouldBe(1000);
        a.Reply.Grants.Single().Nodes.ShouldBe(1);
    }

    [Fact]
    public async Task A_newcomer_gets_what_is_free_and_the_rest_when_the_other_has_said_that_it_keeps_to_less()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        (await a.GrantAsync(Want("s", 1000, 0))).ShouldBe(1000);
        (await b.GrantAsync(Want("s", 1000, 0))).ShouldBe(0);
        (await a.TickAsync()).Grants.ShouldHaveSingleItem().Rate.ShouldBe(500);
        (await b.TickAsync()).Grants.ShouldBeEmpty();
        (await a.GrantAsync(Want("s", 1000, 500))).ShouldBe(500);
        (await b.TickAsync()).Grants.ShouldHaveSingleItem().ShouldBe(new ShareGrant("s", 500, 2));
    }

    [Fact]
    public async Task What_was_granted_is_held_although_the_node_never_said_that_it_uses_it()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.GrantAsync(Want("s", 1000, 0, wanted: 100));
        await b.GrantAsync(Want("s", 1000, 0));
        await a.TickAsync();
        (await b.TickAsync()).Grants.ShouldBeEmpty();
        await a.TickAsync(Want("s", 1000, 103, wanted: 100));
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(897);
    }

    [Fact]
    public async Task A_repeated_tick_is_answered_alike_and_changes_nothing()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await b.TickAsync(Want("s", 1000, 0));
        TickReply first = await a.TickAsync(request => request with { Shares = [Want("s", 1000, 0)], Scores = [new HostScore("192.0.2.9", 1)] });
        await b.TickAsync();
        await b.TickAsync(Want("s", 1000, 500));
        TickReply again = await a.RepeatAsync();
        again.Grants.ShouldBe(first.Grants);
        again.Cursor.ShouldBe(first.Cursor);
        (await a.TickAsync()).Grants.ShouldHaveSingleItem().Rate.ShouldBe(500);
    }

    [Fact]
    public async Task A_repeated_tick_renews_the_lease()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0));
        await PassWithAsync(b, 2);
        await a.RepeatAsync();
        await PassWithAsync(b, 2);
        (await b.GrantAsync(Want("s", 1000, 0))).ShouldBe(0);
    }

    [Fact]
    public async Task A_tick_out_of_order_is_refused()
    {
        TestNode a = await JoinAsync("a");
        await a.TickAsync();
        TickRequest first = a.Last;
        await a.TickAsync();
        await Should.ThrowAsync<ClusterSequenceException>(async () => await Engine.TickAsync(first, Ct));
        await Should.ThrowAsync<ClusterSequenceException>(async () => await Engine.TickAsync(first with { Sequence = 4 }, Ct));
        (await a.TickAsync()).IsFenced.ShouldBeFalse();
    }

    [Fact]
    public async Task A_share_whose_lease_ran_out_is_free_and_its_node_has_to_join_again()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0));
        await b.TickAsync(Want("s", 1000, 0));
        await PassWithAsync(b, 2);
        await PassAsync(TimeSpan.FromSeconds(1.2));
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(1000);
        (await a.RepeatAsync()).IsFenced.ShouldBeTrue();
        (await a.TickAsync()).IsFenced.ShouldBeTrue();

        // It says that it has what others have by now; it gets nothing of it back.
        await a.RejoinAsync();
        (await a.GrantAsync(Want("s", 1000, 1000))).ShouldBe(0);
        await b.TickAsync();
        b.Reply.Grants.Single().Rate.ShouldBe(500);
    }

    [Fact]
    public async Task A_tick_is_told_when_the_next_lease_of_another_node_ends()
    {
        TestNode a = await JoinAsync("a");
        (await a.TickAsync(Want("s", 1000, 0))).NextLeaseEnd.ShouldBeNull();
        TestNode b = await JoinAsync("b");
        await b.TickAsync(Want("s", 1000, 0));
        await PassWithAsync(a, 1);
        TestNode c = await JoinAsync("c");
        await c.TickAsync();
        (await a.TickAsync(Want("s", 1000, 1000))).NextLeaseEnd!.Value.ShouldBeInRange(ShareLease / 3, ShareLease / 3 * 2);
        (await a.RepeatAsync()).NextLeaseEnd!.Value.ShouldBeInRange(ShareLease / 3, ShareLease / 3 * 2);
        (await b.TickAsync()).NextLeaseEnd!.Value.ShouldBeGreaterThan(ShareLease / 3 * 2);

        await PassWithAsync(a, 2);
        await PassAsync(TimeSpan.FromSeconds(1.2));
        TickReply last = await a.TickAsync();
        last.Grants.ShouldHaveSingleItem().Rate.ShouldBe(1000);
        last.NextLeaseEnd.ShouldBeNull();
    }

    [Fact]
    public async Task A_lower_limit_takes_from_all_and_gives_to_nobody_before_the_sum_fits()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0));
        await b.TickAsync(Want("s", 1000, 0));
        await a.TickAsync();
        await a.TickAsync(Want("s", 1000, 500));
        await b.TickAsync();
        (await a.GrantAsync(Want("s", 400, 400))).ShouldBe(200);
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(200);
        await b.TickAsync(Want("s", 400, 200));
        await a.TickAsync(Want("s", 400, 200));

        // Raised by one, it holds when all have heard of it.
        (await a.GrantAsync(Want("s", 1000, 200))).ShouldBe(200);
        await b.TickAsync(Want("s", 1000, 200));
        b.Reply.Grants.Single().Rate.ShouldBe(500);
        (await a.TickAsync()).Grants.Single().Rate.ShouldBe(500);
    }

    [Fact]
    public async Task Weights_divide_what_all_want()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0, weight: 1));
        await b.TickAsync(Want("s", 1000, 0, weight: 3));
        (await a.TickAsync()).Grants.Single().Rate.ShouldBe(250);
        await a.TickAsync(Want("s", 1000, 250));
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(750);
    }

    [Fact]
    public async Task What_a_node_releases_is_free_at_once()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0), Want("t", 1000, 0));
        await b.TickAsync(Want("s", 1000, 0));
        await a.TickAsync(request => request with { ReleasedShares = ["s"] });
        (await b.TickAsync()).Grants.Single().ShouldBe(new ShareGrant("s", 1000, 1));
    }

    [Fact]
    public async Task The_first_tick_of_an_epoch_gives_up_what_it_does_not_tell()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0), Want("t", 1000, 0));
        await b.TickAsync(Want("s", 1000, 0));
        await a.RejoinAsync();
        (await b.TickAsync()).Grants.ShouldBeEmpty("a join alone frees nothing");
        (await a.TickAsync(Want("t", 1000, 1000))).Grants.Single().ShouldBe(new ShareGrant("t", 1000, 1));
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(1000);
    }

    [Fact]
    public async Task Who_leaves_hands_back_everything_at_once()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0));
        await b.TickAsync(Want("s", 1000, 0));
        await Engine.LeaveAsync(a.Epoch, Ct);
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(1000);
        (await a.TickAsync()).IsFenced.ShouldBeTrue();
    }

    [Fact]
    public async Task A_raise_that_was_never_told_back_is_held_when_it_is_lowered()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0, wanted: 0));
        await b.TickAsync(Want("s", 1000, 0));
        await a.TickAsync();
        await a.TickAsync(Want("s", 1000, 0, wanted: 0));
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(1000);
        (await a.GrantAsync(Want("s", 1000, 0))).ShouldBe(0);
        (await b.TickAsync()).Grants.Single().Rate.ShouldBe(500, "it was granted 1000 and has told of 0 alone");
        (await a.TickAsync()).Grants.ShouldBeEmpty("the other may use 1000 until it has said otherwise");
    }

    [Fact]
    public async Task The_parts_of_all_nodes_for_an_absence_of_the_engine_are_never_more_than_the_whole()
    {
        TestNode a = await JoinAsync("a");
        (await a.TickAsync()).AwayPart.ShouldBe(1_000_000);
        TestNode b = await JoinAsync("b");
        (await b.TickAsync()).AwayPart.ShouldBe(0);
        (await a.TickAsync()).AwayPart.ShouldBe(500_000);
        (await b.TickAsync()).AwayPart.ShouldBe(0);
        await a.TickAsync();
        (await b.TickAsync()).AwayPart.ShouldBe(500_000);
    }
}
