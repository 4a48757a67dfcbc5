using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Ftp.Cases;

/// <summary>What attackers try over FTP: cases 50 to 57 of the security cases.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FtpSecurityTests(FtpCaseServer shared)
{
    private const string Commands = "ftp_security_commands.py";
    private const string Data = "ftp_security_data.py";

    [Fact]
    public Task Case_50_nothing_in_the_clear_reaches_TLS_and_no_HTTP_is_answered() => shared.RunAsync(Commands, "case_50_nothing_in_the_clear_reaches_tls_and_no_http_is_answered");

    [Fact]
    public async Task Case_51_the_server_calls_nobody_but_its_client()
    {
        await shared.RunAsync(Data, "case_51_the_server_calls_nobody_but_its_client");
        await FtpCaseServer.RunUnchangedAsync(Data, "without_active_mode");
    }

    [Fact]
    public Task Case_52_nobody_else_gets_or_gives_the_data() => shared.RunAsync(Data, "case_52_nobody_else_gets_or_gives_the_data");

    [Fact]
    public async Task Case_53_lines_without_end_Telnet_NUL_and_formats()
    {
        FtpServer server = await shared.RunAsync(Commands, "case_53_lines_without_end_telnet_nul_and_formats");
        server.Process.Log.ShouldNotContain("\e[");
        server.Process.Log.ShouldNotContain("\"level\":\"forged\"");
    }

    [Fact]
    public Task Case_54_nothing_is_done_or_told_before_login() => shared.RunAsync(Commands, "case_54_nothing_is_done_or_told_before_login");

    [Fact]
    public Task Case_55_every_end_in_every_state_gives_everything_back() => shared.RunAsync(Data, "case_55_every_end_in_every_state_gives_everything_back");

    [Fact]
    public Task Case_56_offsets_quotas_sizes_and_patterns_have_bounds() => shared.RunAsync(Commands, "case_56_offsets_quotas_sizes_and_patterns_have_bounds", "--quota-size", "4MiB");

    [Fact]
    public Task Case_57_what_is_required_of_TLS_cannot_be_talked_away() => shared.RunAsync(Data, "case_57_what_is_required_of_tls_cannot_be_talked_away");
}
