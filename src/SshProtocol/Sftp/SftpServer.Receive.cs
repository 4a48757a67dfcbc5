using System.Buffers.Binary;
using Hpc.SshProtocol.Sftp.Wire;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Sftp;

// Taking requests from the channel's stream.
internal sealed partial class SftpServer
{
    public int OnData(ReadOnlySpan<byte> data)
    {
        int consumed = 0;
        while (_phase <= SftpPhase.Open && !_isBusy)
        {
            ReadOnlySpan<byte> rest = data[consumed..];
            int taken = _isInBody ? TakeBody(rest) : _channel.CanWrite ? TakeRequest(rest) : 0;
            if (taken == 0)
            {
                break;
            }

            consumed += taken;
        }

        return _phase > SftpPhase.Open ? data.Length : consumed;
    }

    public void OnBatchEnd()
    {
        if (_phase > SftpPhase.Open)
        {
            return;
        }

        if (!_isBusy)
        {
            FlushWrites();
        }

        FlushReplies();
        Meter.Touch(Environment.TickCount64);
    }

    /// <summary>Takes one request from the front and returns its length (a WRITE: that of its header); 0 if it is incomplete or has to wait.</summary>
    private int TakeRequest(ReadOnlySpan<byte> data)
    {
        //  uint32   length of what follows
        //  byte     type
        //  uint32   request id (INIT: version)
        if (!BinaryPrimitives.TryReadUInt32BigEndian(data, out uint length))
        {
            return 0;
        }

        if (length is < 5 or > SftpLimits.MaxPacketLength)
        {
            BreakProtocol($"a packet of {length} bytes");
            return 0;
        }

        if (data.Length < SftpLimits.HeaderLength)
        {
            return 0;
        }

        var type = (SftpMessageType)data[4];
        if ((type == SftpMessageType.Init) != (_phase == SftpPhase.AwaitingInit))
        {
            BreakProtocol(type == SftpMessageType.Init ? "a second INIT" : "a request before INIT");
            return 0;
        }

        if (type == SftpMessageType.Write)
        {
            return TakeWriteHeader(data, (int)length);
        }

        int total = 4 + (int)length;
        if (data.Length < total)
        {
            return 0;
        }

        uint id = BinaryPrimitives.ReadUInt32BigEndian(data[5..]);
        ReadOnlySpan<byte> body = data[SftpLimits.HeaderLength..total];
        if (type == SftpMessageType.Read)
        {
            return TryQueueRead(id, body) ? total : 0;
        }

        if (!IsReadyForOther())
        {
            return 0;
        }

        if (type == SftpMessageType.Init)
        {
            AnswerInit(id);
        }
        else
        {
            StartOperation(type, id, body);
        }

        return total;
    }

    /// <summary>READs queued and WRITEs joined before a request are done first; false if that takes a while.</summary>
    private bool IsReadyForOther()
    {
        if (ReadCount > 0)
        {
            _resumeAtReadCount = 0;
            return false;
        }

        FlushWrites();
        return !_isBusy;
    }

    private void AnswerInit(uint version)
    {
        _phase = SftpPhase.Open;
        SftpLog.Begun(_logger, _grant.SessionId, _grant.ConnectionId, version);
        ReadOnlySpan<byte> extensions = Operations.SftpOperationTable.Announcement(Options.ProductVersion);
        var writer = new WireWriter(ReserveReply(SftpLimits.HeaderLength + extensions.Length));
        writer.WriteUInt32((uint)(1 + 4 + extensions.Length));
        writer.WriteByte((byte)SftpMessageType.Version);
        writer.WriteUInt32(SftpLimits.Version);
        writer.WriteBytes(extensions);
        CommitReply(writer.Length);
    }
}
