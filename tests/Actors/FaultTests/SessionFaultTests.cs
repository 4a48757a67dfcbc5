using System.Collections.Concurrent;
using Hpc.Accounts.Sessions;
using Hpc.Actors.Sessions;
using Hpc.Actors.Tests.Sessions;
using Hpc.Storage;

namespace Hpc.Actors.Tests.FaultTests;

/// <summary>Every handler of the actors of sessions throws while others open and close sessions: what was begun ends, and nothing is left.</summary>
public sealed class SessionFaultTests
{
    private const int Users = 4;
    private const int Workers = 8;
    private const int Rounds = 120;
    private const int MaxPerUser = 5;

    // An actor at the top is restarted ten times a minute.
    private const int MostFaults = 8;

    public static TheoryData<Type, bool, bool> Handlers
    {
        get
        {
            var handlers = new TheoryData<Type, bool, bool>();
            foreach (Type kind in ((Type[])[typeof(SessionMessage), typeof(UserMessage), typeof(UsersMessage)]).SelectMany(FaultProbe.KindsOf))
            {
                foreach (bool hasPlaces in (bool[])[false, true])
                {
                    // Alone, a node is never refused a place beyond it.
                    if (hasPlaces || kind != typeof(UserMessage.PlaceRefused))
                    {
                        handlers.Add(kind, false, hasPlaces);
                        handlers.Add(kind, true, hasPlaces);
                    }
                }
            }

            return handlers;
        }
    }

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task A_handler_that_throws_leaves_nothing_behind_and_keeps_nobody_out(Type kind, bool isAfter, bool hasPlaces)
    {
        bool isOnceRestarted = kind == typeof(UserMessage.Resume) || kind == typeof(UsersMessage.UserRestarted);
        var limits = new SessionLimits { MaxPerUser = MaxPerUser, IdleTimeout = TimeSpan.FromSeconds(20), MaxDuration = TimeSpan.FromSeconds(30) };
        FakePlaces places = FakePlaces.Unsteady();
        await using var fixture = new SessionFixture(limits, hasPlaces ? places : null);
        var files = new ConcurrentBag<FakeFiles>();
        fixture.OpenFiles = async (_, _) =>
        {
            await Task.Yield();
            IFileSystem opened = FakeFiles.Create();
            files.Add((FakeFiles)opened);
            return StorageResults.Of(opened);
        };
        var probe = new FaultProbe(kind, isAfter, MostFaults) { Cause = isOnceRestarted ? typeof(UserMessage.SessionClosed) : null };
        fixture.System.Probe = probe;

        var sessions = new ConcurrentBag<Session>();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(() => WorkAsync(fixture, worker, sessions))));

        // Timers are messages too: whoever is left runs into both.
        List<SessionGrant> last = [];
        for (int i = 0; i < 4 * Users; i++)
        {
            if (await fixture.TryOpenAsync($"user{i % Users}") is { } grant)
            {
                last.Add(grant);
            }
        }

        for (int i = 0; i < 4; i++)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(9));
            last.ForEach(grant => Touch(fixture, grant, i));
            await Task.Yield();
        }

        if (kind.IsSubclassOf(typeof(SessionMessage)) && kind != typeof(SessionMessage.EndSession))
        {
            await SessionFixture.WaitUntilAsync(() => probe.Thrown > 0, "no timer threw");
        }

        last.ForEach(static grant => grant.Close(SessionEndReason.ClosedByPeer));
        fixture.System.Probe = null;
        fixture.Time.Advance(TimeSpan.FromMinutes(2));

        probe.Thrown.ShouldBeGreaterThan(0);
        await SessionFixture.WaitUntilAsync(() => fixture.Gate.Counters.Active == 0, "places are taken");
        await SessionFixture.WaitUntilAsync(() => files.All(static each => each.IsDisposed), "files are held");
        await SessionFixture.WaitUntilAsync(() => sessions.All(static session => session.Actor.IsTerminated), "actors of sessions are left");
        await SessionFixture.WaitUntilAsync(() => sessions.All(static session => session.User.IsTerminated), "actors of users are left");
        fixture.Time.PendingTimers.ShouldBe(0);
        fixture.Gate.Open.ShouldBeEmpty();
        fixture.Gate.IsOpen.ShouldBeTrue();
        await SessionFixture.WaitUntilAsync(() => places.Held.Count == 0, "places beyond the node are taken");
        places.Answer = static (_, _) => new(PlaceAnswer.Taken);
        for (int user = 0; user < Users; user++)
        {
            for (int i = 0; i < MaxPerUser; i++)
            {
                (await fixture.TryOpenAsync($"user{user}")).ShouldNotBeNull();
            }

            (await fixture.TryOpenAsync($"user{user}")).ShouldBeNull();
        }

        places.Mistakes.ShouldBeEmpty();
        places.Held.Count.ShouldBe(hasPlaces ? Users * MaxPerUser : 0);
    }

    [Fact]
    public async Task Files_that_fail_to_open_leave_nothing_behind()
    {
        await using var fixture = new SessionFixture(new SessionLimits { MaxPerUser = 2 });
        int calls = 0;
        fixture.OpenFiles = (_, _) => Interlocked.Increment(ref calls) % 2 == 0 ? throw new InvalidOperationException("on purpose") : new(StorageResults.Of(FakeFiles.Create()));
        for (int i = 0; i < 50; i++)
        {
            (await fixture.TryOpenAsync())?.Close(SessionEndReason.ClosedByPeer);
        }

        await SessionFixture.WaitUntilAsync(() => fixture.Gate.Counters.Active == 0, "places are taken");
        fixture.Gate.Counters.Refused[SessionRefusal.FilesUnavailable].ShouldBe(25);
    }

    private static async Task WorkAsync(SessionFixture fixture, int worker, ConcurrentBag<Session> sessions)
    {
        var random = new Random(worker);
        for (int i = 0; i < Rounds; i++)
        {
            if (await fixture.TryOpenAsync($"user{random.Next(Users)}") is not { } grant)
            {
                continue;
            }

            sessions.Add((Session)grant);
            for (int yields = random.Next(4); yields > 0; yields--)
            {
                await Task.Yield();
            }

            if (random.Next(4) == 0)
            {
                await KickAsync(fixture, grant);
            }

            grant.Close(SessionEndReason.ClosedByPeer);
        }
    }

    // Whether the operator is told that the actor has failed is the actor's business.
    private static async Task KickAsync(SessionFixture fixture, SessionGrant grant)
    {
        try
        {
            await fixture.Gate.KickAsync(grant.SessionId, default);
        }
        catch (InvalidOperationException error) when (error.Message.EndsWith("on purpose", StringComparison.Ordinal))
        {
            (await SessionFixture.EndOfAsync(grant)).ShouldBeOneOf(SessionEndReason.ServerFault, SessionEndReason.Kicked);
        }
    }

    // Some stay active and meet the end of their time, some do not and meet the idle time-out.
    private static void Touch(SessionFixture fixture, SessionGrant grant, int round)
    {
        if ((grant.SessionId[0] + round) % 2 == 0 || grant.SessionId[1] % 2 == 0)
        {
            grant.Meter.Touch(fixture.Time.TickCount);
        }
    }
}
