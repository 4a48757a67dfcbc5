using System.Diagnostics.CodeAnalysis;
using Hpc.SshProtocol.Ssh;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

public sealed class LeakTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_abort_at_any_moment_leaves_nothing_behind(bool isUpload)
    {
        using var host = new SshTestHost();
        var content = new byte[256 * 1024];
        string path = host.WriteFile("file", content);
        var random = new Random(7);
        for (int i = 0; i < 100; i++)
        {
            RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server, static options => options with { RekeyBytes = 200_000 });
            await using (peer)
            {
                int steps = random.Next(1, 30);
                try
                {
                    await RunAsync(host, peer, path, content, isUpload, steps);
                    peer.Abort();
                }
                catch (AbortedException)
                {
                }

                (await server.WaitAsync(TimeSpan.FromSeconds(20))).ShouldBeOneOf(ConnectionEndReason.ConnectionLost, ConnectionEndReason.ClosedByPeer);
            }
        }

        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        host.Pool.LostBlocks.ShouldBe(0);
        host.Gate.Grants.ShouldAllBe(static grant => grant.ClosedWith.Count == 1);
    }

    [Fact]
    public async Task A_stop_by_the_server_closes_grants_once_and_says_why()
    {
        using var host = new SshTestHost();
        RawPeer peer = host.ConnectRaw(out Task<ConnectionEndReason> server, out MemoryConnection serverEnd);
        await using (peer)
        {
            await peer.LogInAsync(SshTestHost.User, host.Password);
            await RawChannel.OpenSftpAsync(peer);
            serverEnd.Stop(ConnectionEndReason.ServerShutdown);
            (await peer.ReceiveEndAsync()).ShouldNotBeNull().Text.ShouldBe("the server is shutting down");
        }

        (await server).ShouldBe(ConnectionEndReason.ServerShutdown);
        host.Gate.Grants.ShouldHaveSingleItem().ClosedWith.ShouldBe([Hpc.Accounts.Sessions.SessionEndReason.Drained]);
    }

    private static async Task RunAsync(SshTestHost host, RawPeer peer, string path, byte[] content, bool isUpload, int steps)
    {
        await peer.LogInAsync(SshTestHost.User, host.Password);
        Step(ref steps, peer);
        RawChannel channel = await RawChannel.OpenSftpAsync(peer, window: 100_000);
        Step(ref steps, peer);
        await channel.InitAsync();
        byte[] handle = await channel.OpenFileAsync(isUpload ? "/up" : path, isUpload ? 2u | 8 | 16 : 1u);
        for (int i = 0; i < 8; i++)
        {
            Step(ref steps, peer);
            await channel.SendDataAsync(isUpload
                ? channel.Request(6, handle, (ulong)i * 32_768, content[..32_768])
                : channel.Request(5, handle, (ulong)i * 32_768, 32_768u));
            if (i % 3 == 2)
            {
                await channel.ReceivePacketAsync();
            }
        }

        while (channel.Received < 90_000 && !isUpload)
        {
            Step(ref steps, peer);
            channel.Take(await peer.ReceiveAsync()).ShouldBeTrue();
        }
    }

    private static void Step(ref int steps, RawPeer peer)
    {
        if (--steps == 0)
        {
            peer.Abort();
            throw new AbortedException();
        }
    }

    [SuppressMessage("Design", "CA1064", Justification = "Never leaves this class.")]
    private sealed class AbortedException : Exception;
}
