using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_REMOVE and RENAME (which never replaces in version 3), posix-rename@openssh.com (which does).</summary>
internal static class NameOperations
{
    public static ValueTask<SftpReply> Remove(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal) ? RemoveAsync(server, path) : new(refusal);

    public static ValueTask<SftpReply> Rename(SftpServer server, ref WireReader fields) => Rename(server, ref fields, RenameMode.NoReplace);

    public static ValueTask<SftpReply> PosixRename(SftpServer server, ref WireReader fields) => Rename(server, ref fields, RenameMode.Replace);

    private static ValueTask<SftpReply> Rename(SftpServer server, ref WireReader fields, RenameMode mode)
    {
        //  string   oldpath
        //  string   newpath
        return server.TryReadPath(ref fields, out VirtualPath from, out SftpReply refusal) && server.TryReadPath(ref fields, out VirtualPath to, out refusal)
            ? RenameAsync(server, from, to, mode)
            : new(refusal);
    }

    private static async ValueTask<SftpReply> RemoveAsync(SftpServer server, VirtualPath path) =>
        await server.Files.DeleteFileAsync(path, server.Lifetime).ConfigureAwait(false);

    private static async ValueTask<SftpReply> RenameAsync(SftpServer server, VirtualPath from, VirtualPath to, RenameMode mode) =>
        await server.Files.RenameAsync(from, to, mode, server.Lifetime).ConfigureAwait(false);
}
