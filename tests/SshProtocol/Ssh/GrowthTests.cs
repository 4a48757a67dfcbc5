using Hpc.SshProtocol.Ssh;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>Measures the memory of the process, so nothing else may run.</summary>
[Collection("alone")]
public sealed class GrowthTests
{
    [Fact]
    public async Task A_thousand_rekeys_with_a_wrong_guess_leave_nothing_behind()
    {
        using var host = new SshTestHost();
        (RawPeer peer, Task<ConnectionEndReason> server) = await host.LogInRawAsync();
        await using (peer)
        {
            // Our first method is not the server's: what follows KEXINIT is a wrong guess, and passed over.
            peer.Offer = peer.Offer with { KeyExchange = ["ecdh-sha2-nistp256", "curve25519-sha256"] };
            peer.Guess = Msg.Of(MessageNumber.KexInitShare, new byte[65]);
            long before = 0;
            for (int i = 0; i < 1000; i++)
            {
                await peer.RekeyAsync();
                await peer.WaitForExchangesAsync(i + 2);
                if (i == 500)
                {
                    before = GC.GetTotalMemory(true);
                }
            }

            await peer.PingAsync();
            (GC.GetTotalMemory(true) - before).ShouldBeLessThan(4L << 20);
        }

        (await server).ShouldBe(ConnectionEndReason.ClosedByPeer);
        await Eventually.Async(() => host.Pool.Budget.Rented == 0);
    }
}
