using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Hpc.Crypto.Passwords;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

/// <summary>The data provider and the first administrator of a server.</summary>
public sealed partial class ProviderCommandTests : IAsyncDisposable
{
    private static readonly string[] Rest = ["--set", "http.enabled=true", "--set", "http.listeners[0].address=127.0.0.1:0"];

    private readonly CommandFixture _fixture = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_schema_that_only_the_operator_makes_is_made_by_initprovider()
    {
        string[] byHand = ["--set", "data_provider.update_mode=1"];
        (await _fixture.ExitCodeAsync(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "", .. byHand])).ShouldBe(1);
        _fixture.Console.Error.ShouldContain("'hpc initprovider'");
        (await _fixture.RunAsync("initprovider")).ShouldContain("it was not there");
        (await _fixture.RunAsync("initprovider")).ShouldContain("is up to date");
        await _fixture.StartAsync(byHand);
        (await _fixture.ExitCodeAsync("initprovider")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("another 'hpc serve' is using");
        (await _fixture.ExitCodeAsync("resetprovider", "--force")).ShouldBe(2);
    }

    [Fact]
    public async Task A_schema_goes_back_and_comes_again_with_its_users()
    {
        await AddAnnAsync();
        (await _fixture.ExitCodeAsync("revertprovider", "--to-version", "9")).ShouldBe(2);
        (await _fixture.RunAsync("revertprovider", "--to-version", "2")).ShouldContain("is version 2 now");
        (await _fixture.ExitCodeAsync("user", "list", "--set", "data_provider.update_mode=1")).ShouldBe(1);
        _fixture.Console.Error.ShouldContain("has schema version 2");
        (await _fixture.RunAsync("user", "list")).ShouldContain("ann");
        PasswordHash.Verify((await StoredUsers.AccountAsync(_fixture.Data, "ann")).PasswordHash!, "word"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task A_schema_that_loses_something_goes_back_for_who_insists()
    {
        await AddAnnAsync();
        await _fixture.RunAsync("group", "add", "staff");
        await _fixture.RunAsync("user", "set", "ann", "--group", "staff");
        (await _fixture.ExitCodeAsync("revertprovider", "--to-version", "2")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("groups: 1");
        _fixture.Console.Error.ShouldContain("go back disabled: 1");
        _fixture.Console.Error.ShouldContain("--force");
        (await _fixture.RunAsync("group", "show", "staff")).ShouldContain("ann");
        (await _fixture.RunAsync("revertprovider", "--to-version", "2", "--force")).ShouldContain("is version 2 now");
        _fixture.Console.Error.ShouldContain("groups: 1");
        (await _fixture.JsonAsync("user", "show", "ann", "--json")).GetProperty("enabled").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("data_provider.driver=bolt", "keyvalue")]
    [InlineData("data_provider.driver=postgres", "\"postgresql\"")]
    [InlineData("data_provider.sslmode=3", "verify_full with postgresql")]
    public async Task Values_of_another_configuration_are_told_what_they_are_here(string setting, string said)
    {
        (await _fixture.ExitCodeAsync("initprovider", "--set", setting)).ShouldBe(2);
        _fixture.Console.Error.ShouldContain(said);
    }

    [Theory]
    [InlineData("postgresql", "root_cert")]
    [InlineData("mysql", "client_cert")]
    public async Task A_certificate_without_tls_is_refused(string driver, string key)
    {
        string file = _fixture.Directory["some.pem"];
        await File.WriteAllTextAsync(file, "", Ct);
        string[] database = ["--set", "data_provider.driver=" + driver, "--set", "data_provider.host=127.0.0.1", "--set", $"data_provider.{key}={file}"];
        (await _fixture.ExitCodeAsync(["initprovider", .. database])).ShouldBe(2);
        _fixture.Console.Error.ShouldContain($"data_provider.sslmode: found disable together with data_provider.{key}");
        (await _fixture.ExitCodeAsync(["initprovider", "--set", "data_provider.sslmode=require", .. database[..^1], $"data_provider.{key}={file}.none"])).ShouldBe(2);
        _fixture.Console.Error.ShouldContain($"data_provider.{key}: found");
    }

    [Fact]
    public void Variables_of_another_server_are_named_with_ours()
    {
        Hpc.Server.Configuration.OldVariables.Describe(new Dictionary<string, string> { ["PATH"] = "x", ["HPC__LOG__LEVEL"] = "x", ["SFTPGO_DEFAULT_ADMIN_USERNAME"] = "x" }).ShouldBeNull();
        string said = Hpc.Server.Configuration.OldVariables.Describe(
            new Dictionary<string, string> { ["SFTPGO_DATA_PROVIDER__DRIVER"] = "hidden", ["SFTPGO_SFTPD__BINDINGS__0__PORT"] = "hidden", ["SFTPGO_LOADDATA_FROM"] = "hidden" })!;
        said.ShouldContain("SFTPGO_DATA_PROVIDER__DRIVER (here HPC__DATA_PROVIDER__DRIVER)");
        said.ShouldContain("SFTPGO_LOADDATA_FROM (here HPC__DATA_PROVIDER__LOAD_FROM)");
        said.ShouldContain("SFTPGO_SFTPD__BINDINGS__0__PORT");
        said.ShouldNotContain("hidden");
    }

    [Fact]
    public async Task A_reset_removes_everything_for_who_insists()
    {
        await AddAnnAsync();
        (await _fixture.ExitCodeAsync("resetprovider")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("--force");
        await _fixture.RunAsync("user", "show", "ann");
        await _fixture.RunAsync("resetprovider", "--force");
        (await _fixture.RunAsync("user", "list")).ShouldContain("No users.");
    }

    [Theory]
    [InlineData("keyvalue", true)]
    [InlineData("memory", false)]
    public async Task Other_providers_hold_users_too(string driver, bool isKept)
    {
        await using var fixture = new CommandFixture { Settings = ["--set", "data_provider.driver=" + driver] };
        await fixture.StartAsync();
        fixture.Console.Input = "word\n";
        await fixture.RunAsync("user", "add", "ann", "--home", "/srv/ann", "--password-stdin");
        (await fixture.RunAsync("user", "list")).ShouldContain("ann");
        File.Exists(Path.Combine(fixture.Data, "hpc.db")).ShouldBeFalse();
        await fixture.StopAsync();
        (await fixture.ExitCodeAsync("user", "show", "ann")).ShouldBe(isKept ? 0 : 1);
        if (!isKept)
        {
            fixture.Console.Error.ShouldContain("data_provider.driver is memory");
            (await fixture.ExitCodeAsync("initprovider")).ShouldBe(2);
        }
    }

    [Fact]
    public async Task The_default_administrator_is_that_of_the_environment()
    {
        string[] make = [.. Rest, "--set", "data_provider.create_default_admin=true"];
        var environment = new Dictionary<string, string> { ["HPC_DEFAULT_ADMIN_USERNAME"] = "first", ["SFTPGO_DEFAULT_ADMIN_PASSWORD"] = "its word" };
        ServerRun server = await _fixture.StartAsync(environment, make);
        server.Console.Out.ShouldNotContain("No administrator yet");
        string hash = (await _fixture.DumpAsync()).GetProperty("admins")[0].GetProperty("password").GetString()!;
        PasswordHash.Verify(hash, "its word"u8).ShouldBeTrue();
        (await _fixture.RunAsync("admin", "list")).ShouldContain("first");

        await _fixture.StopAsync();
        ServerRun again = await _fixture.StartAsync(make);
        again.Console.Error.ShouldContain("create_default_admin is set, but the environment names no administrator");
    }

    [Fact]
    public async Task The_installation_code_makes_the_first_administrator_and_is_gone_then()
    {
        ServerRun server = await _fixture.StartAsync(Rest);
        Match code = CodeLine().Match(server.Console.Out);
        code.Success.ShouldBeTrue(server.Console.Out);
        server.Console.Error.ShouldNotContain(code.Groups[1].Value);
        using var http = new HttpClient();
        var setup = new Uri(RestAddress().Match(server.Console.Out).Value + "/api/v2/setup");
        foreach ((string given, string name, bool isTaken) in new[] { ("0123", "root", false), (code.Groups[1].Value, "root", true), (code.Groups[1].Value, "second", false) })
        {
            using HttpResponseMessage answer = await http.PostAsJsonAsync(setup, new Dictionary<string, string>
            {
                ["username"] = name, ["password"] = "a word", ["installation_code"] = given,
            }, Ct);
            answer.IsSuccessStatusCode.ShouldBe(isTaken, $"{given} {name}: {await answer.Content.ReadAsStringAsync(Ct)}");
        }

        (await _fixture.JsonAsync("admin", "list", "--json")).EnumerateArray().Select(admin => admin.GetProperty("username").GetString()).ShouldBe(["root"]);
        await _fixture.StopAsync();
        (await _fixture.StartAsync(Rest)).Console.Out.ShouldNotContain("No administrator yet");
    }

    [Fact]
    public async Task A_configured_installation_code_is_not_printed()
    {
        ServerRun server = await _fixture.StartAsync([.. Rest, "--set", "http.setup_code=not for the log"]);
        server.Console.Out.ShouldContain("No administrator yet");
        server.Console.Out.ShouldContain("with the code of http.setup_code");
        (server.Console.Out + server.Console.Error).ShouldNotContain("not for the log");
    }

    [Fact]
    public async Task Nothing_is_said_of_a_setup_that_nobody_can_do()
    {
        ServerRun server = await _fixture.StartAsync();
        server.Console.Out.ShouldContain("switched off (http.enabled)");
        server.Console.Out.ShouldNotContain("No administrator yet");
    }

    [Fact]
    public async Task Files_are_served_where_the_default_port_of_the_rest_api_is_taken()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            taken.Bind(new IPEndPoint(IPAddress.Loopback, Hpc.Server.Hosting.DefaultPorts.Http));
            taken.Listen();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            // By another program, which is as good.
        }

        ServerRun server = await _fixture.StartAsync("--set", "http.enabled=true");
        server.Console.Out.ShouldContain("REST API:    not listened for; the log says why");
        await _fixture.RunAsync("ping");
        await _fixture.RunAsync("user", "list");
        await server.StopAsync();
        string[] lines = [.. server.Console.Error.Split('\n').Where(line => line.Contains("\"level\":\"warn\"") || line.Contains("\"level\":\"error\""))];
        lines.ShouldHaveSingleItem().ShouldContain("the default port 8080 cannot be listened on");
        server.Console.Error.ShouldNotContain("   at ");
        server.Console.Out.ShouldNotContain("No administrator yet");
    }

    [Fact]
    public async Task An_administrator_without_a_server_gets_a_new_password()
    {
        _fixture.Console.Input = "forgotten\n";
        await _fixture.RunAsync("admin", "add", "root", "--password-stdin");
        _fixture.Console.Input = "remembered\n";
        await _fixture.RunAsync("admin", "set", "root", "--password-stdin");
        string hash = (await _fixture.DumpAsync()).GetProperty("admins")[0].GetProperty("password").GetString()!;
        PasswordHash.Verify(hash, "remembered"u8).ShouldBeTrue();
        PasswordHash.Verify(hash, "forgotten"u8).ShouldBeFalse();
    }

    private async Task AddAnnAsync()
    {
        _fixture.Console.Input = "word\n";
        await _fixture.RunAsync("user", "add", "ann", "--home", "/srv/ann", "--password-stdin");
    }

    [GeneratedRegex("with the code ([0-9a-f]{32})\n")]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"http://127\.0\.0\.1:[0-9]+(?=/openapi)")]
    private static partial Regex RestAddress();
}
