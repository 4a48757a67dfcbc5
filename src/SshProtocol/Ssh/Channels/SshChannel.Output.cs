using System.Buffers.Binary;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Ssh.Channels;

internal sealed partial class SshChannel
{
    // 32 KiB packets are what every client takes and what a download batch is cut into (eight and a bit per block).
    private const int MaxSlotPayload = 32 * 1024;

    // Peers with smaller packets get smaller batches.
    private const int MaxSlots = 64;

    // A peer that opens its window in small steps is not followed step by step (RFC 1122 §4.2.3.4 for TCP): that would be a wake-up, a read and a send for each.
    private const uint WorthwhileWindow = 256 * 1024;
    private const uint SmallestHeldWindow = 1024 * 1024;

    // After this many waits in a row that brought no such window, the peer is one that keeps its window small.
    private const int MaxVainWaits = 2;

    private uint _remoteWindow;
    private uint _largestWindow;
    private bool _opensInSmallSteps;
    private bool _isWindowOverdue;
    private int _vainWaits;
    private int _remoteMaxPacket;
    private bool _isProducing;

    /// <summary>True if there is something that the send loop can turn into packets.</summary>
    public bool HasWork => _wantsProduce || !_backlog.IsEmpty || _waitsForRoom || _closeWhenDrained || _eofWhenDrained;

    /// <summary>True if the channel has something to do that waits for nobody.</summary>
    public bool CanGoOn => _connection.CanSendData && _backlog.IsEmpty &&
        ((_wantsProduce && _program is not null && HasWindow) || (_closeWhenDrained && !_closeSent) || _eofWhenDrained);

    public void Write(ReadOnlySpan<byte> data)
    {
        if (_closeSent || _eofSent)
        {
            return;
        }

        // While frames are laid out in the output's memory, nothing else is written there.
        int sent = _backlog.IsEmpty && !_isProducing && !_connection.IsBusyWithKeys ? WriteNow(data) : 0;
        _backlog.Append(data[sent..]);
    }

    public void WriteError(ReadOnlySpan<byte> data)
    {
        //  byte      SSH_MSG_CHANNEL_EXTENDED_DATA
        //  uint32    recipient channel
        //  uint32    SSH_EXTENDED_DATA_STDERR (1)
        //  string    data
        const int MaxPiece = 1024;
        Span<byte> payload = stackalloc byte[1 + 4 + 4 + 4 + MaxPiece];
        while (!data.IsEmpty && !_closeSent && !_eofSent && !_isProducing && !_connection.IsBusyWithKeys)
        {
            // Diagnostics are short, and cut rather than queued where the peer has no window for them.
            int count = (int)Math.Min(Math.Min((uint)data.Length, _remoteWindow), (uint)Math.Min(_remoteMaxPacket, MaxPiece));
            if (count == 0)
            {
                return;
            }

            var writer = new WireWriter(payload);
            writer.WriteByte((byte)MessageNumber.ChannelExtendedData);
            writer.WriteUInt32(RemoteId);
            writer.WriteUInt32(1);
            writer.WriteString(data[..count]);
            _remoteWindow -= (uint)count;
            _connection.Send(writer.Written);
            data = data[count..];
        }
    }

    public void RequestProduce() => _wantsProduce = true;

    public void OnWindowAdjust(uint bytes)
    {
        if (bytes > uint.MaxValue - _remoteWindow)
        {
            throw SshProtocolException.Violation("window adjusted beyond 2^32-1");
        }

        _remoteWindow += bytes;
        _largestWindow = Math.Max(_largestWindow, _remoteWindow);
        _opensInSmallSteps = bytes < WorthwhileWindow && _connection.IsShortLine;
        _isWindowOverdue = false;
        if (_remoteWindow >= WorthwhileWindow)
        {
            _vainWaits = 0;
        }
    }

    /// <summary>The peer has not opened its window further for a while: what there is of it is used, from the second time on until it is wide again.</summary>
    public void UseWindow()
    {
        if (_wantsProduce && _remoteWindow > 0 && !HasWindow)
        {
            _isWindowOverdue = true;
            _vainWaits++;
        }
    }

    // A small window, and one that opens in large steps, is used as it is: its peer may wait for the last byte of it.
    private bool HasWindow => _remoteWindow >= WorthwhileWindow || (_remoteWindow > 0 && !IsWorthWaiting);

    private bool IsWorthWaiting => _opensInSmallSteps && _largestWindow >= SmallestHeldWindow && !_isWindowOverdue && _vainWaits < MaxVainWaits;

    /// <summary>Turns waiting output into packets, as far as window and outbox have room. Called by the send loop.</summary>
    public void WriteWaiting()
    {
        if (!_connection.CanSendData)
        {
            return;
        }

        if (!TryWriteBacklog())
        {
            return;
        }

        FinishIfDrained();
        if (_waitsForRoom && _program is { } program && CanWrite)
        {
            _waitsForRoom = false;
            program.OnWritable();
        }

        if (_wantsProduce && _program is not null && _backlog.IsEmpty && _connection.CanSendData && _remoteWindow > 0)
        {
            if (!HasWindow)
            {
                _connection.AwaitWindow();
                return;
            }

            _wantsProduce = false;
            Produce();
            if (TryWriteBacklog())
            {
                FinishIfDrained();
            }
        }
    }

    private bool TryWriteBacklog()
    {
        while (!_backlog.IsEmpty)
        {
            ReadOnlySpan<byte> first = _backlog.First;
            int sent = WriteNow(first);
            _backlog.Consume(sent);
            if (sent < first.Length)
            {
                return false;
            }
        }

        return true;
    }

    private int WriteNow(ReadOnlySpan<byte> data)
    {
        int sent = 0;
        while (sent < data.Length && _remoteWindow > 0 && _connection.CanSendData)
        {
            PacketWriter writer = _connection.Writer;
            if (!_connection.IsOpenPacketOf(this) || writer.OpenRoom.IsEmpty)
            {
                OpenDataPacket(data.Length - sent);
            }

            Span<byte> room = writer.OpenRoom;
            int count = (int)Math.Min(Math.Min(room.Length, data.Length - sent), _remoteWindow);
            data.Slice(sent, count).CopyTo(room);
            writer.GrowOpenPacket(count);
            writer.PatchOpenPacket(5, (uint)(writer.OpenLength - DataHeader));
            _remoteWindow -= (uint)count;
            sent += count;
        }

        return sent;
    }

    private void OpenDataPacket(int length)
    {
        int largest = Math.Max(1, Math.Min(_remoteMaxPacket, MaxSlotPayload));
        int capacity = Math.Min(largest, Math.Max(length, SharedPacket));
        PacketWriter writer = _connection.Writer;
        writer.OpenPacket(DataHeader + capacity);
        WriteDataHeader(writer.OpenRoom, 0);
        writer.GrowOpenPacket(DataHeader);
        _connection.SetOpenPacketOf(this);
    }

    private void WriteDataHeader(Span<byte> header, int length)
    {
        header[0] = (byte)MessageNumber.ChannelData;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], RemoteId);
        BinaryPrimitives.WriteUInt32BigEndian(header[5..], (uint)length);
    }

    private void Produce()
    {
        int slotPayload = Math.Max(1, Math.Min(_remoteMaxPacket, MaxSlotPayload));
        _isProducing = true;
        try
        {
            if (_connection.Writer.Compressor is null && slotPayload >= 1024)
            {
                ProduceInPlace(slotPayload);
            }
            else
            {
                ProduceCopied();
            }
        }
        finally
        {
            _isProducing = false;
        }
    }

    /// <summary>The program writes into the gaps of the packets that go out (DESIGN: the way of a byte).</summary>
    private unsafe void ProduceInPlace(int slotPayload)
    {
        PacketWriter packets = _connection.Writer;
        int stride = packets.FrameLength(DataHeader + slotPayload);
        int block = packets.BatchLength > BlockPool.Large / stride ? BlockPool.Huge : BlockPool.Large;
        int slots = Math.Min(block / stride, MaxSlots);
        int blockRoom = slots * slotPayload;
        byte* frames = packets.BeginFrames(slots * stride);
        var bulk = new BulkWriter(frames + PacketWriter.HeaderLength + DataHeader, slotPayload, stride, (int)Math.Min((uint)blockRoom, _remoteWindow), blockRoom);
        _program!.Produce(ref bulk);

        byte* frame = frames;
        Span<int> lengths = stackalloc int[MaxSlots];
        int count = 0;
        for (int left = bulk.Length; left > 0;)
        {
            int length = Math.Min(left, slotPayload);
            WriteDataHeader(new Span<byte>(frame + PacketWriter.HeaderLength, DataHeader), length);
            lengths[count] = packets.Frame(frame, DataHeader + length);
            frame += lengths[count++];
            left -= length;
        }

        packets.SealFrames(frames, lengths[..count]);
        packets.EndFrames((int)(frame - frames));
        _remoteWindow -= (uint)bulk.Length;
    }

    /// <summary>With compression, or tiny packets, there is no fixed layout: the stretch is made in a block of its own.</summary>
    private unsafe void ProduceCopied()
    {
        PinnedBlock block = _connection.Pool.Rent(BlockPool.Large, BufferRole.ChannelBacklog);
        try
        {
            var bulk = new BulkWriter(block.Address, block.Length, block.Length, (int)Math.Min((uint)block.Length, _remoteWindow), block.Length);
            _program!.Produce(ref bulk);
            _backlog.Append(block.Span[..bulk.Length]);
        }
        finally
        {
            block.Return();
        }
    }
}
