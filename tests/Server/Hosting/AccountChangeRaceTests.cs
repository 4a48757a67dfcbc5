using Hpc.Accounts;
using Hpc.Accounts.Objects;
using Hpc.Accounts.Sessions;
using Hpc.Storage;
using static Hpc.Server.Tests.Hosting.AccountsFixture;

namespace Hpc.Server.Tests.Hosting;

/// <summary>Changes of accounts against what their sessions do at the same time.</summary>
public sealed class AccountChangeRaceTests : IAsyncDisposable
{
    private const int Changes = 40;

    private readonly AccountsFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task No_operation_that_begins_after_a_change_was_told_is_decided_by_the_account_before_it()
    {
        UserAccount user = await _fixture.AddAsync(New("ann"));
        SessionGrant[] sessions = [await _fixture.OpenAsync(user), await _fixture.OpenAsync(user), await _fixture.OpenAsync(user)];
        int begun = 0;
        int returned = 0;
        bool isOver = false;
        long decided = 0;
        Task[] workers = [.. sessions.Select((session, worker) => Task.Run(async () =>
        {
            for (int i = 0; !Volatile.Read(ref isOver); i++)
            {
                int before = Volatile.Read(ref returned);
                string path = $"/w{worker}-{i}";
                bool mayMake = await MayMakeAsync(session, path);
                if (mayMake && VirtualPath.TryParse(path, VirtualPath.Root, out VirtualPath made))
                {
                    // A file system in memory takes so many names; a machine that is busy elsewhere would have them all made between two changes.
                    await session.Files.DeleteDirectoryAsync(made, Ct);
                }

                if (Volatile.Read(ref begun) == before)
                {
                    mayMake.ShouldBe(before % 2 == 0);
                    Interlocked.Increment(ref decided);
                }
            }
        }))];

        for (int i = 1; i <= Changes; i++)
        {
            Volatile.Write(ref begun, i);
            int change = i;
            await _fixture.ChangeAsync("ann", account => account with { Permissions = change % 2 == 0 ? ["*"] : ["list"] });
            Volatile.Write(ref returned, i);

            // Until an operation was decided by this one.
            long last = Interlocked.Read(ref decided);
            while (Interlocked.Read(ref decided) == last && !workers.Any(static work => work.IsCompleted))
            {
                await Task.Yield();
            }
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(workers);
        sessions.ShouldAllBe(session => !session.Ended.IsCancellationRequested);
        _fixture.Held.ShouldBe(sessions.Length);
        Array.ForEach(sessions, static session => session.Close(SessionEndReason.ClosedByPeer));
        _fixture.Held.ShouldBe(0);
    }

    [Fact]
    public async Task Sessions_that_come_and_go_while_their_account_changes_have_the_last_one_and_leave_nothing()
    {
        await _fixture.AddAsync(New("ann"));
        bool isOver = false;
        Task[] workers = [.. Enumerable.Range(0, 3).Select(worker => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver))
            {
                if (await _fixture.Current.OpenAsync(Request(await _fixture.FindAsync("ann"), "HTTP"), Ct) is { } grant)
                {
                    await MayMakeAsync(grant, "/d");
                    grant.Close(SessionEndReason.ClosedByPeer);
                }
            }
        }))];

        for (int i = 0; i < Changes; i++)
        {
            int quota = i;
            await _fixture.ChangeAsync("ann", account => account with { QuotaBytes = quota });
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(workers);
        _fixture.Held.ShouldBe(0);
        _fixture.Gate.Counters.Active.ShouldBe(0);
    }

    [Fact]
    public async Task A_session_whose_account_is_disabled_while_it_begins_is_refused_for_that_and_for_no_limit()
    {
        UserAccount before = await _fixture.AddAsync(New("ann"));
        await _fixture.StoreAsync("ann", account => account with { IsEnabled = false });
        SessionObstacle? why = null;
        (await _fixture.Current.OpenAsync(Request(before, "HTTP") with { Refused = obstacle => why = obstacle }, Ct)).ShouldBeNull();
        why.ShouldBe(SessionObstacle.AccountChanged);
        _fixture.Gate.Counters.Active.ShouldBe(0);
    }

    [Fact]
    public async Task A_change_of_a_group_is_in_force_in_a_thousand_sessions_of_its_members_when_it_was_told()
    {
        var sessions = new List<SessionGrant>();
        for (int i = 0; i < 100; i++)
        {
            UserAccount user = await _fixture.AddAsync(New($"user{i}") with { Groups = ["staff"] });
            for (int n = 0; n < 10; n++)
            {
                sessions.Add(await _fixture.OpenAsync(user));
            }

            await _fixture.StoreAsync($"user{i}", account => account with { Permissions = ["list"] });
        }

        int opening = 0;
        int most = 0;
        var open = _fixture.OpenFiles;
        _fixture.OpenFiles = async (request, ct) =>
        {
            int now = Interlocked.Increment(ref opening);
            InterlockedMax(ref most, now);
            await Task.Yield();
            Interlocked.Decrement(ref opening);
            return await open(request, ct);
        };
        await _fixture.TellAsync(ObjectKind.Group, "staff");
        foreach (SessionGrant session in sessions)
        {
            (await MayMakeAsync(session, "/d")).ShouldBeFalse();
        }

        most.ShouldBeInRange(1, 8);
        _fixture.Held.ShouldBe(sessions.Count);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        int seen = Volatile.Read(ref most);
        while (value > seen)
        {
            int found = Interlocked.CompareExchange(ref most, value, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }
}
