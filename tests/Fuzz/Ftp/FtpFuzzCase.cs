using System.Net;
using System.Text;
using Hpc.FtpProtocol;
using Hpc.Fuzz.Tests.Host;
using Hpc.Storage.Local;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests.Ftp;

/// <summary>One seed against the FTP server's control connection in memory, and what must hold afterwards.</summary>
internal static class FtpFuzzCase
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly int[] Receives = [1, 7, 100, int.MaxValue, int.MaxValue];
    private static readonly double[] Rates = [0, 0.05, 0.3, 0.8];

    public static async Task<FuzzOutcome> RunAsync(int seed)
    {
        using var tree = new FuzzTree();
        using LocalFileSystem files = LocalFileSystem.Open(tree.Root);
        using var log = new CapturingLoggers();
        var gate = new FuzzGate(files);
        var pool = new BlockPool(new BufferBudget(64L << 20));
        int descriptors = tree.OpenDescriptors();
        try
        {
            return await RunAsync(seed, tree, gate, pool, log, descriptors);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"FTP seed {seed} (replay: HPC_FUZZ_FTP_SEED={seed}): {e}");
        }
        finally
        {
            foreach (FuzzGrant grant in gate.Grants)
            {
                grant.Dispose();
            }
        }
    }

    private static async Task<FuzzOutcome> RunAsync(int seed, FuzzTree tree, FuzzGate gate, BlockPool pool, CapturingLoggers log, int descriptors)
    {
        var random = new Random(seed);
        var options = new FtpServerOptions
        {
            Combines = true,
            LogsCommands = true,
            MaxLine = random.Next(2) == 0 ? 64 : 8192,
            Data = new FtpDataOptions { ConnectTimeout = TimeSpan.FromMilliseconds(100) },
        };
        var protocol = new FtpServerProtocol(options, new FuzzAuthenticator(FuzzHost.Password, default), new Policy(), gate, pool, null, TimeProvider.System, log);

        // An address of its own, so that a data connection that comes too late is not taken for one of another case that has the port by then.
        var address = new IPAddress([127, 1, (byte)(seed >> 8), (byte)seed]);
        (MemoryConnection client, MemoryConnection server) = MemoryConnection.CreatePair(
            pool, maximumReceive: Receives[random.Next(Receives.Length)], client: new IPEndPoint(address, 50_000), server: new IPEndPoint(IPAddress.Loopback, 21));
        Task<ConnectionEndReason> serving = Task.Run(async () =>
        {
            try
            {
                return await protocol.RunAsync(server);
            }
            finally
            {
                server.Dispose();
            }
        });
        using var peer = new FtpFuzzPeer(client, random, tree);
        bool isDeaf = random.Next(12) == 0;
        Task reading = isDeaf ? Task.CompletedTask : peer.ReadAsync();
        Task talking = TalkAsync(peer, random);
        await Task.WhenAny(talking, serving, Task.Delay(isDeaf ? 50 : 3_000));
        server.Beat(Environment.TickCount64);
        await Task.WhenAny(serving, Task.Delay(random.Next(3) == 0 ? 0 : random.Next(600)));
        Leave(random.Next(6), client, server, gate);
        await peer.LeaveDataAsync();
        await Task.WhenAny(serving, Task.Delay(4_000));
        client.Abort(ConnectionEndReason.ConnectionLost);
        ConnectionEndReason reason = await serving.WaitAsync(Settling);
        await talking.WaitAsync(Settling);
        await reading.WaitAsync(Settling);
        await peer.LeaveDataAsync().WaitAsync(Settling);
        client.Dispose();

        reason.ShouldNotBe(ConnectionEndReason.ServerFault, string.Join('\n', log.Faults));
        log.Faults.ShouldBeEmpty();
        peer.HasSeenLeak.ShouldBeFalse("the server sent what lies outside the root");
        await Eventually(() => pool.Budget.Rented == 0, () => $"{pool.Budget.Rented} bytes are still rented");
        await Eventually(() => tree.OpenDescriptors() <= descriptors, () => $"{tree.OpenDescriptors()} descriptors are open, before it were {descriptors}");
        gate.Grants.ShouldAllBe(static grant => grant.TimesClosed == 1);
        tree.FindTouch().ShouldBeNull();
        return new FuzzOutcome(reason, peer.IsLoggedIn, peer.Replies, reason.ToString());
    }

    private static async Task TalkAsync(FtpFuzzPeer peer, Random random)
    {
        var maker = new FtpCommandMaker(random);
        double rate = Rates[random.Next(Rates.Length)];
        if (random.Next(6) > 0)
        {
            await peer.SendAsync(Encoding.ASCII.GetBytes($"USER {FuzzAuthenticator.User}\r\nPASS {FuzzHost.Password}\r\n"));
        }

        for (int i = random.Next(80); i > 0; i--)
        {
            await peer.SendAsync(maker.Next(rate));
        }

        if (random.Next(3) > 0)
        {
            await peer.SendAsync("\r\nQUIT\r\n"u8.ToArray());
        }
    }

    private static void Leave(int way, MemoryConnection client, MemoryConnection server, FuzzGate gate)
    {
        switch (way)
        {
            case 0:
                client.Abort(ConnectionEndReason.ConnectionLost);
                break;
            case 1:
                server.Stop(ConnectionEndReason.ServerShutdown);
                break;
            case 2:
                server.Drain();
                client.CloseOutput();
                break;
            case 3 when gate.Grants.Count > 0:
                gate.Grants[^1].Kick();
                break;
            default:
                client.CloseOutput();
                break;
        }
    }

    private static async Task Eventually(Func<bool> condition, Func<string> message)
    {
        long until = Environment.TickCount64 + (long)Settling.TotalMilliseconds;
        while (!condition())
        {
            Environment.TickCount64.ShouldBeLessThan(until, message());
            await Task.Delay(2);
        }
    }

    private sealed class Policy : IFtpUserPolicy
    {
        public ValueTask<bool> RequiresTlsAsync(string userName, CancellationToken ct) => new(userName.StartsWith('b'));
    }
}
