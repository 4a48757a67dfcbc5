using System.Diagnostics;
using System.Text;

namespace Hpc.HttpApi.Tests;

/// <summary>Programs that somebody else wrote.</summary>
internal static class Curl
{
    public static Task<(int Exit, string Output)> RunAsync(params string[] arguments) => RunProgramAsync("curl", ["-sS", "--max-time", "60", "--noproxy", "*", .. arguments]);

    public static async Task<(int Exit, string Output)> RunProgramAsync(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
