using Hpc.Conformance.Tests.Accounts;
using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Defender;

/// <summary>Who may come at all, with real clients (F38, F40, F43, O14). Each test has a server of its own: a ban is for all who come from there.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class DefenderTests
{
    private const string Script = "defender.py";

    [Fact]
    public Task Eight_bad_logins_close_the_door_until_the_ban_is_lifted() =>
        RunAsync("ban", "defender.enabled=true", "defender.login_delay.password_failed=0", "ssh.max_auth_tries=3");

    [Fact]
    public Task Failed_tokens_and_shares_count_too() => RunAsync("http", "defender.enabled=true", "defender.login_delay.password_failed=0");

    [Fact]
    public Task The_third_quick_connection_is_refused_and_HTTP_says_when_to_come_again() =>
        RunAsync(
            "rates", "defender.enabled=true", "rate_limiters[0].average=1", "rate_limiters[0].period=60000", "rate_limiters[0].burst=2", "rate_limiters[0].protocols=SSH", "rate_limiters[0].generate_defender_events=true",
            "rate_limiters[1].average=1", "rate_limiters[1].period=60000", "rate_limiters[1].burst=12", "rate_limiters[1].protocols=HTTP");

    [Fact]
    public Task The_block_list_closes_before_the_first_byte_and_longer_networks_win() => RunAsync("block_list", "defender.enabled=true");

    [Fact]
    public Task Only_who_is_on_the_allow_list_comes_in() => RunAsync("allow_list", "allowlist_status=1");

    [Fact]
    public Task Connections_that_are_not_logged_in_end_with_the_ban_and_sessions_go_on() => RunAsync("running", "defender.enabled=true", "defender.login_delay.password_failed=0");

    private static async Task RunAsync(string function, params string[] settings)
    {
        await using HpcServerProcess server = await AccountsServer.StartNewAsync(settings);
        await AccountsServer.RunAsync(server, Script, function);
    }
}
