using System.Buffers.Binary;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Channels;

namespace Hpc.SshProtocol.Sftp;

// Replies to READ.
internal sealed partial class SftpServer
{
    /// <summary>Answers the first READ with bytes that are copied.</summary>
    private Step AnswerData(ref BulkWriter writer, ReadOnlySpan<byte> data)
    {
        Span<byte> header = stackalloc byte[SftpLimits.DataHeaderLength];
        WriteDataHeader(header, _reads![0].Id, data.Length);
        Step step = Emit(ref writer, header, data);
        if (IsEmitted(step))
        {
            DequeueRun(1, data.Length);
        }

        return step;
    }

    private Step AnswerEndOfFile(ref BulkWriter writer) => AnswerStatus(ref writer, SftpStatus.EndOfFile, SftpErrors.ToText(SftpStatus.EndOfFile));

    /// <summary>Answers the first READ with a STATUS.</summary>
    private Step AnswerStatus(ref BulkWriter writer, SftpStatus status, string text)
    {
        Span<byte> packet = stackalloc byte[MaxStatusLength];
        int length = WriteStatus(packet, _reads![0].Id, status, text);
        Step step = Emit(ref writer, packet[..length], []);
        if (IsEmitted(step))
        {
            _metrics.Operation("read", status);
            _reads.Dequeue();
        }

        return step;
    }

    /// <summary>Puts a reply into the writer, or, if it does not even fit an empty one, through the channel's backlog.</summary>
    private Step Emit(ref BulkWriter writer, scoped ReadOnlySpan<byte> header, scoped ReadOnlySpan<byte> data)
    {
        if (header.Length + data.Length <= writer.Room - writer.Length)
        {
            writer.Append(header);
            writer.Append(data);
            return Step.Done;
        }

        if (writer.Length > 0)
        {
            return Step.Full;
        }

        if (!_channel.CanWrite)
        {
            return Step.Wait;
        }

        _channel.Write(header);
        _channel.Write(data);
        return Step.Spilled;
    }

    private static bool IsEmitted(Step step) => step is Step.Done or Step.Spilled;

    private static void AppendDataHeader(ref BulkWriter writer, uint id, int length)
    {
        Span<byte> header = stackalloc byte[SftpLimits.DataHeaderLength];
        WriteDataHeader(header, id, length);
        writer.Append(header);
    }

    private static void WriteDataHeader(Span<byte> header, uint id, int length)
    {
        //  uint32   length of what follows
        //  byte     DATA
        //  uint32   id
        //  uint32   count, then the data
        BinaryPrimitives.WriteUInt32BigEndian(header, (uint)(1 + 4 + 4 + length));
        header[4] = (byte)SftpMessageType.Data;
        BinaryPrimitives.WriteUInt32BigEndian(header[5..], id);
        BinaryPrimitives.WriteUInt32BigEndian(header[9..], (uint)length);
    }
}
