using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>Fields that many requests share. Each method reads one and says what to reply where it is not usable.</summary>
internal static class SftpFields
{
    public static bool TryReadPath(this SftpServer server, ref WireReader fields, out VirtualPath path, out SftpReply refusal)
    {
        path = default;
        refusal = SftpReply.BadMessage;
        if (!fields.TryReadString(out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        refusal = SftpReply.BadPath;
        return server.TryParsePath(bytes, out path);
    }

    public static bool TryReadFile(this SftpServer server, ref WireReader fields, out SftpFile file, out SftpReply refusal)
    {
        file = null!;
        refusal = SftpReply.BadMessage;
        if (!fields.TryReadString(out ReadOnlySpan<byte> name))
        {
            return false;
        }

        refusal = SftpReply.BadHandle;
        if (!server.Handles.TryGet(name, out SftpHandle handle) || handle is not SftpFile found)
        {
            return false;
        }

        file = found;
        return true;
    }
}
