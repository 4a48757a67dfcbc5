using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Hpc.Server.Hosting;
using Hpc.Server.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Hpc.Server.Tests.Hosting;

/// <summary>A whole server in this process. Alone: what it counts, it counts for the process.</summary>
[Collection(WholeProcess.Name)]
public sealed partial class ServerHostTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TestConsole _console = new();

    public void Dispose()
    {
        _stop.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_server_makes_its_directory_greets_answers_and_leaves_in_order()
    {
        Task<int> run = Serve();
        int port = await PortAsync(run);
        _console.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5);
        _console.Out.ShouldContain("REST API:    switched off (http.enabled)");
        _console.Out.ShouldContain("ssh-ed25519 SHA256:");
        _console.Out.ShouldContain($"user add NAME --home DIR --data-dir {_directory["data"]}");
        _console.Out.ShouldContain($"sftp -P {port} NAME@127.0.0.1");

        (await BannerAsync(port)).ShouldStartWith("SSH-2.0-hpc_0.1.0");
        File.GetUnixFileMode(Path.Combine(_directory["data"], "admin.json")).ShouldBe(PrivateFile.FileMode);

        (await File.ReadAllTextAsync("/proc/self/status")).ShouldContain("Umask:\t0000\n");
        OpenToOthers(_directory["data"]).ShouldBe(["ssh_host_ed25519_key.pub", "ssh_host_rsa_key.pub"]);

        var client = new TestConsole();
        (await client.RunAsync("ping", "--data-dir", _directory["data"])).ShouldBe(0, client.Error);
        (await client.RunAsync("sessions", "--data-dir", _directory["data"])).ShouldBe(0, client.Error);
        client.Out.ShouldBe("ok" + Environment.NewLine + "No sessions.\n");
        (await client.RunAsync("sessions", "kick", "0123456789abcdef", "--data-dir", _directory["data"])).ShouldBe(1);
        client.Error.ShouldContain("No session has the id 0123456789abcdef");
        client.Clear();
        (await client.RunAsync("sessions", "kick", "--user", "ann", "--data-dir", _directory["data"])).ShouldBe(0, client.Error);
        client.Out.ShouldBe("0 sessions ended." + Environment.NewLine);
        string metrics = await MetricsAsync();
        metrics.ShouldContain("\nhpc_connections_total 1\n");
        metrics.ShouldContain("\nhpc_uploads_total 0\n");
        metrics.ShouldContain("\nhpc_usage_statements_failed_total 0\n");
        File.GetUnixFileMode(Path.Combine(_directory["data"], "usage.db")).ShouldBe(PrivateFile.FileMode);

        await _stop.CancelAsync();
        (await run.WaitAsync(Patience)).ShouldBe(0, _console.Error);
        _console.Error.ShouldContain("AES-GCM: ");
        File.Exists(Path.Combine(_directory["data"], "admin.json")).ShouldBeFalse();
        await Should.ThrowAsync<SocketException>(() => BannerAsync(port));
    }

    [Fact]
    public async Task A_damaged_database_ends_the_start_with_one_line()
    {
        Directory.CreateDirectory(_directory["data"]);
        await File.WriteAllTextAsync(Path.Combine(_directory["data"], "hpc.db"), new string('x', 8192));
        (await ServeToEndAsync()).ShouldBe(1);
        _console.Error.ShouldStartWith($"hpc: The database '{Path.Combine(_directory["data"], "hpc.db")}' does not work: ");
        _console.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_database_of_a_newer_program_ends_the_start_with_one_line()
    {
        var client = new TestConsole { Input = "x\n" };
        (await client.RunAsync("user", "add", "ann", "--home", "/srv/ann", "--password-stdin", "--data-dir", _directory["data"])).ShouldBe(0, client.Error);
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(_directory["data"], "hpc.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema_version (version, applied_at) VALUES (9999, 0);";
            await command.ExecuteNonQueryAsync();
        }

        (await ServeToEndAsync()).ShouldBe(1);
        _console.Error.ShouldStartWith("hpc: The database");
        _console.Error.ShouldContain("has schema version 9999");
        _console.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_is_refused()
    {
        Task<int> run = Serve();
        await PortAsync(run);
        var second = new TestConsole();
        (await second.RunAsync("serve", "--data-dir", _directory["data"], "--listen", "127.0.0.1:0", "--admin-listen", "")).ShouldBe(2);
        second.Error.ShouldContain("another 'hpc serve' is using");
        await _stop.CancelAsync();
        (await run.WaitAsync(Patience)).ShouldBe(0);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_refused_with_the_name_of_the_setting()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        (await _console.RunAsync("serve", "--data-dir", _directory["data"], "--listen", taken.LocalEndpoint.ToString()!, "--admin-listen", "")).ShouldBe(2);
        _console.Error.ShouldContain($"ssh.listeners: {taken.LocalEndpoint} cannot be listened on");
    }

    [Fact]
    public async Task A_share_prints_all_that_a_client_needs()
    {
        Task<int> run = _console.RunAsync(["portable", "-d", _directory.Path, "--address", "127.0.0.1", "-u", "guest"], _stop.Token);
        int port = await PortAsync(run);
        _console.Out.ShouldContain($"Sharing:     {_directory.Path} (list, download)");
        _console.Out.ShouldContain("User:        guest");
        PasswordLine().IsMatch(_console.Out).ShouldBeTrue();
        _console.Out.ShouldContain("Host key:    ssh-ed25519 SHA256:");
        _console.Out.ShouldContain($"Connect:     sftp -P {port} guest@127.0.0.1");
        (await BannerAsync(port)).ShouldStartWith("SSH-2.0-hpc_");
        await _stop.CancelAsync();
        (await run.WaitAsync(Patience)).ShouldBe(0, _console.Error);
        Directory.GetFileSystemEntries(_directory.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_given_password_is_not_repeated()
    {
        Task<int> run = _console.RunAsync(["portable", "-d", _directory.Path, "--address", "127.0.0.1", "-p", "open sesame"], _stop.Token);
        await PortAsync(run);
        await _stop.CancelAsync();
        await run.WaitAsync(Patience);
        (_console.Out + _console.Error).ShouldNotContain("sesame");
    }

    private static IEnumerable<string?> OpenToOthers(string directory) =>
        Directory.GetFileSystemEntries(directory, "*", SearchOption.AllDirectories).Where(PrivateFile.IsOpenToOthers).Select(Path.GetFileName).Order();

    private static async Task<string> BannerAsync(int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return await reader.ReadLineAsync().WaitAsync(Patience) ?? "";
    }

    private Task<int> Serve() =>
        _console.RunAsync(["serve", "--data-dir", _directory["data"], "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--grace-time", "0"], _stop.Token);

    // A server that does start is not stopped here and fails the test.
    private Task<int> ServeToEndAsync() => Serve().WaitAsync(Patience);

    private async Task<int> PortAsync(Task<int> run)
    {
        while (true)
        {
            Match match = ListeningLine().Match(_console.Out);
            if (match.Success && _console.Out.Contains(run.IsCompleted ? "" : "sftp -P", StringComparison.Ordinal))
            {
                return int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            }

            run.IsCompleted.ShouldBeFalse(_console.Error);
            await Task.Delay(20);
        }
    }

    private async Task<string> MetricsAsync()
    {
        Match match = AdminAddress().Match(_console.Out);
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(match.Value));
    }

    [GeneratedRegex(@"Listening on 127\.0\.0\.1:([0-9]+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+/metrics")]
    private static partial Regex AdminAddress();

    [GeneratedRegex(@"Password:    [A-Za-z0-9]{16}\n")]
    private static partial Regex PasswordLine();
}
