using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_REALPATH, expand-path@openssh.com and home-directory.</summary>
internal static class PathOperations
{
    private const int MaxUserNameLength = 255;

    public static ValueTask<SftpReply> RealPath(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal) ? ResolveAsync(server, path) : new(refusal);

    public static ValueTask<SftpReply> ExpandPath(SftpServer server, ref WireReader fields)
    {
        if (!fields.TryReadString(out ReadOnlySpan<byte> bytes))
        {
            return new(SftpReply.BadMessage);
        }

        if (!bytes.IsEmpty && bytes[0] == (byte)'~')
        {
            int slash = bytes.IndexOf((byte)'/');
            ReadOnlySpan<byte> user = slash < 0 ? bytes[1..] : bytes[1..slash];
            if (!IsOwnName(server, user))
            {
                return new(NoSuchUser());
            }

            bytes = slash < 0 ? [] : bytes[(slash + 1)..];

            // "~//x" is below the home, not "/x".
            bytes = bytes.TrimStart((byte)'/');
        }

        return server.TryParsePath(bytes, out VirtualPath path) ? ResolveAsync(server, path) : new(SftpReply.BadPath);
    }

    public static ValueTask<SftpReply> HomeDirectory(SftpServer server, ref WireReader fields)
    {
        //  string   username; empty for oneself
        if (!fields.TryReadString(out ReadOnlySpan<byte> user))
        {
            return new(SftpReply.BadMessage);
        }

        return new(IsOwnName(server, user) ? SftpReply.Name(server.StartDirectory.ToString()) : NoSuchUser());
    }

    // Nobody learns here which other users exist.
    private static bool IsOwnName(SftpServer server, ReadOnlySpan<byte> user) =>
        user.IsEmpty || (user.Length <= MaxUserNameLength && PathText.Decode(user) == server.Options.UserName);

    private static SftpReply NoSuchUser() => SftpReply.Failed(Wire.SftpStatus.NoSuchFile, "Only your own home directory can be asked for");

    private static async ValueTask<SftpReply> ResolveAsync(SftpServer server, VirtualPath path)
    {
        StorageResult<VirtualPath> resolved = await server.Files.ResolveAsync(path, server.Lifetime).ConfigureAwait(false);
        return resolved.IsSuccess ? SftpReply.Name(resolved.Value.ToString()) : resolved.Error;
    }
}
