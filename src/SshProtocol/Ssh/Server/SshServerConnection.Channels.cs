using System.Text;
using Hpc.SshProtocol.Ssh.Channels;
using Hpc.SshProtocol.Ssh.Wire;

namespace Hpc.SshProtocol.Ssh.Server;

internal sealed partial class SshServerConnection
{
    // Reason codes of SSH_MSG_CHANNEL_OPEN_FAILURE (RFC 4254 §5.1).
    private const uint AdministrativelyProhibited = 1;
    private const uint UnknownChannelType = 3;
    private const uint ResourceShortage = 4;

    private const int MaxCommandBytes = 32 * 1024;

    private void OnChannelMessage(MessageNumber number, ReadOnlySpan<byte> payload)
    {
        if (TryHandleChannelMessage(number, payload))
        {
            return;
        }

        switch (number)
        {
            case MessageNumber.ChannelOpen:
                OnChannelOpen(payload);
                break;
            case MessageNumber.ChannelRequest:
                OnChannelRequest(payload);
                break;
            default:
                // We open no channels and send no requests that want a reply, and programs have no extended data to read.
                throw SshProtocolException.Violation($"{number} message without a request of ours");
        }
    }

    private void OnChannelOpen(ReadOnlySpan<byte> payload)
    {
        //  string    channel type
        //  uint32    sender channel, initial window size, maximum packet size
        //  ....      type specific
        var reader = new WireReader(payload[1..]);
        if (!(reader.TryReadName(128, out string type) & reader.TryReadUInt32(out uint sender) & reader.TryReadUInt32(out uint window) & reader.TryReadUInt32(out uint maxPacket)))
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelOpen);
        }

        if (type != "session")
        {
            SshLog.ChannelRefused(Logger, Connection.Id, type);
            bool isForward = type is "direct-tcpip" or "direct-streamlocal@openssh.com" or "forwarded-tcpip" or "x11" or "auth-agent@openssh.com" or "tun@openssh.com";
            RefuseChannel(sender, isForward ? AdministrativelyProhibited : UnknownChannelType, isForward ? "forwarding is not possible here" : "unknown channel type");
        }
        else if (_noMoreSessions || Connection.Draining.IsCancellationRequested)
        {
            RefuseChannel(sender, AdministrativelyProhibited, "no more sessions");
        }
        else if (ChannelCount >= Options.MaxChannels || maxPacket == 0)
        {
            RefuseChannel(sender, ResourceShortage, "too many channels");
        }
        else
        {
            SshChannel channel = AddChannel();
            channel.SetRemote(sender, window, maxPacket);
            ConfirmChannel(channel);
        }
    }

    /// <summary>What a peer may send ahead of a limit of its speed is half a second of it, and little where memory is short; it grows where it is of use.</summary>
    protected override int FirstWindow =>
        Math.Min(Options.InitialWindow, Math.Max(SshChannel.SmallWindow, Pool.Budget.IsUnderPressure ? 0 : _grant?.Files.UploadRate is { } rate ? SshChannel.WindowOf(rate) : int.MaxValue));

    private void ConfirmChannel(SshChannel channel)
    {
        Span<byte> payload = stackalloc byte[17];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.ChannelOpenConfirmation);
        writer.WriteUInt32(channel.RemoteId);
        writer.WriteUInt32(channel.LocalId);
        writer.WriteUInt32((uint)channel.WindowSize);
        writer.WriteUInt32((uint)Options.MaxPacket);
        Send(payload);
    }

    private void RefuseChannel(uint sender, uint reason, string text)
    {
        Span<byte> payload = stackalloc byte[128];
        var writer = new WireWriter(payload);
        writer.WriteByte((byte)MessageNumber.ChannelOpenFailure);
        writer.WriteUInt32(sender);
        writer.WriteUInt32(reason);
        writer.WriteString(text);
        writer.WriteString(""u8);
        Send(writer.Written);
    }

    private void OnChannelRequest(ReadOnlySpan<byte> payload)
    {
        //  uint32    recipient channel
        //  string    request type
        //  boolean   want reply
        //  ....      type specific
        var reader = new WireReader(payload[1..]);
        SshChannel channel = ChannelOf(ref reader, MessageNumber.ChannelRequest);
        if (!(reader.TryReadName(128, out string type) & reader.TryReadBoolean(out bool wantsReply)))
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelRequest);
        }

        IChannelProgram? program = null;
        switch (type)
        {
            case "subsystem" when !channel.HadProgram && !channel.IsCloseSent:
                program = CreateSubsystem(channel, ref reader);
                break;
            case "exec" when !channel.HadProgram && !channel.IsCloseSent:
                program = CreateCommand(channel, ref reader);
                break;
        }

        if (program is null)
        {
            // shell, pty-req, env, x11-req, auth-agent-req, signal, window-change: clients go on without.
            SshLog.RequestRefused(Logger, Connection.Id, type);
        }

        if (wantsReply && !channel.IsCloseSent)
        {
            Span<byte> reply = stackalloc byte[5];
            var writer = new WireWriter(reply);
            writer.WriteByte((byte)(program is null ? MessageNumber.ChannelFailure : MessageNumber.ChannelSuccess));
            writer.WriteUInt32(channel.RemoteId);
            Send(reply);
        }

        if (program is not null)
        {
            channel.Start(program);
        }
    }

    private IChannelProgram? CreateSubsystem(SshChannel channel, ref WireReader reader)
    {
        if (!reader.TryReadName(128, out string name) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelRequest);
        }

        return name == "sftp" ? _services.Programs.CreateSftp(channel, _grant!, _userName) : null;
    }

    private IChannelProgram? CreateCommand(SshChannel channel, ref WireReader reader)
    {
        if (!reader.TryReadString(out ReadOnlySpan<byte> command) || !reader.IsAtEnd)
        {
            throw SshProtocolException.Malformed(MessageNumber.ChannelRequest);
        }

        return command.Length > MaxCommandBytes ? null : _services.Programs.CreateCommand(channel, _grant!, command, _userName);
    }
}
