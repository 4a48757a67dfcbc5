using System.Diagnostics;

namespace Hpc.TestKit;

/// <summary>Runs client programs with a clean environment, a bound on time, and what they say kept.</summary>
public sealed class ClientRunner
{
    private static readonly string[] Inherited = ["PATH", "TMPDIR", "DOTNET_ROOT"];

    private readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal);

    /// <summary>Clients see <paramref name="home"/> as their home folder and nothing of the caller's environment.</summary>
    public ClientRunner(string home)
    {
        foreach (string name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                _environment[name] = value;
            }
        }

        Home = home;
        _environment["HOME"] = home;
        _environment["LC_ALL"] = "C.UTF-8";
        _environment["TERM"] = "dumb";
    }

    /// <summary>The clients' home and working folder.</summary>
    public string Home { get; }

    /// <summary>How long a client may run unless a call says otherwise.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return File.Exists(program) ? program : null;
        }

        string path = Environment.GetEnvironmentVariable("PATH") ?? string.Empty;
        return path.Split(':').Append("/usr/sbin").Append("/sbin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
    }

    /// <summary>Sets a variable for every client started from now on.</summary>
    public ClientRunner With(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>Starts a client that the caller follows and ends.</summary>
    public Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Find(program) ?? program)
        {
            WorkingDirectory = Home,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach ((string name, string value) in _environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new ClientFailedException($"{program} does not start.");
    }

    /// <summary>Runs a client to its end; one that takes longer than the bound is killed and fails.</summary>
    public async Task<ClientResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        string? input = null,
        TimeSpan? timeout = null)
    {
        string[] list = [.. arguments];
        using Process process = Start(program, list);
        using var clock = new CancellationTokenSource(timeout ?? Timeout);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        string command = program + " " + string.Join(' ', list);
        try
        {
            await WriteInputAsync(process, input).ConfigureAwait(false);
            await process.WaitForExitAsync(clock.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            var late = new ClientResult(command, -1, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
            throw new ClientFailedException($"{program} is not done after {timeout ?? Timeout}.\n{late.Everything}");
        }

        return new ClientResult(
            command,
            process.ExitCode,
            await output.ConfigureAwait(false),
            await error.ConfigureAwait(false));
    }

    private static async Task WriteInputAsync(Process process, string? input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The client ended without reading its input; its exit code says why.
        }
    }
}
