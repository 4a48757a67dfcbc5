using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

/// <summary>NetBSD's ftp, the classic command line; no TLS.</summary>
internal sealed class Tnftp(FtpSession session, bool isPassive = true) : FtpClient(session)
{
    private const int PartLength = 100_000;

    public override Task PutAsync(string local, string remote) => SayAsync($"put \"{local}\" \"{remote}\"");

    public override Task GetAsync(string remote, string local) => SayAsync($"get \"{remote}\" \"{local}\"");

    public override Task ContinuePutAsync(string local, string remote) => SayAsync($"restart {PartLength}\nput \"{local}\" \"{remote}\"");

    public override Task ContinueGetAsync(string remote, string local) => SayAsync($"reget \"{remote}\" \"{local}\"");

    public override Task AppendAsync(string local, string remote) => SayAsync($"append \"{local}\" \"{remote}\"");

    public override Task RenameAsync(string from, string to) => SayAsync($"rename \"{from}\" \"{to}\"");

    public override Task DeleteAsync(string remote) => SayAsync($"delete \"{remote}\"");

    public override Task MakeDirectoryAsync(string remote) => SayAsync($"mkdir \"{remote}\"");

    public override Task RemoveDirectoryAsync(string remote) => SayAsync($"rmdir \"{remote}\"");

    public override async Task<string> ListAsync(string remote) => (await SayAsync($"ls \"{remote}\"")).Output;

    public override async Task<string> ListFactsAsync(string remote) => (await SayAsync($"mlsd \"{remote}\"")).Output;

    /// <summary>Runs commands behind the login; the program ends well whatever became of them.</summary>
    public Task<ClientResult> SayAsync(string commands) => Session.RunAsync(
        "tnftp",
        [isPassive ? "-p" : "-A", "-n", "-v", "-i"],
        $"open {ServerProcess.Host} {Session.Port}\nuser {Session.User.Name} {Session.User.Password}\nbinary\n{commands}\nbye\n");
}
