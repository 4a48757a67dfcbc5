using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Ftp;

/// <summary>Python's ftplib over every listener: with TLS and without, and with data connections of either kind.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FtpLibraryTests(SharedFtpServer shared)
{
    private const string Script = "ftp_library.py";

    [Fact]
    public Task Files_are_stored_appended_and_named_by_the_server() => FtpScript.RunAsync(shared, Script, "storing");

    [Fact]
    public Task Files_are_retrieved_whole_in_part_and_as_text() => FtpScript.RunAsync(shared, Script, "retrieving");

    [Fact]
    public Task Transfers_go_on_where_they_were_broken_off() => FtpScript.RunAsync(shared, Script, "going_on");

    [Fact]
    public Task Lists_facts_sizes_and_times_are_told() => FtpScript.RunAsync(shared, Script, "lists");

    [Fact]
    public Task Folders_and_names_change() => FtpScript.RunAsync(shared, Script, "names");

    [Fact]
    public Task A_transfer_is_aborted_and_the_session_goes_on() => FtpScript.RunAsync(shared, Script, "aborting");

    [Fact]
    public Task The_control_connection_answers_while_a_transfer_runs() => FtpScript.RunAsync(shared, Script, "waiting");

    [Fact]
    public Task The_server_calls_the_client() => FtpScript.RunAsync(shared, Script, "active");

    [Fact]
    public Task Data_connections_that_nobody_uses_are_closed() => FtpScript.RunAsync(shared, Script, "idle_channels");

    [Fact]
    public Task A_hundred_sessions_work_side_by_side() => FtpScript.RunAsync(shared, Script, "crowd");

    [Fact]
    public async Task Data_connections_that_do_not_come_or_stand_still_are_given_up()
    {
        await using FtpServer server = await StartAsync("ftp.connect_seconds=1", "ftp.stall_seconds=1");
        await FtpScript.RunAsync(server, Script, "timeouts");
    }

    [Fact]
    public async Task A_session_on_which_nothing_happens_ends_and_one_that_transfers_does_not()
    {
        await using FtpServer server = await StartAsync("sessions.idle_timeout_seconds=2");
        await FtpScript.RunAsync(server, Script, "idle");
    }

    private static Task<FtpServer> StartAsync(params string[] settings)
    {
        Require.Tool(Python.Interpreter, "curl");
        return FtpServer.StartAsync(["log_commands=true"], settings);
    }
}
