using Hpc.Accounts.Authentication;
using Hpc.SshProtocol.Ssh;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class StuckTurnTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Who_stops_many_connections_does_not_wait_for_one_that_is_stuck()
    {
        using var host = new SshTestHost();
        using var entered = new SemaphoreSlim(0);
        using var isOver = new ManualResetEventSlim();
        host.Authenticator.Override = (_, _) =>
        {
            // What must not be done, and holds the connection's turn: as a file system that does not answer would.
            entered.Release();
            isOver.Wait(Patience, CancellationToken.None).ShouldBeTrue();
            return ValueTask.FromResult(LoginOutcome.Refused("on purpose"));
        };
        await using RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server, out MemoryConnection serverEnd);
        await peer.BeginAuthenticationAsync();
        await peer.SendAsync(Msg.Password(SshTestHost.User, host.Password));
        (await entered.WaitAsync(Patience)).ShouldBeTrue();

        await Task.Run(() =>
        {
            serverEnd.Beat(Environment.TickCount64 + 3_600_000);
            serverEnd.Stop(ConnectionEndReason.Kicked).ShouldBeTrue();
        }).WaitAsync(Patience / 2);
        server.IsCompleted.ShouldBeFalse();
        isOver.Set();

        (await server.WaitAsync(Patience)).ShouldBe(ConnectionEndReason.Kicked);
    }
}
