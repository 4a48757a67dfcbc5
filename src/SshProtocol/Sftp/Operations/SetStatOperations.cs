using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_SETSTAT, FSETSTAT and lsetstat@openssh.com.</summary>
internal static class SetStatOperations
{
    public static ValueTask<SftpReply> SetStat(SftpServer server, ref WireReader fields)
    {
        if (!TryReadPathAndChanges(server, ref fields, out VirtualPath path, out AttributeChanges changes, out SftpReply refusal))
        {
            return new(refusal);
        }

        return changes == default ? new(SftpReply.Ok) : AnswerAsync(server.Files.SetAttributesAsync(path, changes, server.Lifetime));
    }

    public static ValueTask<SftpReply> LinkSetStat(SftpServer server, ref WireReader fields)
    {
        if (!TryReadPathAndChanges(server, ref fields, out VirtualPath path, out AttributeChanges changes, out SftpReply refusal))
        {
            return new(refusal);
        }

        return changes == default ? new(SftpReply.Ok) : AnswerAsync(server.Files.SetLinkAttributesAsync(path, changes, server.Lifetime));
    }

    public static ValueTask<SftpReply> HandleSetStat(SftpServer server, ref WireReader fields)
    {
        if (!fields.TryReadString(out ReadOnlySpan<byte> name) || !SftpAttributes.TryRead(ref fields, out AttributeChanges changes))
        {
            return new(SftpReply.BadMessage);
        }

        if (!server.Handles.TryGet(name, out SftpHandle handle))
        {
            return new(SftpReply.BadHandle);
        }

        if (changes == default)
        {
            return new(SftpReply.Ok);
        }

        return AnswerAsync(handle is SftpFile file
            ? file.File.SetAttributesAsync(changes, server.Lifetime)
            : server.Files.SetAttributesAsync(handle.Path, changes, server.Lifetime));
    }

    private static bool TryReadPathAndChanges(
        SftpServer server, ref WireReader fields, out VirtualPath path, out AttributeChanges changes, out SftpReply refusal)
    {
        changes = default;
        if (!server.TryReadPath(ref fields, out path, out refusal))
        {
            return false;
        }

        refusal = SftpReply.BadMessage;
        return SftpAttributes.TryRead(ref fields, out changes);
    }

    private static async ValueTask<SftpReply> AnswerAsync(ValueTask<StorageResult> pending) => await pending.ConfigureAwait(false);
}
