using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Ftp;

/// <summary>What users may and must do over FTP, with curl, lftp, wget and ftplib (F54, L18, L19).</summary>
[Trait(Category.Name, Category.Conformance)]
public sealed class FtpAccountTests(SharedFtpServer shared)
{
    private const string Script = "ftp_accounts.py";

    [Fact]
    public Task Anonymous_users_read_and_do_nothing_else()
    {
        Require.Tool("wget", "sftp");
        return FtpScript.RunAsync(shared, Script, "anonymous");
    }

    [Fact]
    public Task A_session_begins_in_the_start_directory_of_its_user()
    {
        Require.Tool("lftp");
        return FtpScript.RunAsync(shared, Script, "start_directory");
    }

    [Fact]
    public Task A_user_who_must_use_TLS_is_refused_before_the_password()
    {
        Require.Tool("sftp");
        return FtpScript.RunAsync(shared, Script, "tls_required");
    }

    [Fact]
    public Task A_protocol_that_is_denied_is_refused_and_others_are_not()
    {
        Require.Tool("sftp");
        return FtpScript.RunAsync(shared, Script, "denied");
    }

    [Fact]
    public Task Permissions_and_hidden_names_hold() => FtpScript.RunAsync(shared, Script, "permissions");

    [Fact]
    public Task Quotas_hold() => FtpScript.RunAsync(shared, Script, "quota");
}
