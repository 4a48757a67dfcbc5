using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

/// <summary>lftp speaks TLS with GnuTLS, as FileZilla does.</summary>
internal sealed class Lftp(FtpSession session, params string[] settings) : FtpClient(session)
{
    public override Task PutAsync(string local, string remote) => RunAsync($"put \"{local}\" -o \"{remote}\"");

    public override Task GetAsync(string remote, string local) => RunAsync($"get \"{remote}\" -o \"{local}\"");

    public override Task ContinuePutAsync(string local, string remote) => RunAsync($"put -c \"{local}\" -o \"{remote}\"");

    public override Task ContinueGetAsync(string remote, string local) => RunAsync($"get -c \"{remote}\" -o \"{local}\"");

    public override Task RenameAsync(string from, string to) => RunAsync($"mv \"{from}\" \"{to}\"");

    public override Task DeleteAsync(string remote) => RunAsync($"rm \"{remote}\"");

    public override Task MakeDirectoryAsync(string remote) => RunAsync($"mkdir \"{remote}\"");

    public override Task RemoveDirectoryAsync(string remote) => RunAsync($"rmdir \"{remote}\"");

    public override async Task<string> ListAsync(string remote) => (await RunAsync($"ls \"{remote}\"")).Output;

    public Task<ClientResult> RunAsync(string commands)
    {
        string scheme = Session.Tls == TlsUse.Implicit ? "ftps" : "ftp";
        string script =
            $"""
            set net:max-retries 1
            set net:timeout 60
            set net:persist-retries 0
            set cmd:fail-exit yes
            set file:charset UTF-8
            set ftp:ssl-allow {(Session.IsTls ? "yes" : "no")}
            set ftp:ssl-force {(Session.IsTls ? "yes" : "no")}
            set ftp:ssl-protect-data {(Session.IsTls && Session.Tls != TlsUse.Control ? "yes" : "no")}
            set ftp:ssl-protect-list {(Session.IsTls && Session.Tls != TlsUse.Control ? "yes" : "no")}
            set ssl:verify-certificate yes
            set ssl:ca-file "{Session.Server.Certificates.AuthorityFile}"
            {string.Join('\n', settings.Select(static setting => "set " + setting))}
            open -u {Session.User.Name},{Session.User.Password} -p {Session.Port} {scheme}://{ServerProcess.Host}
            {commands}

            """;
        return Session.RunAsync("lftp", ["--norc", "-f", "/dev/stdin"], script);
    }
}
