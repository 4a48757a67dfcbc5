using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Connection;

internal abstract partial class SshConnection
{
    // A session has one channel, nearly always.
    private readonly List<SshChannel> _channels = new(capacity: 1);
    private SshChannel? _openChannel;
    private uint _nextChannelId;
    private int _firstToWrite;

    /// <summary>Now, in milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    internal static long Now => Environment.TickCount64;

    /// <summary>True while channel messages wait for the end of a key exchange.</summary>
    internal bool IsBusyWithKeys => IsKeyExchangeRunning;

    protected int ChannelCount => _channels.Count;

    /// <summary>Window that a channel begins with.</summary>
    protected virtual int FirstWindow => Options.InitialWindow;

    internal bool IsOpenPacketOf(SshChannel channel) => ReferenceEquals(_openChannel, channel) && !_writer.OpenRoom.IsEmpty;

    internal void SetOpenPacketOf(SshChannel channel) => _openChannel = channel;

    /// <summary>Makes a channel with a new id; the caller has checked the bound.</summary>
    protected SshChannel AddChannel()
    {
        var channel = new SshChannel(this, _nextChannelId++, FirstWindow);
        _channels.Add(channel);
        TotalWindow += channel.WindowSize;
        SshMetrics.Channels.Add(1);
        return channel;
    }

    protected void RemoveChannel(SshChannel channel)
    {
        channel.Release();
        TotalWindow -= channel.WindowSize;
        _channels.Remove(channel);
    }

    /// <summary>The channel that a message is for; one that does not exist is a violation.</summary>
    protected SshChannel ChannelOf(ref WireReader reader, MessageNumber number)
    {
        if (!reader.TryReadUInt32(out uint id))
        {
            throw SshProtocolException.Malformed(number);
        }

        foreach (SshChannel channel in _channels)
        {
            if (channel.LocalId == id)
            {
                return channel;
            }
        }

        throw SshProtocolException.Violation($"{number} message for a channel that is not open");
    }

    /// <summary>Handles the channel messages that both roles treat alike; false for the others.</summary>
    protected bool TryHandleChannelMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        switch (number)
        {
            case MessageNumber.ChannelWindowAdjust:
                SshChannel adjusted = ChannelOf(ref reader, number);
                if (!reader.TryReadUInt32(out uint bytes) || !reader.IsAtEnd)
                {
                    throw SshProtocolException.Malformed(number);
                }

                adjusted.OnWindowAdjust(bytes);
                return true;
            case MessageNumber.ChannelEof:
                ChannelOf(ref reader, number).OnEof();
                return true;
            case MessageNumber.ChannelClose:
                SshChannel closed = ChannelOf(ref reader, number);
                closed.OnClose();
                if (closed.IsOver && !closed.IsHeldForReader)
                {
                    RemoveChannel(closed);
                }

                return true;
            default:
                return false;
        }
    }

    private void OnChannelData(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        SshChannel channel = ChannelOf(ref reader, MessageNumber.ChannelData);
        if (!reader.TryReadString(out ReadOnlySpan<byte> data) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelData);
        }

        channel.OnData(data);
    }

    private void EndBatch()
    {
        for (int i = 0; i < _channels.Count; i++)
        {
            _channels[i].EndBatch();
        }
    }

    /// <summary>Lets every channel turn waiting output into packets; the first one changes, so that none starves the others.</summary>
    private void LetChannelsWrite()
    {
        int count = _channels.Count;
        for (int i = 0; i < count; i++)
        {
            SshChannel channel = _channels[(_firstToWrite + i) % count];
            if (channel.HasWork)
            {
                channel.WriteWaiting();
            }
        }

        _firstToWrite = count == 0 ? 0 : (_firstToWrite + 1) % count;
    }

    /// <summary>True if a channel has more to do that needs nobody else: what it did last left no bytes to send.</summary>
    private bool CanChannelsGoOn
    {
        get
        {
            foreach (SshChannel channel in _channels)
            {
                if (channel.CanGoOn)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Bytes that the peer may send on all channels before it gets new credit.</summary>
    internal long TotalWindow { get; set; }

    /// <summary>A program read the rest of a channel that is over.</summary>
    internal void OnReadToEnd(SshChannel channel)
    {
        if (channel.IsOver)
        {
            RemoveChannel(channel);
        }
    }

    private void CloseChannels()
    {
        foreach (SshChannel channel in _channels)
        {
            try
            {
                channel.Release();
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // One program's fault does not keep the others, or the session's place.
                SshLog.ConnectionFaulted(Logger, Connection.Id, exception);
            }
        }

        _channels.Clear();
    }
}
