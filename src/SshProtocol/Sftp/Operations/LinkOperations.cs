using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_READLINK and SYMLINK, hardlink@openssh.com.</summary>
internal static class LinkOperations
{
    public static ValueTask<SftpReply> Read(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal) ? ReadAsync(server, path) : new(refusal);

    public static ValueTask<SftpReply> Create(SftpServer server, ref WireReader fields)
    {
        //  string   targetpath   OpenSSH's order; the draft has them the other way round
        //  string   linkpath
        if (!fields.TryReadString(out ReadOnlySpan<byte> target))
        {
            return new(SftpReply.BadMessage);
        }

        if (!server.TryReadPath(ref fields, out VirtualPath link, out SftpReply refusal))
        {
            return new(refusal);
        }

        return target.IsEmpty || target.Length > VirtualPath.MaxLength || target.Contains((byte)0)
            ? new(SftpReply.Failed("The target of the link is empty, too long or holds a NUL byte"))
            : CreateAsync(server, link, PathText.Decode(target));
    }

    public static ValueTask<SftpReply> HardLink(SftpServer server, ref WireReader fields)
    {
        //  string   oldpath
        //  string   newpath
        return server.TryReadPath(ref fields, out VirtualPath existing, out SftpReply refusal) && server.TryReadPath(ref fields, out VirtualPath link, out refusal)
            ? HardLinkAsync(server, existing, link)
            : new(refusal);
    }

    private static async ValueTask<SftpReply> ReadAsync(SftpServer server, VirtualPath path)
    {
        StorageResult<string> target = await server.Files.ReadSymbolicLinkAsync(path, server.Lifetime).ConfigureAwait(false);
        return target.IsSuccess ? SftpReply.Name(target.Value) : target.Error;
    }

    private static async ValueTask<SftpReply> CreateAsync(SftpServer server, VirtualPath link, string target) =>
        await server.Files.CreateSymbolicLinkAsync(link, target, server.Lifetime).ConfigureAwait(false);

    private static async ValueTask<SftpReply> HardLinkAsync(SftpServer server, VirtualPath existing, VirtualPath link) =>
        await server.Files.CreateHardLinkAsync(existing, link, server.Lifetime).ConfigureAwait(false);
}
