using Hpc.Conformance.Tests.Support;

namespace Hpc.Conformance.Tests.Clients;

public sealed class SftpTests(SharedServer shared) : TreeTransfer(shared)
{
    protected override void CheckTools() => Require.Tool("sftp");

    protected override Task UploadAsync(ClientSession session, string localFolder, string remoteName) =>
        session.SftpAsync($"mkdir {remoteName}\nput -r \"{localFolder}/.\" {remoteName}\n");

    protected override Task DownloadAsync(ClientSession session, string remoteName, string intoFolder) =>
        session.SftpAsync($"get -r {remoteName} \"{intoFolder}/\"\n");
}
