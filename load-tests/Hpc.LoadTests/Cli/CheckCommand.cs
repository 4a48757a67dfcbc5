using System.CommandLine;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Cli;

/// <summary><c>hpc-load check</c>: whether a scenario is in order.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Read a scenario and say what is wrong with it; nothing is run.");
        var scenario = new Argument<string>("scenario") { Description = "A scenario file, or the name of one that 'hpc-load list' shows." };
        var settings = new Option<string[]>("--set") { Description = "Put a value into the scenario first; may be repeated.", HelpName = "key=value" };
        command.Add(scenario);
        command.Add(settings);
        command.SetAction(async (parsed, _) =>
        {
            Scenario read = ScenarioSource.Read(parsed.GetRequiredValue(scenario), parsed.GetValue(settings) ?? []);
            await Console.Out.WriteLineAsync($"{read.Name}: {read.Stages.Count} stages, at most {read.MaxSessions} sessions, {read.Thresholds.Count} thresholds").ConfigureAwait(false);
            return ExitCodes.Success;
        });
        return command;
    }
}
