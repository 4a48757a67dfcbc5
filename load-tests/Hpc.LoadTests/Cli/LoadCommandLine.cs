using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using Hpc.LoadTests.Scenarios;

namespace Hpc.LoadTests.Cli;

/// <summary>The command line of <c>hpc-load</c>.</summary>
internal static class LoadCommandLine
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken ct = default)
    {
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is null or System.CommandLine.Invocation.ParseErrorAction)
        {
            foreach (ParseError error in parsed.Errors)
            {
                await SayAsync(error.Message).ConfigureAwait(false);
            }

            await Console.Error.WriteLineAsync("Try 'hpc-load --help'.").ConfigureAwait(false);
            return ExitCodes.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, ct).ConfigureAwait(false);
        }
        catch (ScenarioException exception)
        {
            foreach (ScenarioFault fault in exception.Faults)
            {
                await SayAsync(fault.ToString()).ConfigureAwait(false);
            }

            return ExitCodes.Usage;
        }
        catch (UsageException exception)
        {
            await SayAsync(exception.Message).ConfigureAwait(false);
            return ExitCodes.Usage;
        }
        catch (Exception exception) when (exception is LoadException or IOException or SocketException or TimeoutException or OperationCanceledException or HttpRequestException or UnauthorizedAccessException)
        {
            await SayAsync(exception is OperationCanceledException ? "interrupted" : exception.Message).ConfigureAwait(false);
            return ExitCodes.Failure;
        }
    }

    public static RootCommand Create()
    {
        var root = new RootCommand("hpc-load: load for SFTP servers.\n\nExit codes: 0 all thresholds met, 1 a threshold missed or the run failed, 2 wrong command line or scenario.")
        {
            RunCommand.Create(),
            ListCommand.Create(),
            CheckCommand.Create(),
            LoginsCommand.Create(),
            RaceCommand.Create(),
            IdleCommand.Create(),
        };
        root.HelpName = "hpc-load";
        return root;
    }

    private static Task SayAsync(string message) => Console.Error.WriteLineAsync("hpc-load: " + message);
}
