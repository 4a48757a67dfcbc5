using System.CommandLine;
using System.Runtime.InteropServices;

namespace Hpc.Server.Cli;

/// <summary><c>hpc version</c>.</summary>
internal static class VersionCommand
{
    public static Command Create(CliConsole console)
    {
        var command = new Command("version", "Print the version and what it runs on.");
        command.SetAction(_ =>
        {
            console.Out.WriteLine($"hpc {ProductVersion.Text}");
            console.Out.WriteLine($"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription.Trim()} {RuntimeInformation.ProcessArchitecture}");
            return ExitCodes.Success;
        });
        return command;
    }
}
