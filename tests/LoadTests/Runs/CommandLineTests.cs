using Hpc.LoadTests.Cli;
using Hpc.TestKit;

namespace Hpc.LoadTests.Tests.Runs;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData]
    [InlineData("run")]
    [InlineData("run", "no-such-scenario")]
    [InlineData("run", "many-idle", "--set", "sessions=none")]
    [InlineData("run", "many-idle", "--no-such-flag")]
    [InlineData("run", "many-idle", "--json", "/no/such/folder/report.json")]
    [InlineData("run", "many-idle", "--server-exe", "/no/such/hpc")]
    [InlineData("run", "many-idle", "--target", "127.0.0.1:1")]
    [InlineData("run", "many-idle", "--target", "127.0.0.1:1", "--user", "u")]
    [InlineData("run", "many-idle", "--target", "127.0.0.1:1", "--user", "u", "--insecure-accept-any-host-key")]
    [InlineData("run", "many-idle", "--target", "127.0.0.1:port", "--user", "u", "--insecure-accept-any-host-key")]
    [InlineData("check", "no-such-scenario")]
    [InlineData("logins", "--count", "0", "--target", "127.0.0.1:1")]
    [InlineData("idle", "--sessions", "1000000", "--target", "127.0.0.1:1")]
    [InlineData("race", "--users", "0", "--target", "127.0.0.1:1")]
    public async Task A_wrong_command_line_is_exit_code_2(params string[] arguments) => (await LoadCommandLine.RunAsync(arguments)).ShouldBe(ExitCodes.Usage);

    [Theory]
    [InlineData("192.0.2.1:22")]
    [InlineData("[2001:db8::1]:22")]
    public async Task Another_machine_gets_no_load_unless_that_is_said(string target)
    {
        using var folder = new TestDirectory("hpc-load");
        await File.WriteAllTextAsync(folder["password"], "x");
        int code = await LoadCommandLine.RunAsync(["logins", "--target", target, "--user", "u", "--password-file", folder["password"], "--insecure-accept-any-host-key"]);
        code.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task Every_scenario_that_comes_with_the_program_passes_its_check()
    {
        foreach (string name in ScenarioSource.Names)
        {
            (await LoadCommandLine.RunAsync(["check", name])).ShouldBe(ExitCodes.Success);
        }

        (await LoadCommandLine.RunAsync(["list"])).ShouldBe(ExitCodes.Success);
    }
}
