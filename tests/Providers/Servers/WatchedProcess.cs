using System.Diagnostics;
using System.Globalization;

namespace Hpc.Providers.Tests.Servers;

/// <summary>
/// A server below a shell that ends it when this process ends, however that happens: the shell reads from a pipe that only this process holds.
/// </summary>
internal sealed class WatchedProcess : IDisposable
{
    // The pipe has no data; its end is the end of this process. A server's own children end by themselves.
    private const string Script =
        """
        log=$1; signal=$2; shift 2
        "$@" >>"$log" 2>&1 </dev/null &
        child=$!
        echo $child
        while read -r line; do :; done
        kill -$signal $child 2>/dev/null
        wait $child
        """;

    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    private readonly Process _shell;

    private WatchedProcess(Process shell, int id)
    {
        _shell = shell;
        Id = id;
    }

    /// <summary>The id of the server itself.</summary>
    public int Id { get; }

    public static async Task<WatchedProcess> StartAsync(string log, string endSignal, IEnumerable<string> command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", Script, "watch", log, endSignal, .. command])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        Process shell = Process.Start(start)!;
        string line = await shell.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The shell said nothing.");
        return new WatchedProcess(shell, int.Parse(line, CultureInfo.InvariantCulture));
    }

    /// <summary>Whether the server lives.</summary>
    public bool IsRunning => Directory.Exists($"/proc/{Id}") && !File.ReadAllText($"/proc/{Id}/stat").Contains(") Z ", StringComparison.Ordinal);

    /// <summary>Ends it at once, without a chance to write anything.</summary>
    public async Task KillAsync()
    {
        await RunAsync("kill", "-KILL", Id.ToString(CultureInfo.InvariantCulture));
        Dispose();
    }

    public void Dispose()
    {
        if (!_shell.HasExited)
        {
            _shell.StandardInput.Close();
            if (!_shell.WaitForExit(EndLimit))
            {
                _shell.Kill(entireProcessTree: true);
            }
        }

        _shell.Dispose();
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed: {await output}{errors}");
        }
    }
}
