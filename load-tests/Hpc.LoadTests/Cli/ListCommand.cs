using System.CommandLine;
using Hpc.LoadTests.Scenarios.Model;

namespace Hpc.LoadTests.Cli;

/// <summary><c>hpc-load list</c>: the scenarios that come with the program.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "List the scenarios that come with the program.");
        command.SetAction(async (_, _) =>
        {
            foreach (string name in ScenarioSource.Names)
            {
                Scenario scenario = ScenarioSource.Read(name, []);
                await Console.Out.WriteLineAsync($"{name,-14}{scenario.Description}").ConfigureAwait(false);
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
