using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

internal sealed class Wget(FtpSession session) : FtpClient(session)
{
    public override Task GetAsync(string remote, string local) => RunAsync(["-O", local, Url(remote)]);

    // What there is already is found under the same name in the folder.
    public override async Task ContinueGetAsync(string remote, string local)
    {
        string folder = Directory.CreateDirectory(Session["continued"]).FullName;
        File.Move(local, Path.Combine(folder, remote));
        await RunAsync(["-c", "-P", folder, Url(remote)]);
        File.Move(Path.Combine(folder, remote), local);
    }

    /// <summary>Fetches everything below a directory into a folder.</summary>
    public Task GetTreeAsync(string remote, string folder) => RunAsync(["-r", "-nH", "--restrict-file-names=nocontrol", "-P", folder, Url(remote) + "/"]);

    private Task<ClientResult> RunAsync(string[] arguments)
    {
        string[] implicitly = Session.Tls == TlsUse.Implicit ? ["--ftps-implicit"] : [];
        return Session.RunAsync(
            "wget",
            [
                "--no-config", "--no-hsts", "-nv", "--tries=1", "--timeout=60", "--local-encoding=UTF-8", "--remote-encoding=UTF-8", "--user", Session.User.Name, "--password", Session.User.Password,
                "--ca-certificate", Session.Server.Certificates.AuthorityFile, .. implicitly, .. arguments,
            ]);
    }

    private string Url(string remote) =>
        $"{(Session.IsTls ? "ftps" : "ftp")}://{ServerProcess.Host}:{Session.Port}/" + string.Join('/', remote.Split('/').Select(Uri.EscapeDataString));
}
