using System.Text.Json;
using Hpc.Server.Tests.Support;

namespace Hpc.Server.Tests.Cli;

public class CommandLineTests
{
    private readonly TestConsole _console = new();

    [Theory]
    [InlineData("serve", "--listen")]
    [InlineData("portable", "--sftpd-port")]
    [InlineData("user", "add")]
    [InlineData("user add", "--password-stdin")]
    [InlineData("user list", "--json")]
    [InlineData("user show", "NAME")]
    [InlineData("user set", "--remove-public-key")]
    [InlineData("user remove", "--data-dir")]
    [InlineData("user set", "--remove-pattern")]
    [InlineData("user add", "policy=hide")]
    [InlineData("user scan", "NAME")]
    [InlineData("user reset-transfer", "NAME")]
    [InlineData("folder", "scan")]
    [InlineData("folder add", "--path")]
    [InlineData("folder list", "--json")]
    [InlineData("folder show", "NAME")]
    [InlineData("folder set", "--description")]
    [InlineData("folder remove", "--data-dir")]
    [InlineData("folder scan", "NAME")]
    [InlineData("admin set", "--no-second-factor")]
    [InlineData("user set", "--no-second-factor")]
    [InlineData("resetpwd", "--admin")]
    [InlineData("sessions", "kick")]
    [InlineData("sessions list", "--json")]
    [InlineData("sessions kick", "--user")]
    [InlineData("config", "check")]
    [InlineData("config show", "--set")]
    [InlineData("ping", "--data-dir")]
    [InlineData("version", "Usage:")]
    public async Task Every_command_explains_itself(string command, string mentions)
    {
        (await _console.RunAsync([.. command.Split(' '), "--help"])).ShouldBe(0);
        _console.Out.ShouldContain(mentions);
        _console.Out.ShouldContain("hpc " + command);
    }

    [Fact]
    public async Task A_fault_that_nobody_foresaw_is_one_line_and_ends_with_1()
    {
        _console.AskSecret = _ => throw new InvalidTimeZoneException("first\nsecond");
        using var directory = new TemporaryDirectory();
        (await _console.RunAsync("user", "add", "ann", "--home", "/srv/ann", "--data-dir", directory.Path)).ShouldBe(1);
        _console.Error.ShouldBe("hpc: unexpected fault, InvalidTimeZoneException: first second" + Environment.NewLine);
    }

    [Fact]
    public async Task The_version_is_printed_by_flag_and_by_command()
    {
        (await _console.RunAsync("version")).ShouldBe(0);
        _console.Out.ShouldStartWith("hpc 0.1.0");
        _console.Clear();
        (await _console.RunAsync("--version")).ShouldBe(0);
        _console.Out.ShouldContain("0.1.0");
    }

    [Theory]
    [InlineData("srve")]
    [InlineData("serve --no-such-flag")]
    [InlineData("user add")]
    [InlineData("user add ann")]
    [InlineData("user add ann --home /h --password-stdin --password-file f")]
    [InlineData("user set ann --enabled --disabled")]
    [InlineData("user add ann --home /h --remove-folder x")]
    [InlineData("folder add reports")]
    [InlineData("folder scan")]
    [InlineData("sessions kick")]
    [InlineData("sessions kick aa --user bob")]
    [InlineData("portable -p x --password-file y")]
    [InlineData("portable -s 99999")]
    public async Task A_wrong_command_line_ends_with_2_and_points_to_help(string line)
    {
        (await _console.RunAsync(line.Split(' '))).ShouldBe(2);
        _console.Error.ShouldStartWith("hpc: ");
        _console.Error.ShouldContain("--help'");
        _console.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task Flags_environment_and_file_meet_in_config_show()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory["x.json"], """{ "ssh": { "max_auth_tries": 2, "listeners": [ { "address": "127.0.0.1:1" }, { "address": "127.0.0.1:2" } ] } }""");
        _console.Environment["HPC__LOG__LEVEL"] = "warn";
        (await _console.RunAsync("config", "show", "--config-file", directory["x.json"], "--listen", "[::1]:7", "--grace-time", "5", "--set", "ssh.listeners[0].crypto_profile=legacy")).ShouldBe(0);
        JsonElement root = JsonDocument.Parse(_console.Out).RootElement;
        root.GetProperty("ssh").GetProperty("max_auth_tries").GetInt32().ShouldBe(2);
        root.GetProperty("ssh").GetProperty("listeners").GetArrayLength().ShouldBe(1);
        root.GetProperty("ssh").GetProperty("listeners")[0].GetProperty("address").GetString().ShouldBe("[::1]:7");
        root.GetProperty("ssh").GetProperty("listeners")[0].GetProperty("crypto_profile").GetString().ShouldBe("legacy");
        root.GetProperty("log").GetProperty("level").GetString().ShouldBe("warn");
        root.GetProperty("drain").GetProperty("grace_seconds").GetInt32().ShouldBe(5);
    }

    [Fact]
    public async Task A_bad_flag_value_names_the_flag()
    {
        (await _console.RunAsync("config", "check", "--grace-time", "soon", "--admin-listen", "0.0.0.0:1")).ShouldBe(2);
        _console.Error.ShouldContain("drain.grace_seconds: found \"soon\" (--grace-time), allowed: a whole number from 0 to 86400.");
        _console.Error.ShouldContain("admin.address: found \"0.0.0.0:1\" (--admin-listen), allowed: a loopback");
    }

    [Fact]
    public async Task A_server_with_a_wrong_configuration_does_not_start()
    {
        (await _console.RunAsync("serve", "--set", "no.such.key=1")).ShouldBe(2);
        _console.Error.ShouldContain("no.such.key: unknown key (--set)");
    }

    [Fact]
    public async Task Every_key_is_listed_with_its_variable()
    {
        (await _console.RunAsync("config", "keys")).ShouldBe(0);
        _console.Out.ShouldContain("ssh.listeners[].address");
        _console.Out.ShouldContain("HPC__SSH__LISTENERS__0__ADDRESS");
        _console.Out.ShouldContain("HPC__DATA_DIR");
    }

    [Fact]
    public async Task Sessions_without_a_server_say_what_to_do()
    {
        using var directory = new TemporaryDirectory();
        (await _console.RunAsync("sessions", "--data-dir", directory.Path)).ShouldBe(1);
        _console.Error.ShouldContain("Start 'hpc serve'");
    }

    [Fact]
    public async Task A_scan_without_a_server_says_what_to_do()
    {
        using var directory = new TemporaryDirectory();
        (await _console.RunAsync("folder", "add", "reports", "--path", "/srv/reports", "--data-dir", directory.Path)).ShouldBe(0, _console.Error);
        (await _console.RunAsync("folder", "scan", "reports", "--data-dir", directory.Path)).ShouldBe(1);
        _console.Error.ShouldContain("start 'hpc serve' and scan again");
        _console.Clear();
        (await _console.RunAsync("user", "scan", "reports", "--data-dir", directory.Path)).ShouldBe(1);
        _console.Error.ShouldContain("There is no user reports");
    }

    [Fact]
    public async Task Ping_without_a_server_fails()
    {
        using var directory = new TemporaryDirectory();
        (await _console.RunAsync("ping", "--data-dir", directory.Path, "--set", "admin.address=127.0.0.1:1")).ShouldBe(1);
        _console.Error.ShouldContain("No server answers at 127.0.0.1:1");
    }

    [Fact]
    public async Task A_directory_that_is_none_cannot_be_shared()
    {
        (await _console.RunAsync("portable", "-d", "/nonexistent/x")).ShouldBe(2);
        _console.Error.ShouldContain("--directory: found \"/nonexistent/x\", which is no directory; allowed: a directory that is there.");
    }
}
