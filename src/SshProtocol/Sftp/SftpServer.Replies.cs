using System.Buffers.Binary;
using Hpc.SshProtocol.Sftp.Handles;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Storage;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Sftp;

// Replies other than DATA: gathered in one block and handed to the channel together.
internal sealed partial class SftpServer
{
    //  uint32   length
    //  byte     STATUS
    //  uint32   id
    //  uint32   code
    //  string   message
    //  string   language
    private const int StatusOverhead = SftpLimits.HeaderLength + 4 + 4 + 4 + 2;
    private const int MaxStatusLength = StatusOverhead + MaxTextLength;
    private const int MaxTextLength = 256;

    // What most turns need; a larger reply gets room of its own.
    private const int RepliesRoom = 4 * 1024;

    // The room of the last turn on this thread, so that the next one need not ask for any.
    [ThreadStatic]
    private static byte[]? t_replies;

    private byte[]? _replies;
    private int _repliesLength;

    /// <summary>Room for a reply; what is gathered goes out first where it is in the way.</summary>
    private Span<byte> ReserveReply(int length)
    {
        if (_replies is not null && _replies.Length - _repliesLength < length)
        {
            FlushReplies();
        }

        _replies ??= TakeRoom(length);
        return _replies.AsSpan(_repliesLength);
    }

    private static byte[] TakeRoom(int length)
    {
        if (length > RepliesRoom || t_replies is not { } room)
        {
            return GC.AllocateUninitializedArray<byte>(Math.Max(length, RepliesRoom));
        }

        t_replies = null;
        return room;
    }

    private void CommitReply(int length) => _repliesLength += length;

    private void FlushReplies()
    {
        if (_replies is { } room)
        {
            int length = _repliesLength;
            _replies = null;
            _repliesLength = 0;
            _channel.Write(room.AsSpan(0, length));
            if (room.Length == RepliesRoom)
            {
                t_replies = room;
            }
        }
    }

    private void DropReplies()
    {
        _replies = null;
        _repliesLength = 0;
    }

    private void ReplyStatus(uint id, SftpStatus status, string? text = null) =>
        CommitReply(WriteStatus(ReserveReply(MaxStatusLength), id, status, text ?? SftpErrors.ToText(status)));

    private void ReplyStatus(uint id, StorageError error) => ReplyStatus(id, SftpErrors.ToStatus(error), SftpErrors.ToText(error));

    private static int WriteStatus(Span<byte> destination, uint id, SftpStatus status, string text)
    {
        var writer = new WireWriter(destination);
        writer.WriteUInt32(0);
        writer.WriteByte((byte)SftpMessageType.Status);
        writer.WriteUInt32(id);
        writer.WriteUInt32((uint)status);
        writer.WriteString(text);
        writer.WriteString("en"u8);
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)writer.Length - 4);
        return writer.Length;
    }

    private void Reply(uint id, in SftpReply reply)
    {
        switch (reply.Kind)
        {
            case SftpReplyKind.Handle:
                ReplyHandle(id, reply.Opened!);
                break;
            case SftpReplyKind.Attributes:
                ReplyAttributes(id, reply.Attributes);
                break;
            case SftpReplyKind.Path:
                ReplyName(id, reply.Path!);
                break;
            case SftpReplyKind.Packet:
                ReplyPacket(id, reply);
                break;
            default:
                ReplyStatus(id, reply.Status, reply.Text);
                break;
        }
    }

    private void ReplyHandle(uint id, SftpHandle opened)
    {
        var writer = new WireWriter(ReserveReply(SftpLimits.HeaderLength + 4 + SftpHandleTable.HandleLength));
        Span<byte> name = stackalloc byte[SftpHandleTable.HandleLength];
        Handles.Add(opened, name);
        _metrics.HandleOpened();
        writer.WriteUInt32(1 + 4 + 4 + SftpHandleTable.HandleLength);
        writer.WriteByte((byte)SftpMessageType.Handle);
        writer.WriteUInt32(id);
        writer.WriteString(name);
        CommitReply(writer.Length);
    }

    private void ReplyAttributes(uint id, in EntryAttributes attributes)
    {
        var writer = new WireWriter(ReserveReply(SftpLimits.HeaderLength + SftpAttributes.WrittenLength));
        writer.WriteUInt32(1 + 4 + SftpAttributes.WrittenLength);
        writer.WriteByte((byte)SftpMessageType.Attributes);
        writer.WriteUInt32(id);
        SftpAttributes.Write(ref writer, attributes);
        CommitReply(writer.Length);
    }

    /// <summary>NAME with one entry without attributes, as REALPATH and READLINK answer.</summary>
    private void ReplyName(uint id, string path)
    {
        //  uint32   count = 1
        //  string   filename
        //  string   longname
        //  ATTRS    flags = 0
        byte[] bytes = PathText.Encode(path);
        int length = 1 + 4 + 4 + 4 + bytes.Length + 4 + bytes.Length + 4;
        var writer = new WireWriter(ReserveReply(4 + length));
        writer.WriteUInt32((uint)length);
        writer.WriteByte((byte)SftpMessageType.Name);
        writer.WriteUInt32(id);
        writer.WriteUInt32(1);
        writer.WriteString(bytes);
        writer.WriteString(bytes);
        writer.WriteUInt32(0);
        CommitReply(writer.Length);
    }

    private void ReplyPacket(uint id, in SftpReply reply)
    {
        PinnedBlock packet = reply.Packet!;
        var writer = new WireWriter(packet.Span);
        writer.WriteUInt32((uint)reply.PacketLength - 4);
        writer.WriteByte((byte)reply.PacketType);
        writer.WriteUInt32(id);
        FlushReplies();
        _channel.Write(packet.Span[..reply.PacketLength]);
        packet.Return();
    }
}
