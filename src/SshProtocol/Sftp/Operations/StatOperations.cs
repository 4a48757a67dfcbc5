using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_STAT, LSTAT and FSTAT.</summary>
internal static class StatOperations
{
    public static ValueTask<SftpReply> Stat(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal)
            ? AnswerAsync(server.Files.GetAttributesAsync(path, server.Lifetime))
            : new(refusal);

    public static ValueTask<SftpReply> LinkStat(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal)
            ? AnswerAsync(server.Files.GetLinkAttributesAsync(path, server.Lifetime))
            : new(refusal);

    public static ValueTask<SftpReply> HandleStat(SftpServer server, ref WireReader fields)
    {
        if (!fields.TryReadString(out ReadOnlySpan<byte> name))
        {
            return new(SftpReply.BadMessage);
        }

        if (!server.Handles.TryGet(name, out SftpHandle handle))
        {
            return new(SftpReply.BadHandle);
        }

        return AnswerAsync(handle is SftpFile file
            ? file.File.GetAttributesAsync(server.Lifetime)
            : server.Files.GetAttributesAsync(handle.Path, server.Lifetime));
    }

    private static async ValueTask<SftpReply> AnswerAsync(ValueTask<StorageResult<EntryAttributes>> pending)
    {
        StorageResult<EntryAttributes> result = await pending.ConfigureAwait(false);
        return result.IsSuccess ? SftpReply.Attrs(result.Value) : result.Error;
    }
}
