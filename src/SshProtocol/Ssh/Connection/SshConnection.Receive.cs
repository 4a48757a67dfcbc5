using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Hpc.SshProtocol.Ssh.Packets;
using Hpc.SshProtocol.Ssh.Wire;
using Hpc.Transport.Connections;

namespace Hpc.SshProtocol.Ssh.Connection;

internal abstract partial class SshConnection
{
    private const int MaxVersionLength = 255;

    // Lines that a server may send before its identification string (RFC 4253 §4.2).
    private const int MaxPreambleBytes = 8 * 1024;

    // Channels stop at OutboxLimit; only answers of the connection itself can pile up beyond it.
    private const int MaxUnreadBytes = 2 * 1024 * 1024;

    private readonly PacketReader _reader;
    private PayloadDecompressor? _decompressor;
    private Identification _client = Identification.None;
    private Identification _server = Identification.None;
    private bool _peerDisconnected;

    /// <summary>When the peer last sent anything, milliseconds of <see cref="Environment.TickCount64"/>.</summary>
    private long _lastReceived = Environment.TickCount64;

    private void BeginVersionExchange()
    {
        Identification identification = Identification.Of(Encoding.ASCII.GetBytes($"SSH-2.0-{Options.SoftwareVersion}"));
        SetVersion(identification, Role);
        ReadOnlySpan<byte> own = identification.Bytes;
        Span<byte> line = Connection.Output.GetSpan(own.Length + 2);
        own.CopyTo(line);
        "\r\n"u8.CopyTo(line[own.Length..]);
        Connection.Output.Advance(own.Length + 2);

        // A client's KEXINIT goes with it, which saves a round trip; a server's may depend on who the client is.
        if (Role == SshRole.Client)
        {
            BeginKeyExchange();
        }
    }

    private void SetVersion(Identification version, SshRole sender)
    {
        if (sender == SshRole.Client)
        {
            _client = version;
        }
        else
        {
            _server = version;
        }
    }

    private async ValueTask<bool> ReceiveVersionAsync()
    {
        int preamble = 0;
        while (true)
        {
            ReadResult result = await Connection.Input.ReadAsync().ConfigureAwait(false);
            ThrowIfFailed();
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (TryReadVersion(ref buffer, ref preamble))
            {
                Connection.Input.AdvanceTo(buffer.Start);
                return true;
            }

            Connection.Input.AdvanceTo(buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                End(ConnectionEndReason.ClosedByPeer);
                return false;
            }
        }
    }

    private bool TryReadVersion(ref ReadOnlySequence<byte> buffer, ref int preamble)
    {
        while (true)
        {
            SequencePosition? end = buffer.PositionOf((byte)'\n');
            if (end is null)
            {
                if (buffer.Length >= MaxVersionLength)
                {
                    throw SshProtocolException.Violation("the identification string is longer than 255 bytes or missing");
                }

                return false;
            }

            byte[] line = buffer.Slice(0, end.Value).ToArray();
            buffer = buffer.Slice(buffer.GetPosition(1, end.Value));
            int length = line.Length > 0 && line[^1] == '\r' ? line.Length - 1 : line.Length;
            ReadOnlySpan<byte> text = line.AsSpan(0, length);
            if (text.StartsWith("SSH-"u8))
            {
                AcceptVersion(line[..length]);
                return true;
            }

            preamble += line.Length + 1;
            if (Role == SshRole.Server || preamble > MaxPreambleBytes)
            {
                throw SshProtocolException.Violation("the first line is not an SSH identification string");
            }
        }
    }

    private void AcceptVersion(byte[] line)
    {
        ReadOnlySpan<byte> text = line;
        bool isTwo = text.StartsWith("SSH-2.0-"u8) || (Role == SshRole.Client && text.StartsWith("SSH-1.99-"u8));
        if (line.Length > MaxVersionLength - 2 || text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e))
        {
            throw SshProtocolException.Violation("malformed identification string");
        }

        if (!isTwo)
        {
            throw SshProtocolException.Ended(DisconnectReason.ProtocolVersionNotSupported, ConnectionEndReason.ProtocolError, "only SSH protocol version 2.0 is spoken here");
        }

        SetVersion(Identification.Of(line), Role == SshRole.Server ? SshRole.Client : SshRole.Server);
        if (Role == SshRole.Server)
        {
            lock (Turn)
            {
                BeginKeyExchange();
            }

            _sendSignal.Pulse();
        }
    }

    private async ValueTask ReceiveLoopAsync()
    {
        while (_endReason is null)
        {
            ReadResult result = await Connection.Input.ReadAsync().ConfigureAwait(false);
            ThrowIfFailed();
            bool isDrained = HandleBuffer(result.Buffer);
            _sendSignal.Pulse();
            if (_pending is { } pending)
            {
                _pending = null;
                await pending.ConfigureAwait(false);
                ThrowIfFailed();
                _sendSignal.Pulse();
            }
            else if (isDrained && result.IsCompleted && _endReason is null)
            {
                End(_peerDisconnected || !_reader.IsInsidePacket ? ConnectionEndReason.ClosedByPeer : ConnectionEndReason.ConnectionLost);
            }
        }
    }

    /// <summary>Handles all whole packets, in one turn; true if it stopped for lack of bytes.</summary>
    private bool HandleBuffer(ReadOnlySequence<byte> buffer)
    {
        lock (Turn)
        {
            ReadOnlySequence<byte> rest = buffer;
            try
            {
                _lastReceived = Environment.TickCount64;
                _unansweredKeepalives = 0;
                bool isDrained = HandlePackets(ref rest);
                EndBatch();
                CheckAnswersAreRead();
                Connection.Input.AdvanceTo(rest.Start, isDrained ? buffer.End : rest.Start);
                return isDrained;
            }
            catch
            {
                // Programs on channels may still hold borrowed memory: let them finish with it before the buffer goes.
                EndBatch();
                Connection.Input.AdvanceTo(buffer.End);
                throw;
            }
        }
    }

    private void CheckAnswersAreRead()
    {
        if (_writer.UnflushedBytes > MaxUnreadBytes)
        {
            throw SshProtocolException.LimitExceeded("too many answers that the peer does not read");
        }
    }

    private bool HandlePackets(ref ReadOnlySequence<byte> rest)
    {
        while (_endReason is null && _reader.TryRead(ref rest, out ReadOnlySpan<byte> payload))
        {
            bool isOwnMemory = _reader.IsCopied;
            if (_decompressor is not null)
            {
                isOwnMemory = true;
                if (!_decompressor.TryDecompress(payload, _reader.MaxPacketLength, out payload))
                {
                    throw SshProtocolException.Ended(DisconnectReason.CompressionError, ConnectionEndReason.ProtocolError, "a compressed packet is broken or too large");
                }
            }

            HandlePacket(payload);
            if (isOwnMemory)
            {
                // That memory is written again by the next packet.
                EndBatch();
            }

            if (_pending is not null)
            {
                return false;
            }
        }

        return _endReason is null;
    }

    private void HandlePacket(ReadOnlySpan<byte> payload)
    {
        var number = (MessageNumber)payload[0];
        if (!MessageRules.IsKnown(number))
        {
            OnUnknownMessage(number);
            return;
        }

        if (!MessageRules.IsAllowed(number, Role, Phase))
        {
            throw SshProtocolException.OutOfPhase(number, Phase);
        }

        CheckKeyExchangeAllows(number);
        switch (number)
        {
            case MessageNumber.Disconnect:
                OnDisconnect(payload);
                break;
            case MessageNumber.Ignore or MessageNumber.Debug or MessageNumber.Unimplemented or MessageNumber.Pong:
                CountNoise();
                break;
            case MessageNumber.Ping:
                OnPing(payload);
                break;
            case MessageNumber.KexInit:
                OnKexInit(payload);
                break;
            case MessageNumber.NewKeys:
                OnNewKeys(payload);
                break;
            case >= MessageNumber.KexInitShare and <= MessageNumber.KexGexRequest:
                OnKeyExchangeMessage(number, payload);
                break;
            case MessageNumber.ChannelData:
                OnChannelData(payload);
                break;
            default:
                OnMessage(number, payload);
                break;
        }

        if (KeyExchangeState == KeyExchangeState.Done && NeedsRekey)
        {
            BeginKeyExchange();
        }
    }

    private void OnUnknownMessage(MessageNumber number)
    {
        if (Phase != SshPhase.Connected || IsPeerInKeyExchange)
        {
            throw SshProtocolException.OutOfPhase(number, Phase);
        }

        CountNoise();
        Span<byte> reply = stackalloc byte[5];
        var writer = new WireWriter(reply);
        writer.WriteByte((byte)MessageNumber.Unimplemented);
        writer.WriteUInt32(_reader.Sequence - 1);
        Send(reply);
    }

    private void OnDisconnect(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload[1..]);
        if (reader.TryReadUInt32(out uint reason) && reader.TryReadString(out ReadOnlySpan<byte> text))
        {
            SshLog.PeerDisconnected(Logger, Connection.Id, reason, LogText.Printable(text, 200));
        }

        _peerDisconnected = true;
        End(ConnectionEndReason.ClosedByPeer);
    }

    private void OnPing(ReadOnlySpan<byte> payload)
    {
        CountNoise();
        var reader = new WireReader(payload[1..]);
        if (!reader.TryReadString(out ReadOnlySpan<byte> data) || data.Length > 1024)
        {
            throw SshProtocolException.Malformed(MessageNumber.Ping);
        }

        var reply = new byte[5 + data.Length];
        var writer = new WireWriter(reply);
        writer.WriteByte((byte)MessageNumber.Pong);
        writer.WriteString(data);
        Send(reply);
    }

    private void ThrowIfFailed()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            throw failure;
        }
    }
}
