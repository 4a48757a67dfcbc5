using Hpc.LoadTests.Cli;
using Hpc.LoadTests.Report;
using Hpc.LoadTests.Run;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Scenarios.Reading;
using Hpc.LoadTests.Targets;
using Hpc.TestKit;

namespace Hpc.LoadTests.Tests.Runs;

public sealed class SpawnedRunTests
{
    private const string EveryOperation = """
        name: every-operation
        sessions: 6
        server: {users: 2, collect: false}
        operations:
          {idle: 0.1, upload: 2, download: 2, list: 1, stat: 1, mkdir+rmdir: 1, rename: 2, remove: 1, small-file: 2, keepalive: 1, login-logout: 1}
        files:
          size: {kind: uniform, from: 0 B, to: 200 kB}
          small_size: {kind: list, sizes: [{size: 0 B}, {size: 1 B}, {size: 3 KiB}]}
          prepared: 3
          listed: 150
          kept_per_session: 2
          check_uploads: content
        transfer: {read_chunk: 30 kB, write_chunk: 40 kB, depth: 5}
        stages:
          - {name: coming, kind: ramp, to: 50%, operations: {idle: 1}}
          - {name: burst, kind: burst, sessions: 6, repeat: 12}
          - {name: steady, kind: steady, sessions: 4, duration: 500 ms}
          - {name: idle, kind: ramp, to: 6, operations: {idle: 1}}
        thresholds:
          errors: <= 0
          upload.count: '>= 1'
          download.count: '>= 1'
          rename.count: '>= 1'
          remove.count: '>= 1'
          list.count: '>= 1'
          stat.count: '>= 1'
          keepalive.count: '>= 1'
          make_directory.count: '>= 1'
          sessions.peak: <= 6
          sessions.gave_up: == 0
          login.p99: < 60 s
          server.sessions_left: == 0
          server.connections_left: == 0
          server.buffer_bytes_left: == 0
        """;

    [Fact]
    public async Task Every_operation_works_on_a_server_that_the_run_starts_and_nothing_is_left()
    {
        LoadReport report = await RunAsync(EveryOperation);
        report.Errors.ShouldBeEmpty();
        report.Thresholds.Where(static threshold => !threshold.IsMet).ShouldBeEmpty();
        report.IsSuccess.ShouldBeTrue();
        report.Stages.Select(static stage => stage.Name).ShouldBe(["coming", "burst", "steady", "idle"]);
        report.StageSums[0].Sessions.ShouldBe(3);
        report.StageSums[^1].Sessions.ShouldBe(6);
        report.UploadedBytes.ShouldBeGreaterThan(0);
        report.Machine.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_threshold_that_is_missed_fails_the_run_and_a_relay_delays_it()
    {
        LoadReport report = await RunAsync(
            """
            name: missed
            sessions: 1
            server: {users: 1}
            relay: {delay: 25 ms, rate: 100 Mbit/s}
            stages:
              - {kind: burst, operations: {keepalive: 1}, repeat: 2}
            thresholds: {keepalive.p50: < 50 ms}
            """);
        report.ErrorCount.ShouldBe(0);
        report.Thresholds.ShouldHaveSingleItem().IsMet.ShouldBeFalse();
        report.IsSuccess.ShouldBeFalse();
    }

    [Fact]
    public async Task A_run_at_somebody_elses_server_cleans_up_and_takes_the_right_host_key_only()
    {
        using var folder = new TestDirectory("hpc-load");
        await using LoadTarget spawned = await SpawnedTarget.StartAsync(ServerExecutable.Find(null), 1, 10, CancellationToken.None);
        string key = folder["key"];
        await File.WriteAllTextAsync(key, Crypto.Keys.OpenSshPrivateKeyFile.Write(spawned.Key!));
        string scenario = folder["small.yaml"];
        await File.WriteAllTextAsync(
            scenario,
            "name: small\nstages: [{kind: burst, sessions: 2, operations: {upload: 1, list: 1}, repeat: 3}]\nfiles: {listed: 20}\nclient_limits: {login_attempts: 1}\nthresholds: {errors: <= 0}\n");
        string[] target = ["--target", spawned.EndPoint.ToString(), "--user", spawned.Users[0], "--key", key];
        string home = spawned.Spawned!.HomeOf(spawned.Users[0]);

        int good = await LoadCommandLine.RunAsync(["run", scenario, .. target, "--host-key-fingerprint", spawned.HostKeyFingerprint!, "--quiet", "--json", folder["run.json"], "--html", folder["run.html"]]);
        good.ShouldBe(ExitCodes.Success);
        LoadReportJson.Read(await File.ReadAllTextAsync(folder["run.json"])).IsSuccess.ShouldBeTrue();
        (await File.ReadAllTextAsync(folder["run.html"])).ShouldContain("</html>");
        Directory.EnumerateFileSystemEntries(home).ShouldBeEmpty();

        int wrong = await LoadCommandLine.RunAsync(["run", scenario, .. target, "--host-key-fingerprint", "SHA256:" + new string('A', 43), "--quiet"]);
        wrong.ShouldBe(ExitCodes.Failure);

        int logins = await LoadCommandLine.RunAsync(["logins", .. target, "--insecure-accept-any-host-key", "--count", "5", "--parallel", "2", "--sftp", "--json", folder["logins.json"]]);
        logins.ShouldBe(ExitCodes.Success);
        (await File.ReadAllTextAsync(folder["logins.json"])).ShouldContain("\"succeeded\":5");
    }

    private static async Task<LoadReport> RunAsync(string text)
    {
        Scenario scenario = ScenarioReader.Read(text, []);
        await using LoadTarget target = await SpawnedTarget.StartAsync(ServerExecutable.Find(null), scenario.Server.Users, scenario.MaxSessions, CancellationToken.None);
        return RunReport.Of(await new LoadRun(scenario, target).RunAsync(static _ => null, CancellationToken.None));
    }
}
