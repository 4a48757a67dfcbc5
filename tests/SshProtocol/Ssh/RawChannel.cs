using System.Buffers.Binary;
using Hpc.SshProtocol.Ssh;

namespace Hpc.SshProtocol.Tests.Ssh;

/// <summary>A session channel of a raw client with SFTP requests on it.</summary>
#pragma warning disable CA1001 // A memory stream has nothing to free.
internal sealed class RawChannel(RawPeer peer, uint id, uint remoteId, uint remoteWindow)
#pragma warning restore CA1001
{
    private readonly MemoryStream _stream = new();
    private long _taken;
    private uint _nextRequest;

    public uint Id => id;

    public uint RemoteId => remoteId;

    /// <summary>Bytes that the server lets us send.</summary>
    public long RemoteWindow { get; set; } = remoteWindow;

    public long Received { get; private set; }

    public void ResetReceived() => Received = 0;

    public bool IsAtEnd { get; private set; }

    public bool IsClosed { get; private set; }

    public uint? ExitStatus { get; private set; }

    /// <summary>Numbers of the messages that came for this channel.</summary>
    public List<MessageNumber> Log { get; } = [];

    public static async Task<RawChannel> OpenAsync(RawPeer peer, uint id = 0, uint window = 1 << 21, uint maxPacket = 32 * 1024)
    {
        await peer.SendAsync(Msg.Open(id, window, maxPacket));
        byte[] confirmation = await peer.ExpectAsync(MessageNumber.ChannelOpenConfirmation);
        Msg.UInt32At(confirmation, 1).ShouldBe(id);
        return new RawChannel(peer, id, Msg.UInt32At(confirmation, 5), Msg.UInt32At(confirmation, 9));
    }

    public static async Task<RawChannel> OpenSftpAsync(RawPeer peer, uint id = 0, uint window = 1 << 21, uint maxPacket = 32 * 1024)
    {
        RawChannel channel = await OpenAsync(peer, id, window, maxPacket);
        (await channel.RequestAsync("subsystem", "sftp")).ShouldBeTrue();
        return channel;
    }

    public async Task<bool> RequestAsync(string type, params object[] fields)
    {
        await peer.SendAsync(Msg.Request(remoteId, type, true, fields));
        while (true)
        {
            byte[] payload = await peer.ReceiveAsync();
            switch (Msg.NumberOf(payload))
            {
                case MessageNumber.ChannelSuccess:
                    return true;
                case MessageNumber.ChannelFailure:
                    return false;
                default:
                    Take(payload).ShouldBeTrue($"{Msg.NumberOf(payload)} came");
                    break;
            }
        }
    }

    public async Task SendDataAsync(byte[] data)
    {
        for (int done = 0; done < data.Length;)
        {
            int count = Math.Min(data.Length - done, 32 * 1024);
            await peer.SendAsync(Msg.Of(MessageNumber.ChannelData, remoteId, data[done..(done + count)]));
            RemoteWindow -= count;
            done += count;
        }
    }

    public Task AdjustAsync(uint bytes) => peer.SendAsync(Msg.Of(MessageNumber.ChannelWindowAdjust, remoteId, bytes));

    /// <summary>Takes a message if it is for this channel.</summary>
    public bool Take(byte[] payload)
    {
        MessageNumber number = Msg.NumberOf(payload);
        if (number == MessageNumber.GlobalRequest)
        {
            return true;
        }

        if (number is < MessageNumber.ChannelWindowAdjust or > MessageNumber.ChannelFailure || Msg.UInt32At(payload, 1) != id)
        {
            return false;
        }

        Log.Add(number);
        switch (number)
        {
            case MessageNumber.ChannelData:
                IsAtEnd.ShouldBeFalse("no data comes after EOF");
                byte[] data = Msg.StringAt(payload, 5);
                Received += data.Length;
                _stream.Position = _stream.Length;
                _stream.Write(data);
                break;
            case MessageNumber.ChannelWindowAdjust:
                RemoteWindow += Msg.UInt32At(payload, 5);
                break;
            case MessageNumber.ChannelEof:
                IsAtEnd = true;
                break;
            case MessageNumber.ChannelClose:
                IsClosed = true;
                break;
            case MessageNumber.ChannelRequest when Msg.StringAt(payload, 5).AsSpan().SequenceEqual("exit-status"u8):
                ExitStatus = Msg.UInt32At(payload, payload.Length - 4);
                break;
        }

        return true;
    }

    /// <summary>A whole SFTP packet (without its length) if one has come.</summary>
    public byte[]? TakePacket()
    {
        byte[] bytes = _stream.GetBuffer();
        int available = (int)(_stream.Length - _taken);
        if (available < 4)
        {
            return null;
        }

        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan((int)_taken));
        if (available < 4 + length)
        {
            return null;
        }

        byte[] packet = bytes[((int)_taken + 4)..((int)_taken + 4 + length)];
        _taken += 4 + length;
        if (_taken == _stream.Length)
        {
            _stream.SetLength(0);
            _taken = 0;
        }

        return packet;
    }

    public async Task<byte[]> ReceivePacketAsync(Func<Task>? onData = null)
    {
        while (true)
        {
            if (TakePacket() is { } packet)
            {
                return packet;
            }

            byte[] payload = await peer.ReceiveAsync();
            Take(payload).ShouldBeTrue($"{Msg.NumberOf(payload)} came");
            if (onData is not null && Msg.NumberOf(payload) == MessageNumber.ChannelData)
            {
                await onData();
            }
        }
    }

    /// <summary>An SFTP request with an id, with its length in front.</summary>
    public byte[] Request(byte type, params object[] fields)
    {
        byte[] packet = Msg.Of((MessageNumber)type, [++_nextRequest, .. fields]);
        return Msg.Of(default, packet)[1..];
    }

    public async Task<byte[]> AskAsync(byte type, params object[] fields)
    {
        await SendDataAsync(Request(type, fields));
        return await ReceivePacketAsync();
    }

    public async Task InitAsync()
    {
        await SendDataAsync([0, 0, 0, 5, 1, 0, 0, 0, 3]);
        (await ReceivePacketAsync())[0].ShouldBe((byte)2);
    }

    /// <summary>OPEN; the handle.</summary>
    public async Task<byte[]> OpenFileAsync(string path, uint flags)
    {
        byte[] reply = await AskAsync(3, path, flags, 0u);
        reply[0].ShouldBe((byte)102);
        return Msg.StringAt(reply, 5);
    }
}
