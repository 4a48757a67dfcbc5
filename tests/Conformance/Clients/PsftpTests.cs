using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Clients;

public sealed class PsftpTests(SharedServer shared) : TreeTransfer(shared)
{
    protected override void CheckTools() => Require.Tool("psftp", "puttygen");

    protected override Task UploadAsync(ClientSession session, string localFolder, string remoteName) =>
        BatchAsync(session, $"put -r \"{localFolder}\" {remoteName}\n");

    protected override Task DownloadAsync(ClientSession session, string remoteName, string intoFolder) =>
        BatchAsync(session, $"get -r {remoteName} \"{intoFolder}/{remoteName}\"\n");

    private static async Task BatchAsync(ClientSession session, string batch)
    {
        await File.WriteAllTextAsync(session["batch"], batch);
        await Putty.RunAsync(session, "psftp", null, "-b", session["batch"], Putty.Host(session));
    }
}
