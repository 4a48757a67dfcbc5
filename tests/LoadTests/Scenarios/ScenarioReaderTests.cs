using Hpc.LoadTests.Scenarios;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Scenarios.Reading;
using Hpc.LoadTests.Thresholds;

namespace Hpc.LoadTests.Tests.Scenarios;

public sealed class ScenarioReaderTests
{
    private const string Least = """
        name: least
        stages:
          - {kind: steady, duration: 1 s}
        """;

    [Fact]
    public void A_scenario_of_one_stage_is_enough()
    {
        Scenario scenario = ScenarioReader.Read(Least, []);
        scenario.Name.ShouldBe("least");
        scenario.Stages.Count.ShouldBe(1);
        scenario.Stages[0].Operations.IsIdle.ShouldBeTrue();
        scenario.MaxSessions.ShouldBe(10);
    }

    [Fact]
    public void Every_key_is_read()
    {
        Scenario scenario = ScenarioReader.Read(
            """
            name: all
            description: Every key.
            seed: 7
            sessions: 100
            target: {host: localhost, port: 2022, user: someone, directory: /upload}
            server: {users: 3, collect: false}
            operations: {upload: 2, download: 1}
            think_time: {kind: exponential, mean: 250 ms}
            files:
              size: {kind: lognormal, median: 32 KiB, sigma: 1.5, max: 1 MiB}
              small_size: {kind: list, sizes: [{size: 1 KiB, weight: 3}, {size: 2 KiB}]}
              prepared: 2
              listed: 50
              kept_per_session: 4
              check_uploads: content
            transfer: {read_chunk: 64 KiB, write_chunk: 16 KiB, depth: 8, read_rate: 1 MB/s, write_rate: 8 Mbit/s}
            algorithms: {ciphers: [aes128-ctr], macs: [hmac-sha2-256], key_exchange: [curve25519-sha256], host_keys: [ssh-ed25519]}
            relay: {delay: 100 ms, rate: 1 Gbit/s}
            client_limits: {logins_in_flight: 5, login_attempts: 2, login_timeout: 3 s, operation_timeout: 1 min, drain_time: 4 s, keepalive_interval: 15 s, buffers: 1 GiB, window: 1 MiB}
            stages:
              - {name: up, kind: ramp, from: 10, to: 50%, duration: 2 s, time_limit: 1 min, logins_per_second: 20, memory: true}
              - {name: work, kind: burst, sessions: 20, repeat: 3, operations: {list: 1}, think_time: {kind: uniform, from: 1 ms, to: 2 ms}}
            thresholds: {errors: <= 0, login.p99: < 500 ms, throughput.download: '>= 100 MB/s', server.rss_per_session_kib: == 7}
            """,
            []);
        scenario.Seed.ShouldBe(7);
        scenario.Target.ShouldBe(new TargetDefaults { Host = "localhost", Port = 2022, User = "someone", Directory = "/upload" });
        scenario.Server.ShouldBe(new SpawnedServer { Users = 3, Collects = false });
        scenario.Files.Size.ShouldBe(new LogNormalSize(32 * 1024, 1.5, 1024 * 1024));
        scenario.Files.Check.ShouldBe(UploadCheck.Content);
        scenario.Transfer.ShouldBe(new TransferOptions { ReadChunk = 65536, WriteChunk = 16384, Depth = 8, ReadRate = 1e6, WriteRate = 1e6 });
        scenario.Algorithms.Ciphers.ShouldBe(["aes128-ctr"]);
        scenario.Relay.ShouldBe(new RelayOptions(TimeSpan.FromMilliseconds(100), 125_000_000));
        scenario.Limits.LoginsInFlight.ShouldBe(5);
        scenario.Limits.Buffers.ShouldBe(1L << 30);
        scenario.Limits.DrainTime.ShouldBe(TimeSpan.FromSeconds(4));
        Stage ramp = scenario.Stages[0];
        (ramp.Kind, ramp.From, ramp.To, ramp.Duration, ramp.LoginsPerSecond, ramp.ReadsMemory).ShouldBe((StageKind.Ramp, 10, 50, TimeSpan.FromSeconds(2), 20, true));
        ramp.Think.ShouldBe(new ThinkTime(ThinkTimeKind.Exponential, TimeSpan.FromMilliseconds(250), TimeSpan.Zero));
        Stage burst = scenario.Stages[1];
        (burst.From, burst.To, burst.Repeat).ShouldBe((20, 20, 3));
        burst.Operations.Has(SessionAction.List).ShouldBeTrue();
        burst.Operations.Has(SessionAction.Upload).ShouldBeFalse();
        scenario.Thresholds.Select(static threshold => (threshold.Metric, threshold.Comparison, threshold.Limit)).ShouldBe(
        [
            ("errors", Comparison.LessOrEqual, 0),
            ("login.p99", Comparison.Less, 0.5),
            ("throughput.download", Comparison.GreaterOrEqual, 1e8),
            ("server.rss_per_session_kib", Comparison.Equal, 7),
        ]);
    }

    [Fact]
    public void A_ramp_begins_where_the_stage_before_ended()
    {
        Scenario scenario = ScenarioReader.Read(
            """
            name: two
            sessions: 40
            stages:
              - {kind: ramp, to: 25%}
              - {kind: ramp, to: 100%}
              - {kind: ramp, to: 0%}
            """,
            []);
        scenario.Stages.Select(static stage => (stage.From, stage.To)).ShouldBe([(0, 10), (10, 40), (40, 0)]);
    }

    [Theory]
    [InlineData("sessions: 0", "sessions", "found '0'; allowed is a whole number from 1 to 100000")]
    [InlineData("sesions: 5", "sesions", "did you mean 'sessions'")]
    [InlineData("files: {size: 5 parsecs}", "files.size", "found '5 parsecs'; allowed is a number with B, kB")]
    [InlineData("files: {size: {kind: fix, value: 1 B}}", "files.size.kind", "did you mean 'fixed'")]
    [InlineData("files: {size: {kind: uniform, from: 2 B, to: 1 B}}", "files.size.to", "allowed is at least 'from'")]
    [InlineData("operations: {uplaod: 1}", "operations.uplaod", "did you mean 'upload'")]
    [InlineData("operations: {upload: 0}", "operations", "no operation with a weight above 0")]
    [InlineData("operations: {upload: -1}", "operations.upload", "found '-1'")]
    [InlineData("think_time: {kind: fixed, value: 90 min}", "think_time.value", "at most 3600 s")]
    [InlineData("algorithms: {ciphers: [aes129-ctr]}", "algorithms.ciphers[0]", "did you mean 'aes128-ctr'")]
    [InlineData("thresholds: {login.p98: < 1 s}", "thresholds.login.p98", "there is no such figure")]
    [InlineData("thresholds: {login.p99: < 1}", "thresholds.login.p99", "a number with us, ms, s")]
    [InlineData("thresholds: {errors: around 1}", "thresholds.errors", "found 'around 1'")]
    [InlineData("target: here", "target", "found 'here'; allowed is keys and values")]
    [InlineData("client_limits: {login_timeout: 0 s}", "client_limits.login_timeout", "a time above 0")]
    [InlineData("relay: {delay: 1 h}", "relay.delay", "at most 10 s")]
    [InlineData("relay: {rate: 999 B/s}", "relay.rate", "found '999 B/s'; allowed is 0 or a number with B/s")]
    [InlineData("transfer: {read_rate: 0.9 kB/s}", "transfer.read_rate", "from 1000 to 1000000000000 bytes per second")]
    [InlineData("transfer: {write_rate: 1 kbit/s}", "transfer.write_rate", "from 1000 to 1000000000000 bytes per second")]
    [InlineData("client_limits: {drain_time: 25 h}", "client_limits.drain_time", "at most 86400 s")]
    public void What_is_wrong_is_named_with_its_place_and_what_is_allowed(string line, string path, string message)
    {
        ScenarioFault fault = FaultsOf(Least + "\n" + line).ShouldHaveSingleItem();
        fault.Path.ShouldBe(path);
        fault.Message.ShouldContain(message);
        fault.Line.ShouldBe(4);
    }

    [Theory]
    [InlineData("- {kind: steady}", "stages[0].duration", "found nothing")]
    [InlineData("- {kind: study, duration: 1 s}", "stages[0].kind", "did you mean 'steady'")]
    [InlineData("- {kind: burst, duration: 1 s}", "stages[0].duration", "no such key")]
    [InlineData("- {kind: ramp, to: 101%}", "stages[0].to", "0% to 100%")]
    [InlineData("- {kind: steady, duration: 1 s, logins_per_second: 0.0009}", "stages[0].logins_per_second", "allowed is 0 or a number from 0.001 to 1000000")]
    [InlineData("- steady", "stages[0]", "found 'steady'; allowed is keys and values")]
    public void What_is_wrong_with_a_stage_is_named(string stage, string path, string message)
    {
        IReadOnlyList<ScenarioFault> faults = FaultsOf($"name: x\nstages:\n  {stage}");
        faults.ShouldContain(fault => fault.Path == path && fault.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_and_the_least_are_allowed_where_a_rate_is()
    {
        Scenario none = ScenarioReader.Read(
            "name: x\ntransfer: {read_rate: 0, write_rate: 0}\nrelay: {rate: 0}\nstages: [{kind: steady, duration: 1 s, logins_per_second: 0}]\n", []);
        (none.Transfer.ReadRate, none.Transfer.WriteRate, none.Relay!.BytesPerSecond, none.Stages[0].LoginsPerSecond).ShouldBe((0, 0, 0, 0));
        Scenario least = ScenarioReader.Read(
            "name: x\ntransfer: {read_rate: 1 kB/s, write_rate: 8 kbit/s}\nrelay: {rate: 1 kB/s}\nstages: [{kind: steady, duration: 1 s, logins_per_second: 0.001}]\n", []);
        (least.Transfer.ReadRate, least.Transfer.WriteRate, least.Relay!.BytesPerSecond, least.Stages[0].LoginsPerSecond).ShouldBe((1000, 1000, 1000, 0.001));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("a: [")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: &anchor 1\nb: *anchor")]
    [InlineData("a: !!binary aGk=")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: {n: 1}}}}}}}}}}}}}}")]
    [InlineData("? [a]\n: b")]
    public void Text_that_is_no_scenario_is_refused(string text) => FaultsOf(text).ShouldNotBeEmpty();

    [Fact]
    public void A_text_that_is_too_long_is_refused() =>
        FaultsOf(Least + "\n#" + new string('x', 300_000)).ShouldHaveSingleItem().Message.ShouldContain("at most");

    private static IReadOnlyList<ScenarioFault> FaultsOf(string text) => Should.Throw<ScenarioException>(() => ScenarioReader.Read(text, [])).Faults;
}
