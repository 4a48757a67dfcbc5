using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Hpc.LoadTests.Server;

/// <summary>The real <c>hpc serve</c> as a child process on loopback, with a data folder that is gone afterwards.</summary>
internal sealed partial class ServerUnderLoad : IAsyncDisposable
{
    private const int Terminate = 15;

    // What is kept of the server's output, to show when something fails.
    private const int MaxLogLines = 200;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(20);

    private readonly string _executable;
    private readonly string _folder = Directory.CreateTempSubdirectory("hpc-load-").FullName;
    private readonly Queue<string> _log = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ParentDeath _parent = new();
    private Process? _process;
    private IPEndPoint? _endPoint;
    private Uri? _metrics;

    public ServerUnderLoad(string executable) => _executable = executable;

    /// <summary>Where clients connect.</summary>
    public IPEndPoint EndPoint => _endPoint ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>The host key's fingerprint, as the server shows it to its operator.</summary>
    public string HostKeyFingerprint { get; private set; } = "";

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException("The server is not started.");

    public bool IsRunning => _process is { HasExited: false };

    private string DataDirectory => Path.Combine(_folder, "data");

    /// <summary>Where a user's files are.</summary>
    public string HomeOf(string user) => Path.Combine(_folder, "homes", user);

    /// <summary>The last lines that the server wrote.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return string.Join('\n', _log);
            }
        }
    }

    /// <summary>Adds a user with a public key, through the command line as an operator does.</summary>
    public async Task AddUserAsync(string user, string publicKey, CancellationToken ct)
    {
        Directory.CreateDirectory(HomeOf(user));
        ProcessStartInfo start = Command("user", "add", user, "--home", HomeOf(user), "--public-key", publicKey);
        using Process process = Process.Start(start) ?? throw new LoadException("hpc user add does not start.");
        Task<string> output = process.StandardOutput.ReadToEndAsync(ct);
        string error = await process.StandardError.ReadToEndAsync(ct).ConfigureAwait(false);
        await output.ConfigureAwait(false);
        await process.WaitForExitAsync(ct).ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new LoadException($"hpc user add ends with {process.ExitCode}: {error}");
        }
    }

    public async Task StartAsync(IEnumerable<string> settings, CancellationToken ct)
    {
        string[] given = [.. settings.SelectMany(setting => (string[])["--set", setting])];
        ProcessStartInfo start = Command(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--grace-time", "2", "--log-level", "warn", .. given]);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Exited += (_, _) => _started.TrySetException(new LoadException("The server ended.\n" + Log));
        await _parent.StartAsync(process, ct).ConfigureAwait(false);
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await _started.Task.WaitAsync(StartTime, ct).ConfigureAwait(false);
    }

    /// <summary>All unlabelled metrics, and sums of the labelled ones.</summary>
    public async Task<IReadOnlyDictionary<string, double>> MetricsAsync(CancellationToken ct)
    {
        string text = await _http.GetStringAsync(_metrics, ct).ConfigureAwait(false);
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            int space = line.LastIndexOf(' ');
            if (space <= 0 || line[0] == '#' || !double.TryParse(line.AsSpan(space + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                continue;
            }

            int end = line.AsSpan(0, space).IndexOf('{');
            string name = line[..(end < 0 ? space : end)];
            metrics[name] = metrics.GetValueOrDefault(name) + value;
        }

        return metrics;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await StopAsync(process).ConfigureAwait(false);
            process.Dispose();
        }

        _parent.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task StopAsync(Process process)
    {
        if (process.HasExited)
        {
            return;
        }

        using var limit = new CancellationTokenSource(StopTime);
        try
        {
            // It may be gone by now: then there is nothing to signal.
            _ = Kill(process.Id, Terminate);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    [GeneratedRegex(@"^Listening on (\S+); host key \S+ (\S+)")]
    private static partial Regex Listening();

    [GeneratedRegex(@"metrics: (http://\S+)")]
    private static partial Regex MetricsAddress();

    private ProcessStartInfo Command(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_executable, [.. arguments, "--data-dir", DataDirectory])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = _folder;
        return start;
    }

    private void Hear(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > MaxLogLines)
            {
                _log.Dequeue();
            }
        }

        if (Listening().Match(line) is { Success: true } listening)
        {
            _endPoint = IPEndPoint.Parse(listening.Groups[1].Value);
            HostKeyFingerprint = listening.Groups[2].Value;
        }

        if (MetricsAddress().Match(line) is { Success: true } metrics)
        {
            _metrics = new Uri(metrics.Groups[1].Value);
            _started.TrySetResult();
        }
    }

    /// <summary>Where the runtime of the server makes its diagnostics socket.</summary>
    public RuntimeDiagnostics Diagnostics => new(_folder, ProcessId);
}
