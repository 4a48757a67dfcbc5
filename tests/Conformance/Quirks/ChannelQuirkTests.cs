using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Quirks;

public sealed class ChannelQuirkTests(SharedServer shared) : QuirkTests(shared, "quirks_channels.py")
{
    [Fact]
    public Task Keepalives_and_unknown_global_requests_are_answered() => RunAsync();

    [Fact]
    public Task Environment_terminal_and_shell_end_no_connection() => RunAsync();

    [Fact]
    public Task Forwarding_is_refused_and_the_connection_stays() => RunAsync();

    [Fact]
    public Task Environment_before_the_subsystem_is_no_hindrance() => RunAsync();

    [Fact]
    public Task Commands_that_clients_probe_with_are_answered()
    {
        Require.NotReference("the tests force SFTP on every session.");
        return RunAsync();
    }

    [Fact]
    public Task The_end_of_a_channel_is_status_then_close() => RunAsync();

    [Fact]
    public Task A_password_may_be_given_to_keyboard_interactive()
    {
        Require.NotReference("keyboard-interactive needs PAM.");
        return RunAsync();
    }

    [Fact]
    public Task The_wrong_secret_opens_nothing() => RunAsync();

    [Fact]
    public Task An_unknown_user_is_refused_like_a_wrong_password() => RunAsync();

    [Fact]
    public async Task The_banner_is_shown_before_login()
    {
        await using ServerProcess server = ServerProcess.Create(new ServerOptions { Banner = "Conformance tests only." });
        await server.StartAsync();
        using ClientSession session = await SharedServer.OpenAsync(server, Login.Key);
        await RunAsync(session, nameof(The_banner_is_shown_before_login));
    }

    [Fact]
    public async Task Twenty_connections_with_three_channels_each_move_files_at_once()
    {
        using ClientSession session = await Shared.OpenAsync(Login.Password);
        await Python.RequireAsync(session.Runner, "asyncssh");
        await Python.RunAsync(session, "asyncssh_crowd.py");
    }
}
