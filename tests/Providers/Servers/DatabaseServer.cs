using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hpc.Accounts.Sql;

namespace Hpc.Providers.Tests.Servers;

/// <summary>A database server of the tests on a free loopback port, with its files in a temporary folder and a password of its own.</summary>
public abstract class DatabaseServer : IAsyncDisposable
{
    private const int StartAttempts = 10;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan PauseBeforeRestart = TimeSpan.FromMilliseconds(500);

    private WatchedProcess? _process;
    private int _databases;

    public int Port { get; private set; }

    public string Password { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(12));

    /// <summary>From the next start on.</summary>
    public bool HasTls { get; set; } = true;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("hpcdb-").FullName;

    /// <summary>The authority that made the server's certificate for 127.0.0.1.</summary>
    public string Authority => Path.Combine(Folder, "ca.pem");

    public string Certificate => Path.Combine(Folder, "server.pem");

    public string CertificateKey => Path.Combine(Folder, "server.key");

    protected string Log => Path.Combine(Folder, "log");

    protected abstract string EndSignal { get; }

    /// <summary>The options of a new database.</summary>
    public async Task<SqlProviderOptions> NewDatabaseAsync()
    {
        string name = $"hpc{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("", $"CREATE DATABASE {name}");
        return new SqlProviderOptions { Host = "127.0.0.1", Port = Port, Name = name, UserName = "hpc", Password = Password };
    }

    /// <summary>Runs a statement in a database, past all providers.</summary>
    public abstract Task<object?> ExecuteAsync(string database, string statement);

    /// <summary>Ends all connections to a database but the one that does it.</summary>
    public abstract Task EndConnectionsAsync(string database);

    public async Task StartAsync()
    {
        // One that is started again comes back where its clients look for it.
        bool isFirst = Port == 0;
        for (int attempt = 1; ; attempt++)
        {
            Port = isFirst ? FreePort() : Port;
            _process = await WatchedProcess.StartAsync(Log, EndSignal, Command());
            if (await IsReadyAsync())
            {
                return;
            }

            _process.Dispose();
            if (attempt == StartAttempts)
            {
                throw new InvalidOperationException($"The server did not start: {await File.ReadAllTextAsync(Log)}");
            }

            await Task.Delay(isFirst ? TimeSpan.Zero : PauseBeforeRestart);
        }
    }

    /// <summary>Kills the server and its workers at once.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _process?.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes an authority and a certificate of it.</summary>
    public void MakeCertificates()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using RSA authorityKey = RSA.Create(2048);
        var authority = new CertificateRequest("CN=test authority", authorityKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 issuer = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("127.0.0.1");
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.Create(issuer, now.AddDays(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Authority, issuer.ExportCertificatePem());
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(CertificateKey, key.ExportRSAPrivateKeyPem());
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(CertificateKey, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    /// <summary>Makes the files of a new server.</summary>
    public abstract Task PrepareAsync();

    protected abstract IEnumerable<string> Command();

    protected static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>What runs a program as a user without rights, if we are root: the servers refuse to be root.</summary>
    protected static IEnumerable<string> As(string user) =>
        IsRoot ? ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", "--"] : [];

    protected static string UserOf(string preferred) =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith(preferred + ":", StringComparison.Ordinal)) ? preferred : "nobody";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // False if the process ended, as it does when somebody else took the port or what is left of the server before still holds its files.
    private async Task<bool> IsReadyAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (true)
        {
            try
            {
                await ExecuteAsync("", "SELECT 1");
                return true;
            }
            catch (Exception) when (!limit.IsCancellationRequested)
            {
                if (!_process!.IsRunning)
                {
                    return false;
                }

                await Task.Delay(Pause, limit.Token);
            }
        }
    }
}
