using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Clients;

public sealed class AsyncsshTests(SharedServer shared) : TreeTransfer(shared)
{
    protected override void CheckTools() => Require.Tool("/usr/bin/python3");

    protected override async Task UploadAsync(ClientSession session, string localFolder, string remoteName)
    {
        await Python.RequireAsync(session.Runner, "asyncssh");
        await Python.RunAsync(session, "asyncssh_tree.py", "up", localFolder, remoteName);
    }

    protected override Task DownloadAsync(ClientSession session, string remoteName, string intoFolder) =>
        Python.RunAsync(session, "asyncssh_tree.py", "down", remoteName, Path.Combine(intoFolder, remoteName));
}
