using Hpc.Conformance.Tests.Support;
using Hpc.TestKit;

namespace Hpc.Conformance.Tests.Clients;

/// <summary>scp over SFTP, its mode since OpenSSH 9.0.</summary>
public sealed class ScpTests(SharedServer shared) : TreeTransfer(shared)
{
    protected override void CheckTools() => Require.Tool("scp");

    protected override Task UploadAsync(ClientSession session, string localFolder, string remoteName) =>
        ScpAsync(session, localFolder, $"server:{remoteName}");

    protected override Task DownloadAsync(ClientSession session, string remoteName, string intoFolder) =>
        ScpAsync(session, $"server:{remoteName}", intoFolder);

    private static async Task ScpAsync(ClientSession session, string from, string to)
    {
        ClientResult result = await session.OpenSshAsync("scp", null, "-s", "-r", "-q", from, to);
        if (result.ExitCode != 0)
        {
            throw session.Failed(result);
        }
    }
}
