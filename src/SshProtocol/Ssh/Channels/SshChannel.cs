using Hpc.SshProtocol.Ssh.Connection;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Buffers;

namespace Hpc.SshProtocol.Ssh.Channels;

/// <summary>One channel (RFC 4254 §5), in either role. Every member is used with the connection's turn held.</summary>
internal sealed partial class SshChannel : ISessionChannel
{
    //  byte      SSH_MSG_CHANNEL_DATA
    //  uint32    recipient channel
    //  string    data
    private const int DataHeader = 1 + 4 + 4;

    /// <summary>Window of a channel whose input will wait, in memory, for the server: one large packet.</summary>
    public const int SmallWindow = 64 * 1024;

    // A short packet that has room for the replies of a whole batch, in a small block.
    private const int SharedPacket = 3_500;

    private readonly SshConnection _connection;
    private readonly ByteQueue _input;
    private readonly ByteQueue _backlog;
    private IChannelProgram? _program;
    private bool _eofReceived;
    private bool _eofDelivered;
    private bool _eofSent;
    private bool _closeSent;
    private bool _closeReceived;
    private bool _wantsProduce;
    private bool _waitsForRoom;
    private bool _closeWhenDrained;
    private bool _eofWhenDrained;
    private bool _isReleaseDue;
    private uint? _exitStatus;

    public SshChannel(SshConnection connection, uint localId, int window)
    {
        _connection = connection;
        LocalId = localId;
        _localWindow = window;
        _windowSize = window;
        _input = new ByteQueue(connection.Pool, BufferRole.ChannelInput);
        _backlog = new ByteQueue(connection.Pool, BufferRole.ChannelBacklog);
    }

    public uint LocalId { get; }

    public uint RemoteId { get; private set; }

    public object Turn => _connection.Turn;

    /// <summary>True once a program was started: a channel runs one in its life (RFC 4254 §6.5).</summary>
    public bool HadProgram { get; private set; }

    /// <summary>True when nothing may be sent on it any more.</summary>
    public bool IsCloseSent => _closeSent;

    /// <summary>True when both sides have said CLOSE.</summary>
    public bool IsOver => _closeSent && _closeReceived;

    /// <summary>True while its program has not read what came before the end.</summary>
    public bool IsHeldForReader => _isReleaseDue;

    /// <summary>Its window, bytes.</summary>
    public int WindowSize => _windowSize;

    public bool CanWrite
    {
        get
        {
            // What is written while frames are laid out goes through the backlog and out right behind them.
            bool isFree = _backlog.IsEmpty || (_isProducing && _backlog.Length < SharedPacket * 16);
            if (isFree && !_closeSent && _connection.CanSendData)
            {
                return true;
            }

            _waitsForRoom = true;
            return false;
        }
    }

    /// <summary>Window of use at a speed: half a second of it.</summary>
    public static int WindowOf(long bytesPerSecond) => (int)Math.Min(int.MaxValue, bytesPerSecond / 2);

    /// <summary>What the peer told of itself when the channel was opened or confirmed.</summary>
    public void SetRemote(uint remoteId, uint window, uint maxPacket)
    {
        RemoteId = remoteId;
        _remoteWindow = window;
        _largestWindow = window;
        _remoteMaxPacket = (int)Math.Min(maxPacket, int.MaxValue);
    }

    /// <summary>Puts the program on the channel; data that came before is offered to it.</summary>
    public void Start(IChannelProgram program)
    {
        _program = program;
        HadProgram = true;
        OfferInput();
        DeliverEof();
    }

    public void Exit(uint status)
    {
        _exitStatus ??= status;
        Close();
    }

    /// <summary>EOF and CLOSE after everything that was written.</summary>
    public void Close()
    {
        _closeWhenDrained = true;
        FinishIfDrained();
    }

    /// <summary>EOF after everything that was written (client role).</summary>
    public void SendEof()
    {
        if (_backlog.IsEmpty)
        {
            SendEofNow();
        }
        else
        {
            _eofWhenDrained = true;
        }
    }

    public void Flush() => _connection.PulseSend();

    public void OnEof()
    {
        if (_eofReceived || _closeReceived)
        {
            throw SshProtocolException.Violation("second EOF on a channel");
        }

        _eofReceived = true;
        DeliverEof();
    }

    public void OnClose()
    {
        if (_closeReceived)
        {
            throw SshProtocolException.Violation("second CLOSE on a channel");
        }

        _closeReceived = true;
        if (!_closeSent)
        {
            // The peer takes nothing any more (RFC 4254 §5.3).
            _backlog.Clear();
            SendCloseNow();
        }

        if (_program is { ReadsAfterClose: true } && !_input.IsEmpty)
        {
            _isReleaseDue = true;
            return;
        }

        Release();
    }

    /// <summary>Ends the program and gives back buffers; once.</summary>
    public void Release()
    {
        IChannelProgram? program = _program;
        _program = null;
        _wantsProduce = false;
        _waitsForRoom = false;
        _isReleaseDue = false;
        program?.OnClosed();
        _input.Clear();
        _backlog.Clear();
    }

    private void DeliverEof()
    {
        if (_eofReceived && !_eofDelivered && _input.IsEmpty && _program is { } program)
        {
            _eofDelivered = true;
            program.OnEof();
        }
    }

    private void FinishIfDrained()
    {
        if (!_backlog.IsEmpty || _isProducing || _connection.IsBusyWithKeys)
        {
            return;
        }

        if (_eofWhenDrained)
        {
            _eofWhenDrained = false;
            SendEofNow();
        }

        if (!_closeWhenDrained || _closeSent)
        {
            return;
        }

        if (_exitStatus is { } status)
        {
            Span<byte> request = stackalloc byte[64];
            var writer = new WireWriter(request);
            writer.WriteByte((byte)MessageNumber.ChannelRequest);
            writer.WriteUInt32(RemoteId);
            writer.WriteString("exit-status"u8);
            writer.WriteBoolean(false);
            writer.WriteUInt32(status);
            _connection.Send(writer.Written);
        }

        SendEofNow();
        SendCloseNow();
        Release();
    }

    private void SendEofNow()
    {
        if (!_eofSent && !_closeSent)
        {
            _eofSent = true;
            SendPlain(MessageNumber.ChannelEof);
        }
    }

    private void SendCloseNow()
    {
        _closeSent = true;
        SendPlain(MessageNumber.ChannelClose);
    }

    private void SendPlain(MessageNumber number)
    {
        Span<byte> payload = stackalloc byte[5];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)number);
        writer.WriteUInt32(RemoteId);
        _connection.Send(payload);
    }
}
