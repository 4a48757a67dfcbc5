using System.Net;
using System.Net.Sockets;
using Hpc.LoadTests.Cli;
using Hpc.LoadTests.Measure;
using Hpc.LoadTests.Run;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Scenarios.Reading;
using Hpc.LoadTests.Targets;

namespace Hpc.LoadTests.Tests.Runs;

public sealed class CutOffTests
{
    // 1 MiB takes 17 minutes at this rate.
    private const string Slow = """
        name: slow
        sessions: 3
        server: {users: 1, collect: false}
        files: {size: 1 MiB}
        transfer: {write_rate: 1 kB/s}
        client_limits: {drain_time: 100 ms}
        stages:
          - {name: coming, kind: ramp, to: 100%}
          - {name: load, kind: steady, duration: 2 s, operations: {upload: 1}}
          - {name: after, kind: burst, operations: {keepalive: 1}}
        """;

    [Fact]
    public async Task Operations_that_are_cut_off_at_the_end_of_a_stage_count_as_timed_out()
    {
        RunResult result = await RunSlowAsync(static (_, _) => { }, CancellationToken.None);
        result.Snapshot[LoadOperation.Upload].TimedOut.ShouldBe(3);
        result.Snapshot.Errors.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            static error => error.Kind.ShouldBe("upload: cut off"),
            static error => error.Count.ShouldBe(3));
        result.Stages[1].Errors.ShouldBe(3);
        RunReport.Of(result).ErrorCount.ShouldBe(3);

        // The sessions themselves are not lost.
        result.Snapshot[LoadOperation.Keepalive].Succeeded.ShouldBe(3);
        result.Snapshot[LoadOperation.Login].Succeeded.ShouldBe(3);
    }

    [Fact]
    public async Task What_an_interrupt_cuts_off_is_no_error()
    {
        using var interrupt = new CancellationTokenSource();
        RunResult result = await RunSlowAsync(
            (stage, source) =>
            {
                if (stage == "load")
                {
                    source.CancelAfter(TimeSpan.FromSeconds(1));
                }
            },
            interrupt.Token,
            interrupt);
        result.Interruption.ShouldBe("The run was interrupted.");
        result.Snapshot.TotalErrors.ShouldBe(0);
        result.Snapshot.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Logins_that_are_cut_off_count_as_timed_out()
    {
        // Takes connections and never says a word.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using Crypto.Keys.SshPrivateKey key = Crypto.Keys.SshPrivateKeys.Generate("ssh-ed25519");
        await using var target = new LoadTarget { EndPoint = (IPEndPoint)listener.LocalEndpoint, Users = ["nobody"], Key = key };
        Scenario scenario = ScenarioReader.Read(
            "name: mute\nsessions: 2\nclient_limits: {drain_time: 0 s}\nstages: [{kind: steady, duration: 2 s, operations: {login-logout: 1}}]\n", []);
        RunResult result = await new LoadRun(scenario, target).RunAsync(static _ => null, CancellationToken.None);
        result.Snapshot[LoadOperation.Login].TimedOut.ShouldBe(2);
        result.Snapshot.Errors.ShouldHaveSingleItem().Kind.ShouldBe("login: cut off");
    }

    private static async Task<RunResult> RunSlowAsync(Action<string, CancellationTokenSource> onStage, CancellationToken ct, CancellationTokenSource? source = null)
    {
        Scenario scenario = ScenarioReader.Read(Slow, []);
        await using LoadTarget target = await SpawnedTarget.StartAsync(ServerExecutable.Find(null), 1, scenario.MaxSessions, CancellationToken.None);
        return await new LoadRun(scenario, target, stage => onStage(stage, source!)).RunAsync(static _ => null, ct);
    }
}
