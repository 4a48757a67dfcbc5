using Hpc.Actors.Sessions;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Admin;

namespace Hpc.Server.Tests.Hosting;

public class IdleDrainTests
{
    [Fact]
    public async Task A_drain_ends_what_moves_nothing_and_leaves_transfers_alone()
    {
        var sessions = new FakeSessions();
        SessionInfo transferring = FakeSessions.Session("aa", "ann");
        sessions.Sessions.Add(transferring);
        sessions.Sessions.Add(transferring with { SessionId = "bb", ConnectionId = "c-bb", Transfers = [] });
        sessions.Sessions.Add(transferring with { SessionId = "cc", ConnectionId = "c-cc", Transfers = [], IdleMilliseconds = 10 });
        var stopped = new List<string>();
        await new IdleDrain(sessions, id => sessions.Sessions.Single(session => session.SessionId == id), () => ["new"], stopped.Add).EndIdleAsync();
        stopped.ShouldBe(["new", "c-bb"]);
    }

    [Fact]
    public async Task A_session_that_has_begun_a_transfer_since_the_list_was_made_is_left_alone()
    {
        var sessions = new FakeSessions();
        SessionInfo transferring = FakeSessions.Session("aa", "ann");
        sessions.Sessions.Add(transferring with { Transfers = [] });
        sessions.Sessions.Add(transferring with { SessionId = "bb", Transfers = [] });
        sessions.Sessions.Add(transferring with { SessionId = "cc", Transfers = [] });
        var stopped = new List<string>();
        SessionInfo? Find(string id) => id switch
        {
            "aa" => transferring,
            "bb" => transferring with { Transfers = [], IdleMilliseconds = 0 },
            _ => null,
        };
        await new IdleDrain(sessions, Find, () => [], stopped.Add).EndIdleAsync();
        stopped.ShouldBeEmpty();
    }

    [Fact]
    public async Task It_ends_with_the_drain()
    {
        var drained = new TaskCompletionSource();
        Task run = new IdleDrain(new FakeSessions(), _ => null, () => [], _ => { }).RunAsync(drained.Task);
        run.IsCompleted.ShouldBeFalse();
        drained.SetResult();
        await run.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
