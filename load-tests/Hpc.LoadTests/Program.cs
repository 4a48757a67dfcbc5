using Hpc.LoadTests.Server;
using Hpc.LoadTests.Sessions;

namespace Hpc.LoadTests;

/// <summary>Many logged-in sessions on a real <c>hpc serve</c>: idle first, then all active at once.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (!LoadOptions.TryParse(arguments, out LoadOptions options, out string error))
        {
            await Console.Error.WriteLineAsync(error + "\n\n" + LoadOptions.Usage).ConfigureAwait(false);
            return 2;
        }

        try
        {
            SessionsReport report = await SessionsScenario.RunAsync(options).ConfigureAwait(false);
            await Console.Out.WriteLineAsync(options.IsJson ? report.ToJson() : report.ToText()).ConfigureAwait(false);
            return report.IsSuccess ? 0 : 1;
        }
        catch (Exception exception) when (exception is LoadException or IOException or OperationCanceledException or HttpRequestException)
        {
            await Console.Error.WriteLineAsync(exception is OperationCanceledException ? "The time limit is over." : exception.Message).ConfigureAwait(false);
            return 1;
        }
    }
}
