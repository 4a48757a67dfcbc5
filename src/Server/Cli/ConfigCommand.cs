using System.CommandLine;
using Hpc.Server.Configuration;

namespace Hpc.Server.Cli;

/// <summary><c>hpc config</c>: what is in force, what could be, and whether a file is right.</summary>
internal static class ConfigCommand
{
    public static Command Create(CliConsole console) => new("config", "Show, check and explain the configuration.")
    {
        Show(console),
        Check(console),
        Default(console),
        ListKeys(console),
    };

    private static Command Show(CliConsole console)
    {
        var command = new Command("show", "Print the configuration in force as JSON: defaults, file, environment and flags together.");
        ConfigurationFlags flags = new ConfigurationFlags(command).WithServerFlags(command);
        command.SetAction(parsed =>
        {
            console.Out.WriteLine(ConfigurationPrinter.ToJson(flags.Load(parsed, console)));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Check(CliConsole console)
    {
        var command = new Command("check", "Check the configuration; exit code 2 and one line per fault if it cannot be used.");
        ConfigurationFlags flags = new ConfigurationFlags(command).WithServerFlags(command);
        command.SetAction(parsed =>
        {
            flags.Load(parsed, console);
            console.Out.WriteLine("The configuration is right.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Default(CliConsole console)
    {
        var command = new Command("default", $"Print a {ConfigurationLoader.DefaultFile} with every key at its default and a comment that explains it.");
        command.SetAction(_ =>
        {
            console.Out.Write(ConfigurationPrinter.CommentedDefaults());
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command ListKeys(CliConsole console)
    {
        var command = new Command("keys", "List every key with its environment variable, what is allowed and what it does.");
        command.SetAction(_ =>
        {
            foreach (ConfigurationKey key in ConfigurationTable.All)
            {
                console.Out.WriteLine(key.Path);
                console.Out.WriteLine($"    {key.Description}");
                console.Out.WriteLine($"    Allowed: {key.Allowed}.");
                console.Out.WriteLine($"    Environment: {EnvironmentSource.NameOf(key.Path)}");
            }

            return ExitCodes.Success;
        });
        return command;
    }
}
