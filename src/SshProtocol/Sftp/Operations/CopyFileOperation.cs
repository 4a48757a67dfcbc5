using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>copy-file (draft-ietf-secsh-filexfer-extensions-00 §6): a file to another name, within the server.</summary>
internal static class CopyFileOperation
{
    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields)
    {
        //  string   source-file
        //  string   destination-file
        //  bool     overwrite-destination
        if (!server.TryReadPath(ref fields, out VirtualPath from, out SftpReply refusal) || !server.TryReadPath(ref fields, out VirtualPath to, out refusal))
        {
            return new(refusal);
        }

        return fields.TryReadBoolean(out bool overwrites)
            ? CopyAsync(server, from, to, overwrites ? RenameMode.Replace : RenameMode.NoReplace)
            : new(SftpReply.BadMessage);
    }

    private static async ValueTask<SftpReply> CopyAsync(SftpServer server, VirtualPath from, VirtualPath to, RenameMode mode) =>
        (await server.Files.CopyFileAsync(from, to, mode, server.Lifetime).ConfigureAwait(false)).WithoutValue();
}
