using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

internal sealed class Rclone(FtpSession session) : FtpClient(session)
{
    private string? _password;

    public override Task PutAsync(string local, string remote) => RunAsync("copyto", local, Name(remote));

    public override Task GetAsync(string remote, string local) => RunAsync("copyto", Name(remote), local);

    public override Task RenameAsync(string from, string to) => RunAsync("moveto", Name(from), Name(to));

    public override Task DeleteAsync(string remote) => RunAsync("deletefile", Name(remote));

    public override Task MakeDirectoryAsync(string remote) => RunAsync("mkdir", Name(remote));

    public override Task RemoveDirectoryAsync(string remote) => RunAsync("rmdir", Name(remote));

    public static string Name(string remote) => ":ftp:" + remote;

    public async Task<ClientResult> RunAsync(params string[] arguments)
    {
        // Its backend for FTP does not look at --ca-cert.
        Session.Runner.With("SSL_CERT_FILE", Session.Server.Certificates.AuthorityFile);
        _password ??= (await Session.RunAsync("rclone", ["obscure", "-"], Session.User.Password)).Output.Trim();
        string[] tls = Session.Tls switch
        {
            TlsUse.None => [],
            TlsUse.Implicit => ["--ftp-tls"],
            _ => ["--ftp-explicit-tls"],
        };
        return await Session.RunAsync(
            "rclone",
            [
                .. arguments, "--config", "/dev/null", "--ftp-host", ServerProcess.Host, "--ftp-port", $"{Session.Port}", "--ftp-user", Session.User.Name, "--ftp-pass", _password,
                .. tls, "--retries", "1", "--low-level-retries", "1", "-v",
            ]);
    }
}
