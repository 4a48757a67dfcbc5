using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Clients;

public sealed class LftpTests(SharedServer shared) : TreeTransfer(shared)
{
    protected override void CheckTools() => Require.Tool("lftp", "ssh");

    protected override Task UploadAsync(ClientSession session, string localFolder, string remoteName) =>
        LftpAsync(session, $"mirror -R \"{localFolder}\" {remoteName}");

    protected override Task DownloadAsync(ClientSession session, string remoteName, string intoFolder) =>
        LftpAsync(session, $"mirror {remoteName} \"{intoFolder}/{remoteName}\"");

    private static async Task LftpAsync(ClientSession session, string command)
    {
        // lftp answers a password prompt on the terminal it gives to ssh; askpass would take the prompt away.
        session.Runner.With("SSH_ASKPASS_REQUIRE", "never");
        string script =
            $"""
            set sftp:connect-program "ssh -a -x -F {session.SshConfiguration}"
            set sftp:auto-confirm no
            set net:max-retries 1
            set net:timeout 30
            set cmd:fail-exit yes
            set file:charset UTF-8
            set sftp:charset UTF-8
            open -u {session.User.Name},{(session.ByPassword ? session.User.Password : "unused")} -p {session.Port} sftp://{ServerProcess.Host}
            {command}

            """;
        ClientResult result = await session.Runner.RunAsync("lftp", ["--norc", "-f", "/dev/stdin"], script);
        if (result.ExitCode != 0)
        {
            throw session.Failed(result);
        }
    }
}
