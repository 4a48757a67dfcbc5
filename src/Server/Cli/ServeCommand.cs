using System.CommandLine;
using Hpc.Server.Configuration;
using Hpc.Server.Hosting;

namespace Hpc.Server.Cli;

/// <summary><c>hpc serve</c>.</summary>
internal static class ServeCommand
{
    public static Command Create(CliConsole console)
    {
        var command = new Command("serve", "Serve SFTP, SCP and FTP to the users in the data directory. Creates the directory, the database and the host keys where they are missing.");
        ConfigurationFlags flags = new ConfigurationFlags(command).WithServerFlags(command);
        command.SetAction(async (parsed, ct) =>
        {
            HpcOptions options = flags.Load(parsed, console);
            return await ServerProgram.RunAsync(options, () => flags.Load(parsed, console), console, ct).ConfigureAwait(false);
        });
        return command;
    }
}
