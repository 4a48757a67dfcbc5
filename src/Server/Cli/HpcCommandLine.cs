using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using Hpc.Accounts.Data;
using Hpc.Accounts.Sqlite;
using Hpc.Server.Configuration;

namespace Hpc.Server.Cli;

/// <summary>The command line of <c>hpc</c>.</summary>
internal static class HpcCommandLine
{
    public static async Task<int> RunAsync(string[] arguments, CliConsole console, CancellationToken ct = default)
    {
        ParseResult parsed = Create(console).Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is null or System.CommandLine.Invocation.ParseErrorAction)
        {
            foreach (string fault in CommandLineFaults.Of(parsed))
            {
                await console.Error.WriteLineAsync("hpc: " + fault).ConfigureAwait(false);
            }

            await console.Error.WriteLineAsync($"Try '{PathOf(parsed.CommandResult.Command, parsed)} --help'.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        // Signals are for the commands that run until they are stopped; everything else ends as the shell expects.
        var invocation = new InvocationConfiguration
        {
            Output = console.Out,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        try
        {
            return await parsed.InvokeAsync(invocation, ct).ConfigureAwait(false);
        }
        catch (ConfigurationException e)
        {
            foreach (string fault in e.Faults)
            {
                await console.Error.WriteLineAsync("hpc: " + fault).ConfigureAwait(false);
            }

            return ExitCodes.Usage;
        }
        catch (CliException e)
        {
            await console.Error.WriteLineAsync("hpc: " + e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException or SqliteStoreException or DataProviderException or DbException)
        {
            await console.Error.WriteLineAsync("hpc: " + OneLine(e.Message)).ConfigureAwait(false);
            return ExitCodes.Failure;
        }
        catch (Exception e)
        {
            // The outermost frame of the process: whoever typed the command gets a sentence and not a core dump.
            await console.Error.WriteLineAsync($"hpc: unexpected fault, {e.GetType().Name}: {OneLine(e.Message)}").ConfigureAwait(false);
            return ExitCodes.Failure;
        }
    }

    public static RootCommand Create(CliConsole console)
    {
        var root = new RootCommand("hpc: a file-transfer server for SFTP and SCP.\n\nExit codes: 0 success, 1 failure, 2 wrong command line or configuration.")
        {
            ServeCommand.Create(console),
            PortableCommand.Create(console),
            UserCommand.Create(console),
            FolderCommand.Create(console),
            GroupCommand.Create(console),
            AdminCommand.Create(console),
            AdminCommand.CreateRole(console),
            DumpCommands.Dump(console),
            DumpCommands.Load(console),
            DumpCommands.Convert(console),
            ProviderCommands.Init(console),
            ProviderCommands.Reset(console),
            ProviderCommands.Revert(console),
            ResetPasswordCommand.Create(console),
            SessionsCommand.Create(console),
            DefenderCommand.Create(console),
            ClusterCommand.Create(console),
            ConfigCommand.Create(console),
            PingCommand.Create(console),
            VersionCommand.Create(console),
        };
        root.HelpName = "hpc";
        VersionOption version = root.Options.OfType<VersionOption>().Single();
        version.Aliases.Add("-v");
        return root;
    }

    private static string OneLine(string message) =>
        string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static string PathOf(Command command, ParseResult parsed)
    {
        var names = new List<string>();
        for (CommandResult? result = parsed.CommandResult; result?.Parent is CommandResult parent; result = parent)
        {
            names.Insert(0, result.Command.Name);
        }

        return names.Count == 0 || command is RootCommand ? "hpc" : "hpc " + string.Join(' ', names);
    }
}
