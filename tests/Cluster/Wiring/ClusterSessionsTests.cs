using Hpc.Accounts.Sessions;
using Hpc.Actors.Cluster.InProcess;
using Hpc.Actors.Cluster.Node;
using Hpc.Actors.Cluster.Wiring;

namespace Hpc.Cluster.Tests.Wiring;

public sealed class ClusterSessionsTests : IAsyncLifetime
{
    private readonly StoppableEngine _engine = new(new InProcessEngine(TimeProvider.System));
    private WiredNode _a = null!;
    private WiredNode _b = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _a = new WiredNode(_engine, new ClusterOptions { Name = "a" });
        _b = new WiredNode(_engine, new ClusterOptions { Name = "b" });
        await _a.BecomesMemberAsync();
        await _b.BecomesMemberAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _a.DisposeAsync();
        await _b.DisposeAsync();
    }

    [Fact]
    public async Task The_list_has_the_sessions_of_all_nodes_and_each_once()
    {
        SessionGrant here = await _a.OpenAsync("ann", max: 9);
        SessionGrant there = await _b.OpenAsync("bob");
        ClusterSessionList list = await ListAsync(_a, static list => list.Remote.Count == 1);
        list.Node.ShouldBe("a");
        list.Local.ShouldHaveSingleItem().SessionId.ShouldBe(here.SessionId);
        list.Remote.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            remote => remote.Id.ShouldBe(there.SessionId),
            remote => remote.Node.ShouldBe("b"),
            remote => remote.User.ShouldBe("bob"),
            remote => remote.Protocol.ShouldBe("SFTP"));
        (list.HasOthers, list.IsPartial).ShouldBe((true, false));
    }

    [Fact]
    public async Task Without_the_engine_the_list_has_this_nodes_sessions_and_says_so()
    {
        await _a.OpenAsync();
        await _b.OpenAsync();
        _engine.IsAway = true;
        ClusterSessionList list = await _a.Sessions.ListAsync(Ct);
        (list.Local.Count, list.Remote.Count, list.IsPartial).ShouldBe((1, 0, true));
    }

    [Fact]
    public async Task A_session_is_ended_from_any_node()
    {
        SessionGrant grant = await _b.OpenAsync(max: 1);
        (await _a.Sessions.KickAsync(grant.SessionId, Ct)).ShouldBe(new ClusterKick(1, false));
        await EndsAsync(grant);
        grant.EndReason.ShouldBe(SessionEndReason.Kicked);
        SessionGrant own = await _a.OpenAsync();
        (await _a.Sessions.KickAsync(own.SessionId, Ct)).ShouldBe(new ClusterKick(1, false));
        await EndsAsync(own);
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789ABCDEF")]
    [InlineData("")]
    [InlineData("x")]
    public async Task A_session_that_is_nowhere_is_not_ended(string id) => (await _a.Sessions.KickAsync(id, Ct)).ShouldBe(default);

    [Fact]
    public async Task All_sessions_of_a_user_are_ended_on_all_nodes()
    {
        SessionGrant[] ofAnn = [await _a.OpenAsync("ann", max: 9), await _b.OpenAsync("ann", max: 9), await _b.OpenAsync("ann", max: 9)];
        SessionGrant ofBob = await _b.OpenAsync("bob", max: 9);
        (await _a.Sessions.KickUserAsync("ann", Ct)).ShouldBe(new ClusterKick(3, false));
        foreach (SessionGrant grant in ofAnn)
        {
            await EndsAsync(grant);
        }

        ofBob.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_user_whose_name_is_too_long_for_the_engine_is_ended_as_well()
    {
        string name = new('名', 255);
        SessionGrant grant = await _b.OpenAsync(name, max: 9);
        (await _a.Sessions.KickUserAsync(name, Ct)).ShouldBe(new ClusterKick(1, false));
        await EndsAsync(grant);
    }

    [Fact]
    public async Task Without_the_engine_what_is_elsewhere_is_said_to_be_uncertain()
    {
        SessionGrant here = await _a.OpenAsync();
        SessionGrant there = await _b.OpenAsync();
        _engine.IsAway = true;
        (await _a.Sessions.KickAsync(there.SessionId, Ct)).ShouldBe(new ClusterKick(0, true));
        (await _a.Sessions.KickUserAsync("ann", Ct)).ShouldBe(new ClusterKick(1, true));
        await EndsAsync(here);
        there.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task A_user_whose_sessions_cannot_be_listed_is_ended_with_certainty()
    {
        SessionGrant there = await _b.OpenAsync();
        _engine.HasNoLists = true;
        (await _a.Sessions.KickUserAsync("ann", Ct)).IsPartial.ShouldBeFalse();
        await EndsAsync(there);
    }

    private static Task EndsAsync(SessionGrant grant) => WiredNode.UntilAsync(() => grant.Ended.IsCancellationRequested, "it was never ended");

    private static async Task<ClusterSessionList> ListAsync(WiredNode node, Func<ClusterSessionList, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            ClusterSessionList list = await node.Sessions.ListAsync(Ct);
            if (isWanted(list))
            {
                return list;
            }

            patience.IsCancellationRequested.ShouldBeFalse("the list never became so");
            await Task.Yield();
        }
    }
}
