using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_CLOSE: the handle is gone whatever storage says; its error is the client's to see.</summary>
internal static class CloseOperation
{
    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields)
    {
        if (!fields.TryReadString(out ReadOnlySpan<byte> name))
        {
            return new(SftpReply.BadMessage);
        }

        return server.Handles.TryRemove(name, out SftpHandle handle) ? CloseAsync(server, handle) : new(SftpReply.BadHandle);
    }

    private static async ValueTask<SftpReply> CloseAsync(SftpServer server, SftpHandle handle) =>
        await server.CloseHandleAsync(handle).ConfigureAwait(false);
}
