using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>statvfs@openssh.com, fstatvfs@openssh.com and space-available.</summary>
internal static class SpaceOperations
{
    private const ulong ReadOnlyFlag = 0x1;
    private const ulong NoSetUserIdFlag = 0x2;

    public static ValueTask<SftpReply> StatVfs(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal)
            ? AnswerStatVfsAsync(server, server.Files.GetSpaceAsync(path, server.Lifetime))
            : new(refusal);

    public static ValueTask<SftpReply> HandleStatVfs(SftpServer server, ref WireReader fields)
    {
        if (!fields.TryReadString(out ReadOnlySpan<byte> name))
        {
            return new(SftpReply.BadMessage);
        }

        if (!server.Handles.TryGet(name, out SftpHandle handle))
        {
            return new(SftpReply.BadHandle);
        }

        return AnswerStatVfsAsync(server, handle is SftpFile file
            ? file.File.GetSpaceAsync(server.Lifetime)
            : server.Files.GetSpaceAsync(handle.Path, server.Lifetime));
    }

    public static ValueTask<SftpReply> SpaceAvailable(SftpServer server, ref WireReader fields) =>
        server.TryReadPath(ref fields, out VirtualPath path, out SftpReply refusal) ? SpaceAvailableAsync(server, path) : new(refusal);

    private static async ValueTask<SftpReply> AnswerStatVfsAsync(SftpServer server, ValueTask<StorageResult<SpaceInfo>> pending)
    {
        StorageResult<SpaceInfo> result = await pending.ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            return result.Error;
        }

        //  uint64   f_bsize, f_frsize, f_blocks, f_bfree, f_bavail, f_files, f_ffree, f_favail, f_fsid, f_flag, f_namemax
        SpaceInfo space = result.Value;
        PreparedPacket packet = PreparedPacket.Rent(server, 11 * 8);
        var writer = new WireWriter(packet.Body);
        writer.WriteUInt64(space.BlockSize);
        writer.WriteUInt64(space.FragmentSize);
        writer.WriteUInt64(space.TotalBlocks);
        writer.WriteUInt64(space.FreeBlocks);
        writer.WriteUInt64(space.AvailableBlocks);
        writer.WriteUInt64(space.TotalFiles);
        writer.WriteUInt64(space.FreeFiles);
        writer.WriteUInt64(space.AvailableFiles);
        writer.WriteUInt64(space.FileSystemId);
        writer.WriteUInt64(NoSetUserIdFlag | (space.IsReadOnly ? ReadOnlyFlag : 0));
        writer.WriteUInt64(space.MaxNameLength);
        return packet.Finish(SftpMessageType.ExtendedReply, writer.Length);
    }

    private static async ValueTask<SftpReply> SpaceAvailableAsync(SftpServer server, VirtualPath path)
    {
        StorageResult<SpaceInfo> result = await server.Files.GetSpaceAsync(path, server.Lifetime).ConfigureAwait(false);
        if (!result.IsSuccess)
        {
            return result.Error;
        }

        //  uint64   bytes-on-device
        //  uint64   unused-bytes-on-device
        //  uint64   bytes-available-to-user
        //  uint64   unused-bytes-available-to-user
        //  uint32   bytes-per-allocation-unit
        SpaceInfo space = result.Value;
        PreparedPacket packet = PreparedPacket.Rent(server, (4 * 8) + 4);
        var writer = new WireWriter(packet.Body);
        writer.WriteUInt64(space.TotalBlocks * space.FragmentSize);
        writer.WriteUInt64(space.FreeBlocks * space.FragmentSize);
        writer.WriteUInt64((space.TotalBlocks - Math.Min(space.TotalBlocks, space.FreeBlocks - Math.Min(space.FreeBlocks, space.AvailableBlocks))) * space.FragmentSize);
        writer.WriteUInt64(space.AvailableBlocks * space.FragmentSize);
        writer.WriteUInt32((uint)Math.Min(space.BlockSize, uint.MaxValue));
        return packet.Finish(SftpMessageType.ExtendedReply, writer.Length);
    }
}
