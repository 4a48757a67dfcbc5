using System.CommandLine;
using System.Net;
using Hpc.Server.Admin;
using Hpc.Server.Configuration;

namespace Hpc.Server.Cli;

/// <summary><c>hpc ping</c>: whether a server on this machine is well.</summary>
internal static class PingCommand
{
    public static Command Create(CliConsole console)
    {
        var command = new Command("ping", "Ask the server on this machine whether it is well (GET /healthz); exit code 0 or 1.");
        var flags = new ConfigurationFlags(command);
        command.SetAction(async (parsed, ct) =>
        {
            HpcOptions options = flags.Load(parsed, console);
            IPEndPoint endPoint = AdminAccessFile.Read(options.DataDirectory) is { } access
                ? IPEndPoint.Parse(access.Address)
                : options.Admin.Address ?? throw new CliException("The admin port is switched off (admin.address is empty), so there is nobody to ask.");
            using var client = new AdminClient(endPoint, token: null);
            bool isWell;
            try
            {
                isWell = await client.PingAsync(ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                throw new CliException($"No server answers at {endPoint}: {e.Message}", e);
            }

            await console.Out.WriteLineAsync(isWell ? "ok" : "not well").ConfigureAwait(false);
            return isWell ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }
}
