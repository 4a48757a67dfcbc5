using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>limits@openssh.com.</summary>
internal static class LimitsOperation
{
    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields)
    {
        //  uint64   max-packet-length
        //  uint64   max-read-length
        //  uint64   max-write-length
        //  uint64   max-open-handles
        PreparedPacket packet = PreparedPacket.Rent(server, 4 * 8);
        var writer = new WireWriter(packet.Body);
        writer.WriteUInt64(SftpLimits.AnnouncedPacketLength);
        writer.WriteUInt64(SftpLimits.MaxReadLength);
        writer.WriteUInt64(SftpLimits.MaxWriteLength);
        writer.WriteUInt64((ulong)server.Options.MaxHandles);
        return new(packet.Finish(SftpMessageType.ExtendedReply, writer.Length));
    }
}
