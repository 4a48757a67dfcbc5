using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>
/// users-groups-by-id@openssh.com. The user's own id has the user's name; every other id has none (an empty name), so that accounts of the machine stay unknown.
/// </summary>
internal static class UsersGroupsOperation
{
    private const int MaxIds = 256;

    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields)
    {
        //  string   uids    (uint32 each)
        //  string   gids
        if (!fields.TryReadString(out ReadOnlySpan<byte> users) || !fields.TryReadString(out ReadOnlySpan<byte> groups)
            || users.Length % 4 != 0 || groups.Length % 4 != 0)
        {
            return new(SftpReply.BadMessage);
        }

        if (users.Length + groups.Length > MaxIds * 4)
        {
            return new(SftpReply.Failed("Too many ids in one request"));
        }

        //  string   usernames   (string each)
        //  string   groupnames
        int longest = 4 + System.Text.Encoding.UTF8.GetByteCount(server.Options.UserName);
        PreparedPacket packet = PreparedPacket.Rent(server, 8 + ((users.Length + groups.Length) / 4 * longest));
        var writer = new WireWriter(packet.Body);
        WriteNames(ref writer, users, server.Options.UserId, server.Options.UserName);
        WriteNames(ref writer, groups, server.Options.GroupId, server.Options.UserName);
        return new(packet.Finish(SftpMessageType.ExtendedReply, writer.Length));
    }

    private static void WriteNames(ref WireWriter writer, ReadOnlySpan<byte> ids, uint? own, string name)
    {
        var reader = new WireReader(ids);
        int length = 0;
        int nameLength = System.Text.Encoding.UTF8.GetByteCount(name);
        while (reader.TryReadUInt32(out uint id))
        {
            length += 4 + (id == own ? nameLength : 0);
        }

        writer.WriteUInt32((uint)length);
        reader = new WireReader(ids);
        while (reader.TryReadUInt32(out uint id))
        {
            writer.WriteString(id == own ? name : "");
        }
    }
}
