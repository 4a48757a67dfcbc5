using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>vendor-id: the client says who it is; ours stands in VERSION.</summary>
internal static class VendorIdOperation
{
    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields) =>
        new(fields.TryReadString(out _) && fields.TryReadString(out _) && fields.TryReadString(out _) && fields.TryReadUInt64(out _)
            ? SftpReply.Ok
            : SftpReply.BadMessage);
}
