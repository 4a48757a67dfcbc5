using System.Buffers.Binary;
using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;

namespace Hpc.SshProtocol.Sftp.Operations;

/// <summary>SSH_FXP_READDIR: as many entries as fit 64 KiB; <c>.</c> and <c>..</c> come first.</summary>
internal static class ReadDirectoryOperation
{
    //  uint32   count
    //  count × (string filename, string longname, ATTRS)
    private const int MaxBodyLength = Transport.Buffers.BlockPool.Medium - SftpLimits.HeaderLength;
    private const int EntriesPerRead = 128;
    private const uint DirectoryMode = 0x4000 | 0x1ED;

    public static ValueTask<SftpReply> Run(SftpServer server, ref WireReader fields)
    {
        if (!fields.TryReadString(out ReadOnlySpan<byte> name))
        {
            return new(SftpReply.BadMessage);
        }

        return server.Handles.TryGet(name, out SftpHandle handle) && handle is SftpDirectory directory
            ? directory.Reader is IDirectoryStream stream ? StreamAsync(server, directory, stream) : ReadAsync(server, directory)
            : new(SftpReply.BadHandle);
    }

    /// <summary>Entries go from the reader's memory straight into the reply.</summary>
    private static async ValueTask<SftpReply> StreamAsync(SftpServer server, SftpDirectory directory, IDirectoryStream stream)
    {
        if (directory.IsAtEnd)
        {
            return SftpReply.EndOfFile;
        }

        DirectoryReply reply = directory.Reply ??= new DirectoryReply(server);
        PreparedPacket packet = PreparedPacket.Rent(server, MaxBodyLength);
        try
        {
            reply.Begin(packet);
            if (!directory.DotsWereAdded)
            {
                directory.DotsWereAdded = true;
                EntryAttributes own = await AttributesOfAsync(server, directory.Path).ConfigureAwait(false);
                reply.TryAdd("."u8, own);
                EntryAttributes parent = await AttributesOfAsync(server, directory.Path.Parent).ConfigureAwait(false);
                reply.TryAdd(".."u8, parent);
            }

            StorageResult<bool> streamed = await stream.StreamAsync(reply, server.Lifetime).ConfigureAwait(false);
            directory.IsAtEnd = streamed.IsSuccess && streamed.Value;
            if (reply.Count > 0)
            {
                return packet.Finish(SftpMessageType.Name, reply.Finish());
            }

            packet.Return();
            return streamed.IsSuccess ? SftpReply.EndOfFile : streamed.Error;
        }
        catch
        {
            packet.Return();
            throw;
        }
    }

    private static async ValueTask<SftpReply> ReadAsync(SftpServer server, SftpDirectory directory)
    {
        if (!directory.DotsWereAdded)
        {
            directory.DotsWereAdded = true;
            await AddDotsAsync(server, directory).ConfigureAwait(false);
        }

        // Entries that came with an earlier reply's need no worker.
        if (directory.Next == directory.Pending.Count)
        {
            StorageError error = await FetchAsync(server, directory).ConfigureAwait(false);
            if (error != StorageError.None)
            {
                return error;
            }
        }

        PreparedPacket packet = PreparedPacket.Rent(server, MaxBodyLength);
        try
        {
            var lines = new LongNameFormat(server.Options);
            int length = 4;
            uint count = 0;
            do
            {
                count += Fill(server, directory, packet, lines, ref length);
            }
            while (directory.Next == directory.Pending.Count && length < MaxBodyLength / 2
                && await FetchAsync(server, directory).ConfigureAwait(false) == StorageError.None && directory.Pending.Count > 0);

            if (count > 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(packet.Body, count);
                return packet.Finish(SftpMessageType.Name, length);
            }
        }
        catch
        {
            packet.Return();
            throw;
        }

        packet.Return();
        return SftpReply.EndOfFile;
    }

    /// <summary>Writes pending entries as far as they fit; returns how many.</summary>
    private static uint Fill(SftpServer server, SftpDirectory directory, PreparedPacket packet, LongNameFormat lines, ref int length)
    {
        uint count = 0;
        for (; directory.Next < directory.Pending.Count; directory.Next++)
        {
            int written = lines.WriteEntry(packet.Body[length..], directory.Pending[directory.Next]);
            if (written == 0 && length > 4)
            {
                break;
            }

            if (written == 0)
            {
                server.LogEntryLeftOut();
                continue;
            }

            length += written;
            count++;
        }

        return count;
    }

    private static async ValueTask<StorageError> FetchAsync(SftpServer server, SftpDirectory directory)
    {
        directory.Pending.Clear();
        directory.Next = 0;
        if (directory.IsAtEnd)
        {
            return StorageError.None;
        }

        StorageResult<int> read = await directory.Reader.ReadAsync(directory.Pending, EntriesPerRead, server.Lifetime).ConfigureAwait(false);
        directory.IsAtEnd = read.IsSuccess && read.Value == 0;
        return read.Error;
    }

    private static async ValueTask AddDotsAsync(SftpServer server, SftpDirectory directory)
    {
        directory.Pending.Add(new DirectoryEntry(".", await AttributesOfAsync(server, directory.Path).ConfigureAwait(false)));
        directory.Pending.Add(new DirectoryEntry("..", await AttributesOfAsync(server, directory.Path.Parent).ConfigureAwait(false)));
    }

    // A directory that may be listed while its attributes, or its parent's, may not be seen is shown as a plain directory.
    private static async ValueTask<EntryAttributes> AttributesOfAsync(SftpServer server, VirtualPath path)
    {
        StorageResult<EntryAttributes> result = await server.Files.LookAsync(path, server.Lifetime).ConfigureAwait(false);
        return result.IsSuccess ? result.Value : new EntryAttributes { Type = EntryType.Directory, Mode = DirectoryMode, LinkCount = 1 };
    }
}
