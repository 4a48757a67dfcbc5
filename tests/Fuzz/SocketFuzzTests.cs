using System.Globalization;
using System.Net;
using Hpc.Fuzz.Tests.Host;
using Hpc.Fuzz.Tests.Mutation;
using Hpc.Fuzz.Tests.Peer;
using Hpc.TestKit;
using Hpc.Transport.Buffers;
using Hpc.Transport.Connections;

namespace Hpc.Fuzz.Tests;

/// <summary>The same sessions over loopback against the built executable, when HPC_FUZZ_SOCKET is 1.</summary>
public sealed class SocketFuzzTests(ITestOutputHelper output)
{
    private const int DefaultSeconds = 20;
    private const int FirstSeed = 1;
    private const int WarmUpSeed = 1_000_000_000;

    // A few peers at a time; their windows and blocks stay far below this.
    private const long MemoryBudget = 400L * 1024 * 1024;
    private const int DescriptorSlack = 32;

    private readonly BlockPool _pool = new(new BufferBudget(1L << 28));

    [Fact]
    public async Task The_executable_lives_through_it_and_logs_no_error()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("HPC_FUZZ_SOCKET") == "1", "HPC_FUZZ_SOCKET is not 1.");
        await using var server = new HpcServerProcess(new ServerOptions());
        await server.StartAsync();
        ServerUser user = await server.AddUserAsync(FuzzAuthenticator.User);
        FuzzTree.FillRoot(user.Home);
        string outside = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(user.Home)!, "outside")).FullName;
        string secret = Guid.NewGuid().ToString("N");
        await File.WriteAllTextAsync(Path.Combine(outside, "secret.txt"), secret);
        DateTime touched = Directory.GetLastWriteTimeUtc(outside);

        await RunAsync(server, user, outside, secret, WarmUpSeed, TimeSpan.FromSeconds(3));
        int descriptors = CountDescriptors(server);
        FuzzRun run = await RunAsync(server, user, outside, secret, FirstSeed, TimeSpan.FromSeconds(Number("HPC_FUZZ_SECONDS") ?? DefaultSeconds));
        run.Report(output.WriteLine);
        await UntilAsync(() => CountDescriptors(server) <= descriptors + DescriptorSlack);
        output.WriteLine($"server: {server.Measure().ResidentBytes >> 20} MiB resident, {server.Measure().Cpu.TotalSeconds:F1} s of CPU, descriptors {descriptors} then {CountDescriptors(server)}");

        server.IsRunning.ShouldBeTrue();
        server.Measure().ResidentBytes.ShouldBeLessThan(MemoryBudget);
        CountDescriptors(server).ShouldBeLessThanOrEqualTo(descriptors + DescriptorSlack);
        server.Log.Split('\n').Where(static line => line.Contains("\"level\":\"error\"", StringComparison.OrdinalIgnoreCase) || line.Contains("\"level\":\"critical\"", StringComparison.OrdinalIgnoreCase)).ShouldBeEmpty();
        (await File.ReadAllTextAsync(Path.Combine(outside, "secret.txt"))).ShouldBe(secret);
        Directory.GetLastWriteTimeUtc(outside).ShouldBe(touched);
        run.Logins.ShouldBeGreaterThan(0);
        run.Replies.ShouldBeGreaterThan(0);
    }

    private async Task<FuzzRun> RunAsync(HpcServerProcess server, ServerUser user, string outside, string secret, int firstSeed, TimeSpan limit)
    {
        var run = new FuzzRun(firstSeed, limit);
        byte[] secretBytes = System.Text.Encoding.ASCII.GetBytes(secret);
        await run.GoAsync(seed => RunCaseAsync(seed, server, user, outside, secretBytes));
        return run;
    }

    private async Task<FuzzOutcome> RunCaseAsync(int seed, HpcServerProcess server, ServerUser user, string outside, byte[] secret)
    {
        FuzzPlan plan = FuzzPlan.Of(seed);
        if (!server.IsRunning)
        {
            throw new FuzzFailure(plan, "the server is gone\n" + server.Log);
        }

        using SocketConnection connection = await SocketConnection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), _pool);
        using var peer = new RawPeer(connection, plan, sent => sent.Span.IndexOf(secret) >= 0);
        var dialogue = new FuzzDialogue(peer, plan, new FuzzLogin(user.Name, user.Password, Key: null), outside);
        Task reading = peer.ReadAsync();
        Task talking = dialogue.RunAsync();
        await Task.WhenAny(talking, Task.Delay(TimeSpan.FromSeconds(15)));
        if (plan.End == FuzzEnd.Abort || plan.IsDeaf)
        {
            connection.Abort(ConnectionEndReason.ConnectionLost);
        }
        else
        {
            connection.CloseOutput();
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(15)));
            if (!reading.IsCompleted)
            {
                throw new FuzzFailure(plan, "the server does not close after its peer has");
            }
        }

        connection.Abort(ConnectionEndReason.ConnectionLost);
        await Task.WhenAll(talking, reading).WaitAsync(TimeSpan.FromSeconds(15));
        return peer.HasSeenLeak
            ? throw new FuzzFailure(plan, "the server sent what lies outside the home")
            : new FuzzOutcome(ConnectionEndReason.ClosedByPeer, dialogue.IsLoggedIn, dialogue.Replies, "");
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 100 && !condition(); i++)
        {
            await Task.Delay(100);
        }
    }

    private static int CountDescriptors(HpcServerProcess server) =>
        Directory.GetFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{server.ProcessId}/fd")).Length;

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
