using Hpc.Actors.Cluster;

namespace Hpc.Cluster.Tests.Contract;

// Notices, bans and hurry.
public abstract partial class ClusterEngineContract
{
    private static readonly DefenderParameters Defender = new(10, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(600), TimeSpan.FromSeconds(300), 100);

    [Fact]
    public async Task A_notice_is_told_to_every_node_once()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, "x"), Ct);
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSessionsOfUser, "ann"), Ct);
        foreach (TestNode node in new[] { a, b })
        {
            (await node.TickAsync()).Notices.Select(notice => (notice.Kind, notice.Key)).ShouldBe(
                [(ClusterNoticeKind.EndSession, "x"), (ClusterNoticeKind.EndSessionsOfUser, "ann")]);
            (await node.TickAsync()).Notices.ShouldBeEmpty();
        }

        TestNode late = await JoinAsync("c");
        (await late.TickAsync()).Notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_that_joins_again_hears_what_it_has_missed()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync();
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, "x"), Ct);
        await PassAsync(TimeSpan.FromSeconds(1));
        await a.RejoinAsync();
        a.Joined.HasMissed.ShouldBeFalse();
        (await a.TickAsync()).Notices.ShouldHaveSingleItem().Key.ShouldBe("x");
        b.Joined.HasMissed.ShouldBeFalse();
    }

    [Fact]
    public async Task Notices_are_told_in_pages()
    {
        TestNode a = await JoinAsync("a");
        for (int i = 0; i < ClusterRules.MaxNoticesPerTick + 5; i++)
        {
            await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, $"x{i}"), Ct);
        }

        TickReply first = await a.TickAsync();
        first.Notices.Count.ShouldBe(ClusterRules.MaxNoticesPerTick);
        first.HasMore.ShouldBeTrue();
        TickReply second = await a.TickAsync();
        second.Notices.Select(notice => notice.Key).ShouldBe(Enumerable.Range(ClusterRules.MaxNoticesPerTick, 5).Select(i => $"x{i}"));
        second.HasMore.ShouldBeFalse();
    }

    [Fact]
    public async Task Points_of_all_nodes_lead_to_a_ban_that_all_hear_of()
    {
        TestNode a = await JoinAsync("a", defender: Defender);
        TestNode b = await JoinAsync("b");
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 9)] });
        a.Reply.Notices.ShouldBeEmpty();
        await b.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 1), new HostScore("192.0.2.2", 9)] });
        ClusterNotice ban = b.Reply.Notices.ShouldHaveSingleItem();
        ban.Kind.ShouldBe(ClusterNoticeKind.Ban);
        ban.Key.ShouldBe("192.0.2.1");
        ban.Left.TotalSeconds.ShouldBe(600, 1);
        (await a.TickAsync()).Notices.Single().Key.ShouldBe("192.0.2.1");
        ClusterBan listed = (await Engine.ListBansAsync(null, 10, Ct)).ShouldHaveSingleItem();
        listed.Host.ShouldBe("192.0.2.1");
        TestNode late = await JoinAsync("c");
        late.Joined.Bans.ShouldHaveSingleItem().Host.ShouldBe("192.0.2.1");
    }

    [Fact]
    public async Task A_ban_grows_when_its_host_returns_and_ends_when_somebody_says_so()
    {
        TestNode a = await JoinAsync("a", defender: Defender);
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 10)] });
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 10)] });
        a.Reply.Notices.ShouldBeEmpty("a banned host gets no points");
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 0, HasReturned: true)] });
        a.Reply.Notices.Single().Left.TotalSeconds.ShouldBe(900, 2);
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.Unban, "192.0.2.1"), Ct);
        (await a.TickAsync()).Notices.Single().Kind.ShouldBe(ClusterNoticeKind.Unban);
        (await Engine.ListBansAsync(null, 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_return_that_two_nodes_have_seen_is_one()
    {
        TestNode a = await JoinAsync("a", defender: Defender);
        TestNode b = await JoinAsync("b");
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 10)] });
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 0, HasReturned: true)] });
        a.Reply.Notices.Single().Left.TotalSeconds.ShouldBe(900, 2);
        await b.TickAsync();
        await PassAsync(TimeSpan.FromSeconds(2));
        await b.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 0, HasReturned: true)] });
        b.Reply.Notices.ShouldBeEmpty();
        for (int i = 0; i < 15; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(2));
            await a.TickAsync();
            await b.TickAsync();
        }

        await b.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 0, HasReturned: true)] });
        b.Reply.Notices.Single().Left.TotalSeconds.ShouldBe(1200 - 32, 3);
    }

    [Fact]
    public async Task A_ban_that_is_told_again_is_no_shorter_and_grows_no_sooner()
    {
        TestNode a = await JoinAsync("a", defender: Defender);
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 10)] });
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 0, HasReturned: true)] });
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.Ban, "192.0.2.1", Left: TimeSpan.FromSeconds(5)), Ct);
        (await a.TickAsync()).Notices.Single().Left.TotalSeconds.ShouldBe(900, 2);
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 0, HasReturned: true)] });
        a.Reply.Notices.ShouldBeEmpty();
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.Unban, "192.0.2.1"), Ct);
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.Ban, "192.0.2.1", Left: TimeSpan.FromSeconds(5)), Ct);
        (await a.TickAsync()).Notices[^1].Left.TotalSeconds.ShouldBe(5, 1);
        await a.TickAsync(request => request with { Scores = [new HostScore("192.0.2.1", 0, HasReturned: true)] });
        a.Reply.Notices.Single().Left.TotalSeconds.ShouldBe(305, 2, "a new ban has not grown yet");
    }

    [Fact]
    public async Task A_ban_of_an_operator_is_told_with_its_end()
    {
        TestNode a = await JoinAsync("a");
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.Ban, "192.0.2.1", Left: TimeSpan.FromSeconds(5)), Ct);
        ClusterNotice ban = (await a.TickAsync()).Notices.Single();
        ban.Left.TotalSeconds.ShouldBe(5, 1);
        ban.Until.ShouldNotBeNull();
        await PassAsync(TimeSpan.FromSeconds(5.5));
        (await Engine.ListBansAsync(null, 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_node_is_hurried_by_a_notice_and_by_what_became_free_for_it()
    {
        (TestNode a, TestNode b) = await JoinTwoAsync();
        await a.TickAsync(Want("s", 1000, 0));
        await b.TickAsync(Want("s", 1000, 0));
        await Engine.WaitForHurryAsync(a.Epoch, Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Ct);
        Task hurried = Engine.WaitForHurryAsync(b.Epoch, Ct).AsTask();
        await a.TickAsync();
        await a.TickAsync(Want("s", 1000, 500));
        await hurried.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        hurried = Engine.WaitForHurryAsync(b.Epoch, Ct).AsTask();
        await Engine.PublishAsync(new ClusterNotice(ClusterNoticeKind.EndSession, "x"), Ct);
        await hurried.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    [Fact]
    public async Task Two_runs_of_the_same_operations_give_the_same_answers() =>
        await DifferentialRun.CompareAsync(Engine, PassAsync, seed: 1, operations: 400, Ct);
}
