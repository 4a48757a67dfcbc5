using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Clients;

public sealed class SshfsTests(SharedServer shared) : TreeTransfer(shared)
{
    protected override void CheckTools()
    {
        Require.Tool("sshfs", "fusermount3");
        Require.Fuse();
    }

    protected override async Task UploadAsync(ClientSession session, string localFolder, string remoteName)
    {
        await using SshfsMount mount = await SshfsMount.OpenAsync(session);
        (await session.Runner.RunAsync("cp", ["-r", localFolder, $"{mount.Path}/{remoteName}"])).EnsureSuccess();
        (await mount.UnmountAsync()).EnsureSuccess();
    }

    protected override async Task DownloadAsync(ClientSession session, string remoteName, string intoFolder)
    {
        await using SshfsMount mount = await SshfsMount.OpenAsync(session);
        (await session.Runner.RunAsync("cp", ["-r", $"{mount.Path}/{remoteName}", intoFolder])).EnsureSuccess();
        (await mount.UnmountAsync()).EnsureSuccess();
    }
}
