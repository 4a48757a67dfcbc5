using System.Globalization;
using Hpc.Conformance.Tests.Ftp.Cases;
using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

[assembly: AssemblyFixture(typeof(FtpCaseServer))]

namespace Hpc.Conformance.Tests.Ftp.Cases;

/// <summary>
/// One server with a listener for each thing that clients and attackers try, started by the first test that asks; every test is a user of its own,
/// and one runs after the other: some count what the process holds.
/// </summary>
public sealed class FtpCaseServer : IAsyncDisposable
{
    // By the names that the scripts have for them.
    private static readonly (string Name, string Keys)[] s_listeners =
    [
        ("optional", "allow_ccc=true log_commands=true"),
        ("control", "tls_mode=control"),
        ("required", "tls_mode=control_and_data require_tls_reuse=true"),
        ("implicit", "tls_mode=implicit"),
        ("certified", $"tls_mode=control client_auth=require client_ca_file={FtpServer.CertificatesFolder}/authority.pem"),
        ("nat", "passive_address=203.0.113.7 passive_overrides=127.0.0.3/32=198.51.100.9"),
        ("host", "passive_host=localhost"),
        ("six", "address=[::1]:0"),
        (Proxied, ""),
    ];

    private const string Proxied = "proxied";

    private readonly SemaphoreSlim _gate = new(1);
    private FtpServer? _server;
    private int _users;

    /// <summary>Runs a function of a script as a new user with what <c>hpc user set</c> is told.</summary>
    public async Task<FtpServer> RunAsync(string script, string function, params string[] flags)
    {
        Require.Tool(Python.Interpreter, "openssl");
        await _gate.WaitAsync();
        try
        {
            _server ??= await StartAsync();
            ServerUser user = await _server.Process.AddUserAsync($"case{++_users}");
            if (flags.Length > 0)
            {
                (await _server.Process.RunAsync(["user", "set", user.Name, .. flags])).EnsureSuccess();
            }

            await RunAsync(_server, user, script, function);
            return _server;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A function of a script that needs no listener but one of a server whose settings nobody has changed.</summary>
    public static async Task RunUnchangedAsync(string script, string function)
    {
        Require.Tool(Python.Interpreter);
        await using FtpServer server = await FtpServer.StartAsync([""]);
        ServerUser user = await server.Process.AddUserAsync("unchanged");
        await RunAsync(server, user, script, function);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _gate.Dispose();
    }

    private static Task<FtpServer> StartAsync()
    {
        string[] listeners = [.. s_listeners.Select(static listener => $"{listener.Keys} apply_proxy_config={(listener.Name == Proxied ? "true" : "false")}")];
        return FtpServer.StartAsync(
            static certificates =>
            {
                certificates.Issue("alice");
                certificates.Issue("other.example");
            },
            listeners,
            $"ftp.certificates[0].certificate_file={FtpServer.CertificatesFolder}/other.example.pem",
            $"ftp.certificates[0].certificate_key_file={FtpServer.CertificatesFolder}/other.example.key",
            "ftp.active_mode=true",
            "ftp.combine=true",
            "ftp.mode_z=true",
            "ftp.connect_seconds=5",
            "proxy_protocol.mode=require",
            "proxy_protocol.allowed=127.0.0.5",
            "ssh.listeners[0].apply_proxy_config=false",
            "log.level=debug");
    }

    private static async Task RunAsync(FtpServer server, ServerUser user, string script, string function)
    {
        var runner = new ClientRunner(Path.GetDirectoryName(server.Certificates.AuthorityFile)!) { Timeout = TimeSpan.FromMinutes(5) };
        runner
            .With("FTP_USER", user.Name)
            .With("FTP_PASSWORD", user.Password)
            .With("FTP_HOME", user.Home)
            .With("FTP_AUTHORITY", server.Certificates.AuthorityFile)
            .With("FTP_CERTIFICATES", runner.Home)
            .With("FTP_PID", server.Process.ProcessId.ToString(CultureInfo.InvariantCulture))
            .With("PYTHONDONTWRITEBYTECODE", "1");
        for (int i = 0; i < server.Ports.Count; i++)
        {
            runner.With("FTP_PORT_" + s_listeners[i].Name.ToUpperInvariant(), server.Ports[i].ToString(CultureInfo.InvariantCulture));
        }

        ClientResult result = await runner.RunAsync(Python.Interpreter, ["-W", "ignore", Path.Combine(AppContext.BaseDirectory, "Scripts", script), function]);
        if (result.ExitCode != 0)
        {
            throw new ClientFailedException(result.Everything + "\n-- server --\n" + string.Join('\n', server.Process.Log.Split('\n').TakeLast(30)));
        }
    }
}
