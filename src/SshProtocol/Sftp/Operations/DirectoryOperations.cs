using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_OPENDIR, MKDIR and RMDIR.</summary>
internal static class DirectoryOperations
{
    public static ValueTask<SftpReply> Open(SftpServer server, ref WireReader fields)
    {
        if (!server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal))
        {
            return new(refusal);
        }

        return server.Handles.IsFull
            ? new(SftpReply.Failed("Too many directories and files are open in this session; close some and try again"))
            : OpenAsync(server, path);
    }

    public static ValueTask<SftpReply> Make(SftpServer server, ref WireReader fields)
    {
        //  string   path
        //  ATTRS    attrs
        if (!server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal))
        {
            return new(refusal);
        }

        return SftpAttributes.TryRead(ref fields, out AttributeChanges attributes)
            ? MakeAsync(server, path, attributes.Permissions)
            : new(SftpReply.BadMessage);
    }

    public static ValueTask<SftpReply> Remove(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal) ? RemoveAsync(server, path) : new(refusal);

    private static async ValueTask<SftpReply> OpenAsync(SftpServer server, VirtualPath path)
    {
        StorageResult<IDirectoryReader> opened = await server.Files.OpenDirectoryAsync(path, server.Lifetime).ConfigureAwait(false);
        return opened.IsSuccess ? SftpReply.Handle(new SftpDirectory(path, opened.Value)) : opened.Error;
    }

    private static async ValueTask<SftpReply> MakeAsync(SftpServer server, VirtualPath path, uint? permissions) =>
        await server.Files.CreateDirectoryAsync(path, permissions, server.Lifetime).ConfigureAwait(false);

    private static async ValueTask<SftpReply> RemoveAsync(SftpServer server, VirtualPath path) =>
        await server.Files.DeleteDirectoryAsync(path, server.Lifetime).ConfigureAwait(false);
}
