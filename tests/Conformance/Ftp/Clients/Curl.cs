using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

internal sealed class Curl(FtpSession session, params string[] options) : FtpClient(session)
{
    private static readonly string[] s_common = ["-q", "--silent", "--show-error", "--globoff", "--max-time", "100"];

    public override Task PutAsync(string local, string remote) => RunAsync(["-T", local, Url(remote)]);

    public override Task GetAsync(string remote, string local) => RunAsync(["-o", local, Url(remote)]);

    public override Task ContinuePutAsync(string local, string remote) => RunAsync(["-C", "-", "-T", local, Url(remote)]);

    public override Task ContinueGetAsync(string remote, string local) => RunAsync(["-C", "-", "-o", local, Url(remote)]);

    public override Task AppendAsync(string local, string remote) => RunAsync(["--append", "-T", local, Url(remote)]);

    public override Task RenameAsync(string from, string to) => SayAsync($"RNFR {from}", $"RNTO {to}");

    public override Task DeleteAsync(string remote) => SayAsync($"DELE {remote}");

    public override Task MakeDirectoryAsync(string remote) => SayAsync($"MKD {remote}");

    public override Task RemoveDirectoryAsync(string remote) => SayAsync($"RMD {remote}");

    public override async Task<string> ListAsync(string remote) => (await RunAsync([Url(remote + "/")])).Output;

    public override async Task<string> ListFactsAsync(string remote) => (await RunAsync(["-X", "MLSD", Url(remote + "/")])).Output;

    /// <summary>Commands without a transfer.</summary>
    public Task<ClientResult> SayAsync(params string[] commands) => RunAsync([.. commands.SelectMany(static command => new[] { "-Q", command }), "--head", Url("")]);

    public Task<ClientResult> RunAsync(string[] arguments) => Session.RunAsync("curl", [.. s_common, .. Login(), .. options, .. arguments]);

    public string Url(string remote) =>
        $"{(Session.Tls == TlsUse.Implicit ? "ftps" : "ftp")}://{ServerProcess.Host}:{Session.Port}/" + string.Join('/', remote.Split('/').Select(Uri.EscapeDataString));

    private string[] Login()
    {
        string[] user = ["--user", $"{Session.User.Name}:{Session.User.Password}"];
        string[] tls = Session.Tls switch
        {
            TlsUse.None => [],
            TlsUse.Control => ["--ftp-ssl-control", "--cacert", Session.Server.Certificates.AuthorityFile],
            _ => ["--ssl-reqd", "--cacert", Session.Server.Certificates.AuthorityFile],
        };
        return [.. user, .. tls];
    }
}
