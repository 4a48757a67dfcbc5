using System.Globalization;
using System.Runtime.CompilerServices;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.ClusterConfig;

/// <summary>The example of cluster-config: PostgreSQL, three nodes and HAProxy, run by its script.</summary>
internal sealed class ThreeNodes : IAsyncDisposable
{
    // The script uses so many ports from the first one on.
    private const int Ports = 33;

    // Below those that the system gives to whoever asks for any.
    private const int LowestPort = 12_000;
    private const int HighestPort = 30_000;

    private const int OthersPass = 0b111_001_001;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    private readonly TestDirectory _directory = new("nodes");

    private ThreeNodes()
    {
        // The user postgres has to pass through.
        UnixFiles.SetMode(_directory.Path, OthersPass);
        Client = new ClientRunner(_directory.Path).With("HPC_EXE", HpcServerProcess.Executable).With("HPC__PASSWORDS__BCRYPT_COST", "4");
    }

    /// <summary>The folder cluster-config.</summary>
    public static string Examples { get; } = ExamplesOf();

    /// <summary>Runs clients; its home is for their files.</summary>
    public ClientRunner Client { get; }

    /// <summary>Where HAProxy listens for SFTP.</summary>
    public int Port { get; private set; }

    public string Homes => Path.Combine(Folder, "homes");

    private string Folder => _directory["cluster"];

    public static async Task<ThreeNodes> StartAsync()
    {
        Require.Tool("bash", "haproxy", "psql", "curl", "setsid", "setpriv", "sftp", "ssh-keygen");
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed (package postgresql).");
        var cluster = new ThreeNodes();
        try
        {
            await cluster.UpAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command of the script and returns what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments) => (await TryAsync(arguments)).EnsureSuccess().Output;

    public async ValueTask DisposeAsync()
    {
        if (Directory.Exists(Folder))
        {
            await TryAsync("down", "--remove");
        }

        _directory.Dispose();
    }

    private async Task UpAsync()
    {
        for (int tries = 1; ; tries++)
        {
            Port = Random.Shared.Next(LowestPort, HighestPort - Ports);
            ClientResult up = await TryAsync("--base-port", Port.ToString(CultureInfo.InvariantCulture), "up");
            if (up.ExitCode == 0)
            {
                return;
            }

            // Somebody else has one of the ports.
            if (tries == 5 || !up.Error.Contains("is in use", StringComparison.Ordinal))
            {
                up.EnsureSuccess();
            }

            await RunAsync("down", "--remove");
        }
    }

    private Task<ClientResult> TryAsync(params string[] arguments) => Client.RunAsync("bash", [Path.Combine(Examples, "three-nodes.sh"), "--dir", Folder, .. arguments], timeout: Patience);

    private static string ExamplesOf([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../cluster-config"));
}
