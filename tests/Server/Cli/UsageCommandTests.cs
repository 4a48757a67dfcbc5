using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Hpc.Accounts.Sqlite;
using Hpc.Accounts.Usage;
using Hpc.Server.Admin;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

/// <summary>What is in use, on the command line.</summary>
public sealed class UsageCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TestConsole _console = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string DataDirectory => _directory["data"];

    private string UsageDatabase => Path.Combine(DataDirectory, "usage.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Without_a_count_nothing_is_said_and_no_database_is_made()
    {
        await AddAsync();
        JsonElement shown = await JsonAsync("user", "show", "ann");
        shown.TryGetProperty("used_quota_size", out _).ShouldBeFalse();
        shown.GetProperty("virtual_folders")[0].TryGetProperty("used_quota_size", out _).ShouldBeFalse();
        (await RunAsync("user", "reset-transfer", "ann")).ShouldBe(0, _console.Error);
        _console.Out.ShouldContain("nothing was counted yet");
        (await RunAsync("user", "remove", "ann")).ShouldBe(0, _console.Error);
        File.Exists(UsageDatabase).ShouldBeFalse();
    }

    [Fact]
    public async Task What_was_counted_is_shown_for_users_and_their_folders()
    {
        await AddAsync();
        await CountAsync();
        JsonElement shown = await JsonAsync("user", "show", "ann");
        shown.GetProperty("used_quota_size").GetInt64().ShouldBe(5000);
        shown.GetProperty("used_quota_files").GetInt64().ShouldBe(3);
        shown.GetProperty("used_upload_data_transfer").GetInt64().ShouldBe(7);
        shown.GetProperty("used_download_data_transfer").GetInt64().ShouldBe(9);
        shown.GetProperty("virtual_folders")[0].GetProperty("used_quota_files").GetInt64().ShouldBe(1);
        (await JsonAsync("folder", "show", "reports")).GetProperty("used_quota_size").GetInt64().ShouldBe(2048);

        _console.Clear();
        await RunAsync("user", "show", "ann");
        _console.Out.ShouldContain("Used:        4.88 KiB, 3 files");
        _console.Out.ShouldContain("Moved:       7 B up, 9 B down since ");
        _console.Out.ShouldContain("quota none, 2.00 KiB, 1 file used");
        _console.Clear();
        await RunAsync("folder", "show", "reports");
        _console.Out.ShouldContain("Used:        2.00 KiB, 1 file");
    }

    [Fact]
    public async Task Files_that_were_never_counted_are_not_shown_as_what_is_known_of_them()
    {
        await AddAsync();
        await CountAsync(isScanned: false);
        JsonElement shown = await JsonAsync("user", "show", "ann");
        shown.TryGetProperty("used_quota_size", out _).ShouldBeFalse();
        shown.GetProperty("used_upload_data_transfer").GetInt64().ShouldBe(7);
        _console.Clear();
        await RunAsync("user", "show", "ann");
        _console.Out.ShouldContain("Used:        not counted yet");
    }

    [Theory]
    [InlineData(true, false, "user", "set", "ann", "--home", "/srv/other")]
    [InlineData(true, false, "user", "set", "ann", "--folder", "reports@/r;quota=user")]
    [InlineData(true, false, "user", "set", "ann", "--remove-folder", "reports")]
    [InlineData(false, true, "user", "set", "ann", "--folder", "reports@/r;quota-files=2")]
    [InlineData(false, true, "folder", "set", "reports", "--path", "/srv/new")]
    [InlineData(false, false, "folder", "set", "reports", "--path", "/srv/reports", "--description", "x")]
    [InlineData(false, false, "user", "set", "ann", "--quota-files", "20", "--disabled", "--home", "/srv/ann")]
    [InlineData(false, false, "user", "set", "ann", "--quota-files", "0")]
    public async Task A_change_of_what_is_counted_makes_the_count_an_old_one(bool isUserOld, bool isFolderOld, params string[] command)
    {
        await AddAsync();
        await CountAsync();
        (await RunAsync(command)).ShouldBe(0, _console.Error);
        await ShouldBeOldAsync(isUserOld, isFolderOld);
    }

    [Fact]
    public async Task A_quota_that_is_newly_set_makes_the_count_an_old_one()
    {
        await AddAsync();
        await RunAsync("user", "set", "ann", "--quota-files", "0");
        await CountAsync();
        (await RunAsync("user", "set", "ann", "--quota-size", "1KiB")).ShouldBe(0, _console.Error);
        await ShouldBeOldAsync(isUserOld: true, isFolderOld: false);
    }

    [Fact]
    public async Task A_folder_that_moves_makes_the_counts_old_of_users_that_have_it_in_their_quota()
    {
        await AddAsync();
        await RunAsync("user", "set", "ann", "--folder", "reports@/r;quota=user");
        await CountAsync();
        (await RunAsync("folder", "set", "reports", "--path", "/srv/new")).ShouldBe(0, _console.Error);
        await ShouldBeOldAsync(isUserOld: true, isFolderOld: true);
    }

    private async Task ShouldBeOldAsync(bool isUserOld, bool isFolderOld)
    {
        using SqliteUsageStore store = await SqliteUsageStore.OpenAsync(UsageDatabase, TimeProvider.System, Ct);
        UsageRecord user = (await store.FindAsync(UsageScope.OfUser("ann"), Ct)).ShouldNotBeNull();
        UsageRecord folder = (await store.FindAsync(UsageScope.OfFolder("reports"), Ct)).ShouldNotBeNull();
        (user.ScannedAt is null, folder.ScannedAt is null).ShouldBe((isUserOld, isFolderOld));
        (user.Used.Files, folder.Used.Files).ShouldBe((isUserOld ? 0 : 3, isFolderOld ? 0 : 1));
        user.Used.Uploaded.ShouldBe(7);
    }

    [Fact]
    public async Task What_was_moved_is_counted_anew_and_files_are_not()
    {
        await AddAsync();
        await CountAsync();
        (await RunAsync("user", "reset-transfer", "ann")).ShouldBe(0, _console.Error);
        _console.Out.ShouldContain("ann: counted from now on.");
        JsonElement shown = await JsonAsync("user", "show", "ann");
        shown.GetProperty("used_upload_data_transfer").GetInt64().ShouldBe(0);
        shown.GetProperty("used_quota_files").GetInt64().ShouldBe(3);
        (await RunAsync("user", "reset-transfer", "bob")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_is_removed_takes_along_what_was_counted()
    {
        await AddAsync();
        await CountAsync();
        (await RunAsync("user", "remove", "ann")).ShouldBe(0, _console.Error);
        (await RunAsync("folder", "remove", "reports")).ShouldBe(0, _console.Error);
        using SqliteUsageStore store = await SqliteUsageStore.OpenAsync(UsageDatabase, TimeProvider.System, Ct);
        (await store.ListAsync(null, 10, Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_usage_database_that_does_not_work_holds_up_neither_show_nor_remove()
    {
        await AddAsync();
        await File.WriteAllTextAsync(UsageDatabase, new string('x', 8192), Ct);
        foreach (string[] command in new string[][] { ["user", "show", "ann"], ["folder", "show", "reports"], ["user", "remove", "ann"], ["folder", "remove", "reports"] })
        {
            _console.Clear();
            (await RunAsync(command)).ShouldBe(0, string.Join(' ', command));
            _console.Error.ShouldContain("Move it away");
            _console.Out.ShouldNotBeEmpty();
        }

        (await RunAsync("user", "show", "ann")).ShouldBe(1);
    }

    [Fact]
    public async Task A_server_that_left_its_address_behind_is_told_from_one_that_is_slow()
    {
        await AddAsync();
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            AdminAccessFile.Write(DataDirectory, new AdminAccess(listener.LocalEndpoint.ToString()!, "secret", 1));
        }

        foreach (string[] command in new string[][] { ["user", "scan", "ann"], ["sessions"] })
        {
            _console.Clear();
            (await RunAsync(command)).ShouldBe(1);
            _console.Error.ShouldContain("admin.json is left from one that did not end in order; start 'hpc serve'");
        }
    }

    [Theory]
    [InlineData(200, """{"scope":"folder:reports","files_before":1,"bytes_before":1,"files":2,"bytes":2048}""", 0, "reports: 2 files, 2048 bytes (2.00 KiB); 1 file, 1 byte (1 B) were counted before.")]
    [InlineData(200, """{"scope":"folder:reports","files_before":2,"bytes_before":8,"files":2,"bytes":8,"unreadable":3,"is_exact":false}""", 0, "reports: 2 files, 8 bytes (8 B), as it was counted. Directories that the server may not read, and that are not in it: 3. Files changed all the while")]
    [InlineData(404, "", 1, "The server counts nothing for reports")]
    [InlineData(409, "", 1, "are being counted already")]
    [InlineData(500, "", 1, "could not be counted; the server's log says why")]
    [InlineData(401, "", 1, "refuses the token")]
    public async Task A_scan_is_asked_of_the_running_server(int status, string body, int exitCode, string says)
    {
        await AddAsync();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        AdminAccessFile.Write(DataDirectory, new AdminAccess(listener.LocalEndpoint.ToString()!, "secret", 1));
        Task<string> server = AnswerAsync(listener, status, body);

        int result = await RunAsync("folder", "scan", "reports");

        result.ShouldBe(exitCode, _console.Error);
        (_console.Out + _console.Error).ShouldContain(says);
        string request = await server;
        request.ShouldStartWith("POST /admin/usage/scan?scope=folder%3Areports HTTP/1.1");
        request.ShouldContain("Authorization: Bearer secret");
    }

    // The scan's request; what is asked before it is whether there are a server and a folder.
    private static async Task<string> AnswerAsync(TcpListener listener, int status, string body)
    {
        while (true)
        {
            string request = await AnswerOnceAsync(
                listener, request => request.StartsWith("POST", StringComparison.Ordinal) ? (status, body) : (200, """{"name":"reports","mapped_path":"/srv/reports"}"""));
            if (request.StartsWith("POST", StringComparison.Ordinal))
            {
                return request;
            }
        }
    }

    private static async Task<string> AnswerOnceAsync(TcpListener listener, Func<string, (int Status, string Body)> answerTo)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Ct);
        await using NetworkStream stream = client.GetStream();
        var request = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(buffer, Ct) is > 0 and var read)
        {
            request.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }

        (int status, string body) = answerTo(request.ToString());
        string answer = $"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nETag: \"1\"\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Ct);
        return request.ToString();
    }

    private async Task AddAsync()
    {
        (await RunAsync("folder", "add", "reports", "--path", "/srv/reports")).ShouldBe(0, _console.Error);
        _console.Input = "pw\n";
        (await RunAsync("user", "add", "ann", "--home", "/srv/ann", "--password-stdin", "--folder", "reports@/r", "--quota-files", "10")).ShouldBe(0, _console.Error);
        _console.Clear();
    }

    private async Task CountAsync(bool isScanned = true)
    {
        using SqliteUsageStore store = await SqliteUsageStore.OpenAsync(UsageDatabase, TimeProvider.System, Ct);
        var node = new UsageNode("node", "epoch");
        await store.SettleAsync(
            node, 1,
            [
                new UsageRequest { Scope = UsageScope.OfUser("ann"), Consumed = new UsageAmount(3, 5000, 7, 9) },
                new UsageRequest { Scope = UsageScope.OfFolder("reports"), Consumed = new UsageAmount(1, 2048, 0, 0) },
            ],
            Ct);
        if (isScanned)
        {
            await store.CorrectAsync(new UsageCorrection(UsageScope.OfUser("ann"), 0, 0, DateTimeOffset.UnixEpoch), Ct);
            await store.CorrectAsync(new UsageCorrection(UsageScope.OfFolder("reports"), 0, 0, DateTimeOffset.UnixEpoch), Ct);
        }
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        _console.Clear();
        (await RunAsync([.. arguments, "--json"])).ShouldBe(0, _console.Error);
        return JsonDocument.Parse(_console.Out).RootElement;
    }

    private Task<int> RunAsync(params string[] arguments) => _console.RunAsync([.. arguments, "--data-dir", DataDirectory], CancellationToken.None);
}
