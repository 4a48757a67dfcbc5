using System.CommandLine;
using Hpc.LoadTests.Report;
using Hpc.LoadTests.Run;
using Hpc.LoadTests.Scenarios.Model;
using Hpc.LoadTests.Targets;
using Hpc.LoadTests.Thresholds;

namespace Hpc.LoadTests.Cli;

/// <summary><c>hpc-load run</c>: runs a scenario.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Run a scenario. Without --target a server is started for it on loopback.");
        var scenario = new Argument<string>("scenario") { Description = "A scenario file, or the name of one that 'hpc-load list' shows." };
        var settings = new Option<string[]>("--set") { Description = "Put a value into the scenario, such as sessions=100 or stages[1].duration=5s; may be repeated.", HelpName = "key=value" };
        var json = new Option<string>("--json") { Description = "Write the report as JSON; '-' for standard output.", HelpName = "file" };
        var html = new Option<FileInfo>("--html") { Description = "Write the report as a page with plots.", HelpName = "file" };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Show no progress and no table." };
        var spawn = new Option<bool>("--spawn-server") { Description = "Start an hpc on loopback, in a folder that is gone afterwards (the default without a target)." };
        var executable = new Option<string>("--server-exe") { Description = "The hpc to start (default: HPC_EXE, or the one beside this program).", HelpName = "file" };
        var types = new Option<bool>("--server-types") { Description = "List what the started server's managed heap holds per session, by type." };
        command.Add(scenario);
        var target = new TargetFlags(command);
        foreach (Option option in (Option[])[settings, json, html, quiet, spawn, executable, types])
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, ct) =>
        {
            Scenario read = ScenarioSource.Read(parsed.GetRequiredValue(scenario), parsed.GetValue(settings) ?? []);
            bool quietly = parsed.GetValue(quiet);
            var output = new RunOutput(parsed.GetValue(json), parsed.GetValue(html)?.FullName, quietly);
            output.Check();
            using var interrupt = new Interrupt(ct);
            bool spawns = parsed.GetValue(spawn) || !target.HasTarget(parsed, read.Target);
            await using LoadTarget server = spawns
                ? await SpawnedTarget.StartAsync(ServerExecutable.Find(parsed.GetValue(executable)), read.Server.Users, read.MaxSessions, interrupt.Token).ConfigureAwait(false)
                : await target.ReadAsync(parsed, read.Target, interrupt.Token).ConfigureAwait(false);
            LiveProgress? progress = null;
            var run = new LoadRun(read, server, stage => progress?.Stage = stage, parsed.GetValue(types));
            RunResult result = await run.RunAsync(
                recorder =>
                {
                    progress = new LiveProgress(recorder, read.Name);
                    return quietly ? null : new ProgressDisplay(progress);
                },
                interrupt.Token).ConfigureAwait(false);
            LoadReport report = RunReport.Of(result);
            await output.WriteAsync(report, MemoryFigures.Types(result.Memory)).ConfigureAwait(false);
            return report.IsSuccess ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }
}
