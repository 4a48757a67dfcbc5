using System.Text.Json;
using Hpc.Crypto.Passwords;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

/// <summary>What the operator does for who forgot a password or lost a second factor.</summary>
public sealed class LockedOutTests : IAsyncDisposable
{
    // What "12345678901234567890" is in base32.
    private const string Factor =
        """{"totp_config":{"enabled":true,"config_name":"Default","protocols":["SSH"],"secret":{"status":"Plain","payload":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"}},"recovery_codes":[{"secret":{"status":"Plain","payload":"ABCDEFGHIJ-KLMNOPQRST"}}]}""";

    private readonly CommandFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_second_factor_is_switched_off_with_its_recovery_codes(bool isServed)
    {
        await StartAsync(isServed);
        (await _fixture.RunAsync("admin", "list")).ShouldContain("yes");
        (await SecondFactorAsync("users")).ShouldBe((true, 1));

        await _fixture.RunAsync("admin", "set", "root", "--no-second-factor");
        await _fixture.RunAsync("user", "set", "ann", "--no-second-factor");
        (await SecondFactorAsync("admins")).ShouldBe((false, 0));
        (await SecondFactorAsync("users")).ShouldBe((false, 0));
        PasswordHash.Verify(await PasswordAsync("admins"), "root's word"u8).ShouldBeTrue();
        PasswordHash.Verify(await PasswordAsync("users"), "ann's word"u8).ShouldBeTrue();
        await _fixture.RunAsync("user", "set", "ann", "--no-second-factor", "--json");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Password_and_second_factor_go_in_one_command(bool isServed)
    {
        await StartAsync(isServed);
        _fixture.Console.Input = "another word\n";
        await _fixture.RunAsync("admin", "set", "root", "--password-stdin", "--no-second-factor");
        PasswordHash.Verify(await PasswordAsync("admins"), "another word"u8).ShouldBeTrue();
        (await SecondFactorAsync("admins")).ShouldBe((false, 0));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Resetpwd_gives_an_administrator_a_new_password_and_changes_nothing_else(bool isServed)
    {
        await StartAsync(isServed);
        (await _fixture.ExitCodeAsync("resetpwd")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("--admin: is missing.");
        (await _fixture.ExitCodeAsync("resetpwd", "--admin", "root")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("--password-stdin");
        (await _fixture.ExitCodeAsync("resetpwd", "--admin", "nobody")).ShouldBe(1);
        _fixture.Console.Error.ShouldContain("--admin: found nobody");
        _fixture.Console.Input = "another word\n";
        (await _fixture.RunAsync("resetpwd", "--admin", "root", "--password-stdin")).ShouldBe("root has a new password." + Environment.NewLine);
        PasswordHash.Verify(await PasswordAsync("admins"), "another word"u8).ShouldBeTrue();
        (await SecondFactorAsync("admins")).ShouldBe((true, 1));

        _fixture.Console.AskSecret = static _ => "typed word";
        await _fixture.RunAsync("resetpwd", "--admin", "root");
        PasswordHash.Verify(await PasswordAsync("admins"), "typed word"u8).ShouldBeTrue();
    }

    [Fact]
    public async Task Resetpwd_refuses_a_data_provider_that_keeps_nothing()
    {
        (await _fixture.ExitCodeAsync("resetpwd", "--admin", "root", "--password-stdin", "--set", "data_provider.driver=memory")).ShouldBe(2);
        _fixture.Console.Error.ShouldContain("data_provider.driver: found memory without data_provider.name");
    }

    [Fact]
    public async Task Resetpwd_works_on_a_running_server_that_keeps_its_memory_in_a_file()
    {
        await using var fixture = new CommandFixture { Settings = ["--set", "data_provider.driver=memory", "--set", "data_provider.name=kept.json"] };
        (await fixture.ExitCodeAsync("resetpwd", "--admin", "root", "--password-stdin")).ShouldBe(1);
        fixture.Console.Error.ShouldContain("a running server");
        await fixture.StartAsync();
        fixture.Console.Input = "a word\n";
        await fixture.RunAsync("admin", "add", "root", "--password-stdin");
        fixture.Console.Input = "another word\n";
        (await fixture.RunAsync("resetpwd", "--admin", "root", "--password-stdin")).ShouldBe("root has a new password." + Environment.NewLine);
        await fixture.StopAsync();
        string kept = await File.ReadAllTextAsync(Path.Combine(fixture.Data, "kept.json"), TestContext.Current.CancellationToken);
        string hash = JsonDocument.Parse(kept).RootElement.GetProperty("admins")[0].GetProperty("password").GetString()!;
        PasswordHash.Verify(hash, "another word"u8).ShouldBeTrue();
    }

    private async Task StartAsync(bool isServed)
    {
        string dump = $$"""
            {
              "version": 17,
              "admins": [{ "username": "root", "status": 1, "password": "root's word", "permissions": ["*"], "filters": {{Factor}} }],
              "users": [{ "username": "ann", "status": 1, "password": "ann's word", "home_dir": "/srv/ann", "permissions": { "/": ["*"] }, "filters": {{Factor}} }]
            }
            """;
        if (isServed)
        {
            await _fixture.StartAsync();
        }

        _fixture.Console.Input = dump;
        await _fixture.RunAsync("loaddata", "-");
        _fixture.Console.Input = "";
    }

    private async Task<string> PasswordAsync(string kind) => (await ObjectAsync(kind)).GetProperty("password").GetString()!;

    private async Task<(bool IsOn, int Codes)> SecondFactorAsync(string kind)
    {
        JsonElement filters = (await ObjectAsync(kind)).GetProperty("filters");
        return (filters.TryGetProperty("totp_config", out JsonElement factor) && factor.TryGetProperty("enabled", out JsonElement enabled) && enabled.GetBoolean(),
            filters.TryGetProperty("recovery_codes", out JsonElement codes) && codes.ValueKind == JsonValueKind.Array ? codes.GetArrayLength() : 0);
    }

    private async Task<JsonElement> ObjectAsync(string kind) => (await _fixture.DumpAsync()).GetProperty(kind)[0];
}
