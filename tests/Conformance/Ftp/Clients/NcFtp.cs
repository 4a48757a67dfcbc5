using Hpc.Conformance.Tests.Ftp.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Ftp.Clients;

/// <summary>ncftp, ncftpput, ncftpget and ncftpls; Debian's have no TLS.</summary>
internal sealed class NcFtp(FtpSession session) : FtpClient(session)
{
    public override Task PutAsync(string local, string remote) => RunAsync("ncftpput", ["-V", "-C"], [ServerProcess.Host, local, remote]);

    public override Task GetAsync(string remote, string local) => RunAsync("ncftpget", ["-V", "-C"], [ServerProcess.Host, remote, local]);

    // What there is already is found under the same name in the folder.
    public override async Task ContinueGetAsync(string remote, string local)
    {
        string folder = Directory.CreateDirectory(Session["continued"]).FullName;
        File.Move(local, Path.Combine(folder, remote));
        await RunAsync("ncftpget", ["-V", "-z"], [ServerProcess.Host, folder, remote]);
        File.Move(Path.Combine(folder, remote), local);
    }

    public override async Task AppendAsync(string local, string remote)
    {
        string source = Path.Combine(Directory.CreateDirectory(Session["appended"]).FullName, remote);
        File.Copy(local, source);
        await RunAsync("ncftpput", ["-V", "-A"], [ServerProcess.Host, ".", source]);
    }

    public override Task RenameAsync(string from, string to) => SayAsync($"rename \"{from}\" \"{to}\"");

    public override Task DeleteAsync(string remote) => SayAsync($"rm \"{remote}\"");

    public override Task MakeDirectoryAsync(string remote) => SayAsync($"mkdir \"{remote}\"");

    public override Task RemoveDirectoryAsync(string remote) => SayAsync($"rmdir \"{remote}\"");

    public override async Task<string> ListAsync(string remote) =>
        (await Session.RunAsync("ncftpls", ["-l", "-u", Session.User.Name, "-p", Session.User.Password, "-P", $"{Session.Port}", $"ftp://{ServerProcess.Host}/{remote}/"])).Output;

    /// <summary>Runs a command of ncftp's own shell.</summary>
    public Task<ClientResult> SayAsync(string command) =>
        Session.RunAsync("ncftp", ["-u", Session.User.Name, "-p", Session.User.Password, "-P", $"{Session.Port}", ServerProcess.Host], command + "\nquit\n");

    private Task<ClientResult> RunAsync(string program, string[] options, string[] arguments) =>
        Session.RunAsync(program, [.. options, "-u", Session.User.Name, "-p", Session.User.Password, "-P", $"{Session.Port}", .. arguments]);
}
