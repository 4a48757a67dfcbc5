using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_OPEN.</summary>
internal static class OpenOperation
{
    //  string   filename
    //  uint32   pflags
    //  ATTRS    attrs
    private const uint ReadFlag = 0x1;
    private const uint WriteFlag = 0x2;
    private const uint AppendFlag = 0x4;
    private const uint CreateFlag = 0x8;
    private const uint TruncateFlag = 0x10;
    private const uint ExclusiveFlag = 0x20;
    private const uint KnownFlags = 0x3F;

    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields)
    {
        if (!server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal))
        {
            return new(refusal);
        }

        if (!fields.TryReadUInt32(out uint flags) || (flags & ~KnownFlags) != 0 || !SftpAttributes.TryRead(ref fields, out AttributeChanges attributes))
        {
            return new(SftpReply.BadMessage);
        }

        return server.Handles.IsFull
            ? new(SftpReply.Failed("Too many files are open in this session; close some and try again"))
            : OpenAsync(server, path, ToOpenFlags(flags), attributes.Permissions);
    }

    private static async ValueTask<SftpReply> OpenAsync(SftpServer server, VirtualPath path, OpenFlags flags, uint? permissions)
    {
        StorageResult<IFileHandle> opened = await server.Files.OpenFileAsync(path, flags, permissions, server.Lifetime).ConfigureAwait(false);
        if (!opened.IsSuccess)
        {
            return opened.Error;
        }

        bool writes = (flags & (OpenFlags.Write | OpenFlags.Append)) != 0;
        return SftpReply.Handle(new SftpFile(path, opened.Value, flags, server.Meter.BeginTransfer(path.ToString(), writes)));
    }

    // Like open(2), no direction at all means reading. Appending is writing.
    private static OpenFlags ToOpenFlags(uint flags)
    {
        OpenFlags open = OpenFlags.None;
        open |= (flags & ReadFlag) != 0 || (flags & (WriteFlag | AppendFlag)) == 0 ? OpenFlags.Read : 0;
        open |= (flags & (WriteFlag | AppendFlag)) != 0 ? OpenFlags.Write : 0;
        open |= (flags & AppendFlag) != 0 ? OpenFlags.Append : 0;
        open |= (flags & CreateFlag) != 0 ? OpenFlags.Create : 0;
        open |= (flags & TruncateFlag) != 0 ? OpenFlags.Truncate : 0;
        open |= (flags & ExclusiveFlag) != 0 ? OpenFlags.Exclusive : 0;
        return open;
    }
}
