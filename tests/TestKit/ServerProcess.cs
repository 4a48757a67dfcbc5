using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hpc.TestKit;

/// <summary>A server in a process of its own on a loopback port, with users, logs and figures.</summary>
public abstract partial class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int KillNow = 9;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly StringBuilder _log = new();
    private readonly TestDirectory _directory = new("hpc");
    private readonly SemaphoreSlim _keyScan = new(1);
    private Process? _process;
    private string? _knownHosts;

    /// <summary>A server with its own folder below the temporary folder.</summary>
    protected ServerProcess(ServerOptions options)
    {
        Options = options;
        Homes = _directory.MakeDirectory("homes");
        Tools = new ClientRunner(_directory.MakeDirectory("tools"));
    }

    /// <summary>Where clients connect.</summary>
    public static string Host => "127.0.0.1";

    /// <summary>The port that clients connect to.</summary>
    public int Port { get; protected set; }

    /// <summary>The process id of the server.</summary>
    public int ProcessId => Running.Id;

    /// <summary>Whether the process lives.</summary>
    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Everything the server wrote.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>What it was started with.</summary>
    protected ServerOptions Options { get; }

    /// <summary>The folder of this server's files.</summary>
    protected TestDirectory Folder => _directory;

    /// <summary>The folder above all homes.</summary>
    protected string Homes { get; }

    /// <summary>Runs the helpers that a server needs.</summary>
    protected ClientRunner Tools { get; }

    private Process Running => _process ?? throw new InvalidOperationException("The server is not started.");

    /// <summary>The server that HPC_CONFORMANCE_TARGET names: hpc, or openssh as the reference.</summary>
    public static ServerProcess Create(ServerOptions options) =>
        IsReference ? new OpenSshServerProcess(options) : new HpcServerProcess(options);

    /// <summary>Whether tests run against OpenSSH to prove the tests themselves.</summary>
    public static bool IsReference =>
        Environment.GetEnvironmentVariable("HPC_CONFORMANCE_TARGET") == "openssh";

    /// <summary>Starts the server and waits until it listens.</summary>
    public async Task StartAsync()
    {
        await PrepareAsync().ConfigureAwait(false);
        ProcessStartInfo start = Command();
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        var ready = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Hear(line.Data, ready);
        process.ErrorDataReceived += (_, line) => Hear(line.Data, ready);
        process.Exited += (_, _) => ready.TrySetException(new ClientFailedException("The server ended.\n" + Log));
        process.Start();
        _process = process;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            Port = await ready.Task.WaitAsync(StartLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await KillAsync().ConfigureAwait(false);
            throw new ClientFailedException("The server does not say where it listens.\n" + Log);
        }
    }

    /// <summary>Adds a user with a new password, a new key and an empty home.</summary>
    public async Task<ServerUser> AddUserAsync(string name, string keyType = "ed25519")
    {
        string home = Directory.CreateDirectory(Path.Combine(Homes, name)).FullName;
        SshKeyPair key = await SshKeyPair.CreateAsync(Tools, Folder["key-" + name], keyType).ConfigureAwait(false);
        string password = Guid.NewGuid().ToString("N");
        var user = new ServerUser(name, password, key, home);
        await AddAsync(user).ConfigureAwait(false);
        return user;
    }

    /// <summary>The server's host keys as known_hosts lines, asked for once.</summary>
    public async Task<string> KnownHostsAsync()
    {
        await _keyScan.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_knownHosts is null)
            {
                ClientResult scan = await Tools.RunAsync("ssh-keyscan", ["-T", "20", "-p", $"{Port}", Host]).ConfigureAwait(false);

                // Some clients (curl) ask for the type of the first line alone: ed25519 is what all of them know.
                string[] lines =
                [
                    .. scan.EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                        .OrderByDescending(line => line.Contains(" ssh-ed25519 ", StringComparison.Ordinal)),
                ];
                _knownHosts = lines.Length > 0
                    ? string.Join('\n', lines) + "\n"
                    : throw new ClientFailedException("ssh-keyscan found no host key.\n" + scan.Everything + Log);
            }

            return _knownHosts;
        }
        finally
        {
            _keyScan.Release();
        }
    }

    /// <summary>Processor time and memory so far.</summary>
    public ProcessUsage Measure() => ProcessUsage.OfTree(ProcessId);

    /// <summary>Sends SIGTERM.</summary>
    public void SignalTerminate() => Signal(ProcessId, Terminate);

    /// <summary>Waits until the process has ended and returns its exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var clock = new CancellationTokenSource(limit);
        await Running.WaitForExitAsync(clock.Token).ConfigureAwait(false);
        return Running.ExitCode;
    }

    /// <summary>Sends SIGTERM and waits; what does not end in time is killed.</summary>
    public async Task StopAsync()
    {
        if (!IsRunning)
        {
            return;
        }

        IReadOnlyList<int> children = ProcessUsage.Descendants(ProcessId);
        SignalTerminate();
        try
        {
            await WaitForExitAsync(Options.GraceTime + TimeSpan.FromSeconds(15)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await KillAsync().ConfigureAwait(false);
        }

        foreach (int child in children)
        {
            Signal(child, KillNow);
        }
    }

    /// <summary>Sends SIGKILL to the process and what it started.</summary>
    public async Task KillAsync()
    {
        if (IsRunning)
        {
            Running.Kill(entireProcessTree: true);
            await Running.WaitForExitAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await StopAsync().ConfigureAwait(false);
        _process?.Dispose();
        _keyScan.Dispose();
        _directory.Dispose();
    }

    /// <summary>What has to be there before the process starts.</summary>
    protected abstract Task PrepareAsync();

    /// <summary>The server's command line.</summary>
    protected abstract ProcessStartInfo Command();

    /// <summary>The port, if this line of the log says that the server listens.</summary>
    protected abstract int? PortFrom(string line);

    /// <summary>Makes a user known to the server.</summary>
    protected abstract Task AddAsync(ServerUser user);

    // The process may be gone already: then there is nothing to signal, and that is no fault.
    private static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    private void Hear(string? line, TaskCompletionSource<int> ready)
    {
        if (line is null)
        {
            return;
        }

        lock (_log)
        {
            _log.AppendLine(line);
        }

        if (PortFrom(line) is { } port)
        {
            ready.TrySetResult(port);
        }
    }
}
