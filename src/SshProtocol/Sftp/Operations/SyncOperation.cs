using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>fsync@openssh.com.</summary>
internal static class SyncOperation
{
    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields) =>
        server.TryReadFile(ref fields, out SftpFile file, out SftpReply refusal) ? SyncAsync(server, file) : new(refusal);

    private static async ValueTask<SftpReply> SyncAsync(SftpServer server, SftpFile file) =>
        await file.File.SyncAsync(server.Lifetime).ConfigureAwait(false);
}
