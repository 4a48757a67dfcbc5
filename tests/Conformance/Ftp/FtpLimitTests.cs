using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Ftp;

/// <summary>Limits of a user over SFTP and FTP together (F19, F36). A transfer may take any time more than its limit asks for, and none less.</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FtpLimitTests(SharedFtpServer shared)
{
    private const string Script = "ftp_limits.py";

    [Fact]
    public Task Sessions_of_SFTP_and_FTP_share_the_bandwidth_of_their_user() => RunAsync("bandwidth");

    [Fact]
    public Task A_limit_by_network_holds_and_lets_a_running_transfer_go_when_it_is_lifted() => RunAsync("networks");

    [Fact]
    public Task Sessions_of_SFTP_and_FTP_count_together() => RunAsync("sessions");

    [Fact]
    public Task A_transfer_by_FTP_is_listed_and_ends_by_REST() => RunAsync("kick");

    private Task RunAsync(string function)
    {
        Require.Tool("sftp", "ssh-keygen");
        return FtpScript.RunAsync(shared, Script, function);
    }
}
