using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Clients;

public sealed class PscpTests(SharedServer shared) : TreeTransfer(shared)
{
    protected override void CheckTools() => Require.Tool("pscp", "puttygen");

    protected override Task UploadAsync(ClientSession session, string localFolder, string remoteName) =>
        Putty.RunAsync(session, "pscp", null, "-sftp", "-q", "-r", localFolder, $"{Putty.Host(session)}:.");

    protected override Task DownloadAsync(ClientSession session, string remoteName, string intoFolder) =>
        Putty.RunAsync(session, "pscp", null, "-sftp", "-q", "-r", $"{Putty.Host(session)}:{remoteName}", intoFolder);
}
