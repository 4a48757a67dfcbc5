using Hpc.SshProtocol.Sftp.Wire;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>Room for a reply that an operation lays out itself, behind the header that the server fills in.</summary>
internal readonly struct PreparedPacket(PinnedBlock block)
{
    public Span<byte> Body => block.Span[SftpLimits.HeaderLength..];

    public static PreparedPacket Rent(SftpServer server, int bodyLength) =>
        new(server.Pool.Rent(SftpLimits.HeaderLength + bodyLength, BufferRole.Send));

    public SftpReply Finish(SftpMessageType type, int bodyLength) => SftpReply.Prepared(type, block, SftpLimits.HeaderLength + bodyLength);

    public void Return() => block.Return();
}
