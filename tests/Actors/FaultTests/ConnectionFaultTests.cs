using Hpc.Actors.Sessions;
using Hpc.Actors.Tests.Sessions;

namespace Hpc.Actors.Tests.FaultTests;

/// <summary>Handlers throw while clients copy over loopback: connections, buffers and descriptors are all given back, and the next client is served.</summary>
public sealed class ConnectionFaultTests
{
    private const int Workers = 3;
    private const int Copies = 6;
    private const int MostFaults = 5;

    public static TheoryData<Type> Kinds =>
    [
        typeof(SessionMessage.EndSession),
        typeof(UserMessage.Open),
        typeof(UserMessage.FilesOpened),
        typeof(UserMessage.SessionClosed),
        typeof(UserMessage.SessionStopped),
        typeof(UsersMessage.Open),
        typeof(UsersMessage.UserIdle),
        typeof(UsersMessage.UserStopped),
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Transfers_beside_a_handler_that_throws_end_or_go_on_and_leave_nothing(Type kind)
    {
        var probe = new FaultProbe(kind, isAfter: false, MostFaults) { Period = 2 };
        await using var server = new FaultyServer(probe);
        int done = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < Copies; i++)
            {
                Task<bool> copying = server.CopyAsync($"user{worker % 2}", $"file-{worker}-{i}");
                if (kind == typeof(SessionMessage.EndSession))
                {
                    await KickSomebodyAsync(server, copying);
                }

                if (await copying)
                {
                    Interlocked.Increment(ref done);
                }
            }
        })));

        probe.Thrown.ShouldBeGreaterThan(0);
        server.System.Probe = null;
        await SessionFixture.WaitUntilAsync(() => server.Connections.Connections.Count == 0, "connections are left");
        await SessionFixture.WaitUntilAsync(() => server.Pool.Budget.Rented == 0, "buffers are rented");
        await SessionFixture.WaitUntilAsync(() => server.Sessions.Counters.Active == 0 && server.Sessions.Open.Count == 0, "sessions are left");
        await SessionFixture.WaitUntilAsync(() => server.OpenFileSystems == 0 && server.Descriptors == 0, "files are open");
        server.Connections.Gate.Active.ShouldBe(0);

        // Who was not hit copied, and everybody is served afterwards.
        done.ShouldBeGreaterThanOrEqualTo((Workers * Copies) - MostFaults - (int)server.Sessions.Counters.Kicked);
        (await server.CopyAsync("user0", "again-0")).ShouldBeTrue();
        (await server.CopyAsync("user1", "again-1")).ShouldBeTrue();
    }

    private static async Task KickSomebodyAsync(FaultyServer server, Task copying)
    {
        while (!copying.IsCompleted)
        {
            if (server.Sessions.Open.FirstOrDefault() is { } session)
            {
                try
                {
                    await server.Sessions.KickAsync(session.SessionId, default);
                }
                catch (InvalidOperationException error) when (error.Message.EndsWith("on purpose", StringComparison.Ordinal))
                {
                    // The operator is told that the actor has failed.
                }

                return;
            }

            await Task.Yield();
        }
    }
}
